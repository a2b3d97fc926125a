// What a graph of functions promises: the statistics graph, missing inputs, only what is wanted, overlap, subgraphs, size.
#include <doctest/doctest.h>
#include <unistd.h>

#include <barrier>
#include <filesystem>
#include <fstream>

#include "core/run/seeding.hpp"
#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;

HEADRACE_KEY("gr_xs", "Some numbers.", std::vector<double>)
HEADRACE_KEY("gr_n", "How many they are.", double)
HEADRACE_KEY("gr_m", "Their mean.", double)
HEADRACE_KEY("gr_m2", "The mean of their squares.", double)

namespace gr {

class Client {
 public:
  static constexpr std::string_view interface_name = "counted client", default_node = "", file_node = "";
  virtual ~Client() = default;
};

}  // namespace gr

namespace {

std::atomic<int> n_calls, m_calls, m2_calls, v_calls, clients;

struct GrN {
  double operator()(In<"gr_xs"> xs) const { return ++n_calls, static_cast<double>(xs->size()); }
};
struct GrM {
  double operator()(In<"gr_xs"> xs, In<"gr_n"> n) const {
    ++m_calls;
    double sum = 0;
    for (const double x : *xs) sum += x;
    return sum / *n;
  }
};
struct GrM2 {
  double operator()(In<"gr_xs"> xs, In<"gr_n"> n) const {
    ++m2_calls;
    double sum = 0;
    for (const double x : *xs) sum += x * x;
    return sum / *n;
  }
};
struct GrV {
  double operator()(In<"gr_m"> m, In<"gr_m2"> m2) const { return ++v_calls, *m2 - *m * *m; }
};
struct GrSum {  // with state of its own
  double operator()(In<"sc_x"> x) { return sum += *x; }
  double sum = 0;
};
struct GrClient final : gr::Client {
  GrClient() { ++clients; }
};
struct GrAsk {
  struct Config {
    Use<gr::Client> client;
    static constexpr auto fields() { return std::tuple(field("client", &Config::client, "Whom it asks.")); }
  };
  explicit GrAsk(Config config) : client(std::move(config.client)) {}
  double operator()(In<"sc_x"> x) const { return client ? *x : -1; }
  Use<gr::Client> client;
};

HEADRACE_NODE(GrN, "gr_n", "Counts.")
HEADRACE_NODE(GrM, "gr_m", "Mean.")
HEADRACE_NODE(GrM2, "gr_m2", "Mean square.")
HEADRACE_NODE(GrV, "gr_v", "Variance.")
HEADRACE_NODE(GrSum, "gr_sum", "Running sum.")
HEADRACE_RESOURCE(GrClient, gr::Client, "gr_client", "Counts its instances.")
HEADRACE_NODE(GrAsk, "gr_ask", "Asks the client.")

const char* const kStatistics = "inputs: [gr_xs]\ngraph: {gr_v: gr_v, gr_m2: gr_m2, gr_m: gr_m, gr_n: gr_n}\n";

// What the keys of one record are, by name.
std::map<std::string, double> values_of(const Plan& plan, const Lane& lane, Seed seed) {
  std::map<std::string, double> out;
  RunOptions options = options_of(lane);
  options.keep_values = true;
  options.feed = [&](Feeder& feeder) { feeder.admit(std::move(seed)); };
  options.observer = [&](const RetiredRecord& record) {
    for (std::size_t i = 0; i < plan.slots.size(); ++i)
      if (const void* value = record.value(static_cast<int>(i)); value && *plan.slots[i].type == type_of<double>())
        out[plan.slots[i].key] = *static_cast<const double*>(value);
  };
  check_finished(Run(plan, std::move(options)).run());
  return out;
}

Seed numbers_seed(const Plan& plan) {
  Seed seed;
  seed.values.emplace_back(plan.find_slot("gr_xs"), AnyValue::of(std::vector<double>{1, 2, 3, 6}));
  return seed;
}

// Pipeline files in a folder of their own.
class Folder {
 public:
  Folder() { std::filesystem::create_directories(path_); }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }

 private:
  const std::filesystem::path path_ = std::filesystem::temp_directory_path() / ("headrace-graph-" + std::to_string(::getpid()));
};

std::unique_ptr<Plan> load(const std::string& path) {
  Compiled compiled = compile_file(path);
  for (const auto& each : compiled.diagnostics) MESSAGE(format_diagnostic(each));
  REQUIRE(compiled.plan);
  return std::move(compiled.plan);
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "the statistics graph") {
  const auto plan = plan_of(kStatistics);
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    CHECK(values_of(*plan, lane, numbers_seed(*plan)) ==
          std::map<std::string, double>{{"gr_n", 4}, {"gr_m", 3}, {"gr_m2", 12.5}, {"gr_v", 3.5}});
  }
}

