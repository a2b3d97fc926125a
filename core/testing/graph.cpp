#include "core/testing/graph.hpp"

#include <algorithm>
#include <numeric>

namespace headrace::testing {

std::uint64_t GraphResult::calls(std::string_view key) const {
  const auto& keys = report_.keys;
  const auto mine = std::find_if(keys.begin(), keys.end(), [&](const KeyStatistics& each) { return each.key == key; });
  if (mine == keys.end()) throw std::out_of_range("there is no key '" + std::string(key) + "' with a node");
  return mine->calls;
}

const CapturedRecord::Slot& GraphResult::slot(std::string_view key) const {
  const auto found = slots_.find(key);
  if (found == slots_.end()) throw std::out_of_range("there is no key '" + std::string(key) + "'");
  return record_.slots[found->second];
}

Graph Graph::load(std::string path) {
  Graph graph;
  graph.path_ = std::move(path);
  return graph;
}

Graph Graph::parse(std::string yaml, std::string base) {
  Graph graph;
  graph.text_ = std::move(yaml);
  graph.base_ = std::move(base);
  return graph;
}

Graph& Graph::set(std::string param, std::string value) {
  options_.params[std::move(param)] = config_scalar(std::move(value));
  return *this;
}

Graph& Graph::replace(std::string key, Mock by) {
  options_.replace.push_back(mock(std::move(key), std::move(by)));
  return *this;
}

Graph& Graph::given(std::string key, AnyValue value) {
  given_.emplace_back(std::move(key), std::move(value));
  return *this;
}

GraphResult Graph::run_one() {
  options_.without_sources = true;
  const Compiled compiled =
      path_.empty() ? compile_config(parse_config(text_, "pipeline", base_), options_) : compile_file(path_, options_);
  if (!compiled.plan) {
    std::string why;
    for (const auto& each : compiled.diagnostics) why += format_diagnostic(each);
    throw std::runtime_error(why);
  }
  const Plan& plan = *compiled.plan;
  Seed seed;
  for (auto& [key, value] : given_) {
    const int slot = plan.find_slot(key);
    if (slot < 0) throw std::runtime_error("there is no key '" + key + "' to give a value");
    const TypeInfo& type = *plan.slots[static_cast<std::size_t>(slot)].type;
    if (!(type == value.type())) throw std::runtime_error("'" + key + "' is " + type.name() + ", not " + value.type().name());
    seed.values.emplace_back(slot, std::move(value));
  }
  given_.clear();

  std::vector<int> all(plan.slots.size());
  std::iota(all.begin(), all.end(), 0);
  std::map<std::string, std::size_t, std::less<>> slots;
  for (std::size_t i = 0; i < all.size(); ++i) slots.emplace(plan.slots[i].key, i);
  CapturedRecord record;
  Capture capture(plan, all, [&](CapturedRecord captured) { record = std::move(captured); });

  RunOptions options;
  options.executor = Executor::serial;
  options.ordered = options.keep_values = options.without_sinks = true;
  options.clock = make_virtual_clock();
  options.store = make_memory_store();
  options.feed = [&](Feeder& feeder) { feeder.admit(std::move(seed)); };
  options.observer = [&](const RetiredRecord& retired) { capture.see(retired); };
  RunReport report = Run(plan, std::move(options)).run();
  return {std::move(record), std::move(slots), std::move(report)};
}

}  // namespace headrace::testing
