#include <algorithm>
#include <filesystem>
#include <ostream>

#include "core/cli/call_lines.hpp"
#include "core/cli/common.hpp"
#include "core/cli/verbs.hpp"
#include "core/graph/isolate.hpp"

namespace headrace::cli {

namespace {

std::string not_callable(const std::string& name, std::string_view kind) {
  return "'" + name + "' is a " + std::string(kind) + ": call runs nodes that compute a value from inputs";
}

const NodeSpec& callable_node(const std::string& name) {
  const NodeSpec* spec = find_node(name);
  if (!spec) {
    if (std::filesystem::exists(name))
      throw UsageError("'" + name + "' is a file: name one of its keys too (headrace call " + name + " KEY)");
    std::vector<std::string> names;
    for (const NodeSpec* each : registered_nodes()) names.push_back(each->name);
    throw UsageError("there is no node '" + name + "'" + did_you_mean(name, names) + " (see headrace list nodes)");
  }
  if (!spec->output || spec->kind == Kind::source) throw UsageError(not_callable(name, kind_name(spec->kind)));
  return *spec;
}

Compiled compile_alone(const std::string& name, const Args& args) {
  const NodeSpec& spec = callable_node(name);
  ConfigTree config;
  config.kind = ConfigTree::Kind::map;
  for (auto& [field, value] : settings_of(args)) config.members.push_back({field, value.at, std::move(value)});
  return compile_node(std::shared_ptr<const NodeSpec>(std::shared_ptr<void>(), &spec), std::move(config));
}

template <class T> bool has_key(const std::vector<T>& all, const std::string& key) {
  return std::any_of(all.begin(), all.end(), [&](const T& each) { return each.key == key; });
}

int step_of(const Plan& plan, const std::string& key) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].key == key) return static_cast<int>(i);
    keys.push_back(plan.steps[i].key);
  }
  if (has_key(plan.sources, key)) throw UsageError(not_callable(key, "source"));
  if (has_key(plan.sinks, key)) throw UsageError(not_callable(key, "sink"));
  if (has_key(plan.resources, key)) throw UsageError(not_callable(key, "resource"));
  throw UsageError("'" + plan.path + "' computes no key '" + key + "'" + did_you_mean(key, keys));
}

// The node of one key with its configuration, decorators and resources; its inputs come from the lines.
Compiled compile_key(const std::string& file, const std::string& key, const Args& args) {
  CompileOptions options;
  options.params = settings_of(args);
  Compiled compiled = compile_file(file, options);
  std::erase_if(compiled.diagnostics, [](const Diagnostic& each) { return each.severity == Severity::warning; });
  if (compiled.plan) *compiled.plan = isolate_step(*compiled.plan, step_of(*compiled.plan, key));
  return compiled;
}

int call(const Args& args, const Console& console) {
  const bool of_file = args.operands.size() == 2;
  const auto plan =
      take_plan(of_file ? compile_key(args.operands[0], args.operands[1], args) : compile_alone(args.operands[0], args), console);
  if (!plan) return bad_config;
  RunSetup setup = setup_of(args);
  CallLines lines(*plan, console);
  Capture capture(*plan, {plan->steps.front().slot}, [&](const CapturedRecord& record) { lines.answer(record); });
  RunOptions& options = setup.options;
  if (!options.store) options.store = make_memory_store();
  options.ordered = options.keep_values = options.without_sinks = true;
  options.feed = [&](Feeder& feeder) { lines.feed(feeder); };
  options.observer = [&](const RetiredRecord& record) { capture.see(record); };
  options.dead_letters = "";
  const auto report = run_plan(*plan, std::move(options), console, Signals::left_alone);
  if (!report) return bad_config;
  if (!write_stats(args, *report, console) || lines.broken()) return sink_failed;
  return exit_code(*report, false);
}

}  // namespace

const Verb& call_verb() {
  static const Verb verb{
      "call",
      "NODE | FILE KEY",
      "runs one node over JSON Lines",
      "Each line of standard input is an object whose members are the node's inputs; each line of standard output answers\n"
      "one, in the same order: {\"value\": ...}, {\"dropped\": \"reason\"} or {\"error\": {\"kind\", \"message\", \"retryable\"}}.\n"
      "With a node, --set gives its fields; with a file and a key, the parameters of the file. State is in memory unless\n"
      "--state names a folder.",
      "echo '{\"link\": \"../news?id=1\", \"base\": \"https://example.org/a/b\"}' | headrace call canonical_url",
      {{"--set", "NAME=VALUE", "a field of the node, or a parameter of the file; may be repeated"},
       option::state,
       option::threads,
       option::serial,
       option::seed,
       option::log,
       option::stats},
      1,
      2,
      call};
  return verb;
}

}  // namespace headrace::cli
