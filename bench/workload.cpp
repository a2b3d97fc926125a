#include "bench/workload.hpp"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "core/value/json.hpp"

namespace bench {

namespace {

std::vector<Workload>& registry() {
  static std::vector<Workload> all;
  return all;
}

Spread spread_of(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  return {samples.front(), samples[samples.size() / 2], samples.back()};
}

void write(headrace::JsonWriter& json, std::string_view name, const Spread& spread) {
  json.member(name);
  json.begin_object();
  json.member("min"), json.number(spread.min);
  json.member("median"), json.number(spread.median);
  json.member("max"), json.number(spread.max);
  json.end_object();
}

void write(headrace::JsonWriter& json, const Row& row) {
  json.member("name"), json.string(row.name);
  json.member("ours"), json.number(row.ours.median);
  json.member("baseline"), json.number(row.baseline.median);
  json.member("baseline_name"), json.string(row.baseline_name);
  json.member("ratio"), json.number(row.ratio());
  json.member("spread");
  json.begin_object();
  write(json, "ours", row.ours);
  write(json, "baseline", row.baseline);
  json.end_object();
}

}  // namespace

bool add(Workload workload) {
  auto& all = registry();
  const auto at = std::upper_bound(all.begin(), all.end(), workload.name,
                                   [](const std::string& name, const Workload& each) { return name < each.name; });
  all.insert(at, std::move(workload));
  return true;
}

const std::vector<Workload>& workloads() { return registry(); }

const Workload* find(const std::string& name) {
  const auto& all = registry();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Workload& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<Spread> in_turns(int repetitions, const std::vector<Measure>& measures) {
  std::vector<std::vector<double>> samples(measures.size());
  for (const Measure& measure : measures) measure();
  for (int i = 0; i < repetitions; ++i)
    for (std::size_t m = 0; m < measures.size(); ++m) samples[m].push_back(measures[m]());
  std::vector<Spread> out;
  for (auto& each : samples) out.push_back(spread_of(std::move(each)));
  return out;
}

std::string to_json(const Workload& workload, const Settings& settings, const Report& report) {
  headrace::JsonWriter json;
  json.begin_object();
  json.member("workload"), json.string(workload.name);
  json.member("unit"), json.string(report.unit);
  write(json, report.rows.front());
  json.member("repetitions"), json.integer(settings.repetitions);
  json.member("cores"), json.unsigned_integer(std::thread::hardware_concurrency());
  json.member("rows");
  json.begin_list();
  for (const Row& row : report.rows) {
    json.begin_object();
    write(json, row);
    json.end_object();
  }
  json.end_list();
  json.end_object();
  return json.take();
}

std::string to_text(const Workload& workload, const Report& report) {
  std::string out = workload.name + ": " + report.unit + ", median (min to max)\n";
  for (const Row& row : report.rows) {
    char line[240];
    std::snprintf(line, sizeof line, "  %-28s %8.1f (%.1f to %.1f)   %s %.1f (%.1f to %.1f)   ratio %.2f\n", row.name.c_str(),
                  row.ours.median, row.ours.min, row.ours.max, row.baseline_name.c_str(), row.baseline.median, row.baseline.min,
                  row.baseline.max, row.ratio());
    out += line;
  }
  return out;
}

}  // namespace bench