TEST_CASE_FIXTURE(HangGuard, "only wanted keys are computed") {
  CompileOptions wanted;
  wanted.want = {{"gr_m"}};
  const Compiled compiled = compile_config(parse_config(kStatistics, "statistics.yaml"), wanted);
  REQUIRE(compiled.plan);
  n_calls = m_calls = m2_calls = v_calls = 0;
  CHECK(values_of(*compiled.plan, lanes[2], numbers_seed(*compiled.plan)) == std::map<std::string, double>{{"gr_n", 4}, {"gr_m", 3}});
  CHECK(n_calls == 1);
  CHECK(m_calls == 1);
  CHECK(m2_calls == 0);
  CHECK(v_calls == 0);
}

TEST_CASE("a missing input is named together with who needs it") {
  const Compiled compiled = compile_config(parse_config("graph: {gr_m: gr_m, gr_n: gr_n}\n", "statistics.yaml"));
  CHECK_FALSE(compiled.plan);
  std::string all;
  for (const auto& each : compiled.diagnostics) all += each.message + "\n";
  CAPTURE(all);
  CHECK(all.find("'gr_xs'") != std::string::npos);
  CHECK(all.find("'gr_m'") != std::string::npos);
  CHECK(all.find("'gr_n'") != std::string::npos);

  const auto plan = plan_of(kStatistics);
  const SeedNeeds needs = needs_of(*plan, {plan->find_slot("gr_v")}, {});
  REQUIRE(needs.missing.size() == 1);
  CHECK(needs.missing.front().slot == plan->find_slot("gr_xs"));
  CHECK(needs.missing.front().reader.starts_with("gr_"));
}

TEST_CASE_FIXTURE(HangGuard, "independent nodes overlap: they meet") {
  Script script;
  std::barrier meeting(2);
  script.call = [&](const Call& it) { return meeting.arrive_and_wait(), it.x; };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph:
  left: {node: sc_call, as: left, in: {sc_x: sc_in}}
  right: {node: sc_call, as: right, in: {sc_x: sc_in}}
limits: {in_flight: 1}
)");
  check_finished(run_numbers(*plan, {Executor::tbb, 2}, 50));
}

TEST_CASE_FIXTURE(HangGuard, "two instances of a subgraph keep separate state and share their parent's client") {
  const Folder folder;
  folder.write("inner.yaml", R"(
inputs: [sc_x]
graph:
  asked: {node: gr_ask, in: {sc_x: sc_x}}
  sum: {node: gr_sum, ordered: true, in: {sc_x: asked}}
)");
  const auto plan = load(folder.write("outer.yaml", R"(
inputs: [sc_in]
resources: {client: gr_client}
graph:
  twice: {node: sc_call, in: {sc_x: sc_in}}
  one: {graph: ./inner.yaml, in: {sc_x: sc_in}}
  two: {graph: ./inner.yaml, in: {sc_x: twice}}
  total: {node: sc_call, in: {sc_x: one.sum}}
  double: {node: sc_call, in: {sc_x: two.sum}}
)"));
  Script script;
  script.call = [](const Call& it) { return it.x * 2; };
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    clients = 0;
    std::vector<double> one, two;
    RunOptions options = options_of(lane);
    options.ordered = options.keep_values = true;
    options.feed = numbers(*plan, 5);
    options.observer = [&](const RetiredRecord& record) {
      one.push_back(*static_cast<const double*>(record.value(plan->find_slot("one.sum"))));
      two.push_back(*static_cast<const double*>(record.value(plan->find_slot("two.sum"))));
    };
    check_finished(Run(*plan, std::move(options)).run());
    CHECK(one == std::vector<double>{0, 1, 3, 6, 10});
    CHECK(two == std::vector<double>{0, 2, 6, 12, 20});
    CHECK(clients == 1);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a graph of a thousand nodes") {
  Script script;
  script.call = [](const Call& it) { return it.x + 1; };
  std::string text = "inputs: [sc_in]\ngraph:\n  k0: {node: sc_call, in: {sc_x: sc_in}}\n";
  for (int i = 1; i < 1000; ++i)
    text += "  k" + std::to_string(i) + ": {node: sc_call, in: {sc_x: k" + std::to_string(i * i * 31 % 977 % i) + "}}\n";
  const auto plan = plan_of(text);
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_numbers(*plan, lane, 20);
    check_finished(report);
    for (const auto& key : report.keys) REQUIRE(key.calls == 20);
  }
}

TEST_CASE_FIXTURE(PatientHangGuard, "a chain of a hundred thousand nodes") {
  Script script;
  script.call = [](const Call& it) { return it.x + 1; };
  constexpr int length = 100'000;
  std::string text = "inputs: [sc_in]\ngraph:\n  k0: {node: sc_call, in: {sc_x: sc_in}}\n";
  for (int i = 1; i < length; ++i) text += "  k" + std::to_string(i) + ": {node: sc_call, in: {sc_x: k" + std::to_string(i - 1) + "}}\n";
  text += "sinks: {out: {node: sc_sink, in: {sc_x: k" + std::to_string(length - 1) + "}}}\n";
  const auto plan = plan_of(text);
  CHECK(plan->longest_path == length);
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    Numbers ends;
    script.write = [&](std::string_view, double x) { ends.add(x); };
    check_finished(run_numbers(*plan, lane, 1));
    CHECK(ends.take() == std::vector<double>{length});
  }
}
