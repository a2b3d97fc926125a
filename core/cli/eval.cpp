#include <algorithm>
#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/verbs.hpp"
#include "core/run/capture.hpp"
#include "core/run/seeding.hpp"

namespace headrace::cli {

namespace {

using Given = std::map<std::string, std::string>;

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::vector<std::string> wanted_keys(const Args& args) {
  std::vector<std::string> want;
  for (const std::string& list : args.values("--want"))
    for (std::string& key : split_list(list)) want.push_back(std::move(key));
  return want;
}

bool holds_bytes(const TypeInfo& type) {
  if (type == type_of<Bytes>()) return true;
  if (type.element) return holds_bytes(*type.element);
  const auto members = type.members();
  return std::any_of(members.begin(), members.end(), [](const TypeInfo::Member& each) { return holds_bytes(*each.type); });
}

// All keys that are computed and can be read; one that holds bytes, such as a page as it was fetched, is left out. None when the
// file does not compile: whoever compiles it for good says why.
std::vector<std::string> readable_keys(const std::string& file, const CompileOptions& options, const Given& given) {
  CompileOptions whole;
  whole.params = options.params;
  whole.check_only = true;
  const Compiled compiled = compile_file(file, whole);
  std::vector<std::string> keys;
  if (!compiled.plan) return keys;
  for (const Step& step : compiled.plan->steps)
    if (!given.contains(step.key) && !holds_bytes(*compiled.plan->slots[static_cast<std::size_t>(step.slot)].type)) keys.push_back(step.key);
  return keys;
}

Given given_values(const Args& args) {
  Given given;
  for (std::size_t i = 1; i < args.operands.size(); ++i) {
    auto [key, value] = split_assignment(args.operands[i]);
    if (!given.emplace(key, std::move(value)).second) throw UsageError("'" + key + "' is given twice");
  }
  return given;
}

// JSON when it reads as the key's type; otherwise the text itself, as a string.
AnyValue read_typed(const std::string& key, const TypeInfo& type, const std::string& text) {
  std::string complaint;
  try {
    return AnyValue::read(type, JsonDocument(text).root());
  } catch (const BadValue& bad) {
    complaint = (bad.path.empty() ? "" : bad.path + ": ") + bad.message;
  }
  try {
    JsonWriter quoted;
    quoted.string(text);
    return AnyValue::read(type, JsonDocument(quoted.text()).root());
  } catch (const BadValue& bad) {
    const bool meant_as_text = complaint.starts_with("not JSON");
    throw UsageError("'" + key + "' takes " + type.name() + ": " + (meant_as_text ? bad.message : complaint));
  }
}

// A key that the file has but the wanted ones do not need is said and left out; one that it has not is wrong usage.
void explain_unused(const std::string& key, const std::string& file, const CompileOptions& options, const Console& console) {
  CompileOptions whole;
  whole.params = options.params;
  whole.check_only = true;
  const Compiled compiled = compile_file(file, whole);
  std::vector<std::string> keys;
  if (compiled.plan)
    for (const Slot& slot : compiled.plan->slots) keys.push_back(slot.key);
  if (compiled.plan && std::find(keys.begin(), keys.end(), key) == keys.end())
    throw UsageError("'" + file + "' has no key '" + key + "'" + did_you_mean(key, keys));
  console.err << "headrace: '" << key << "' is given, but nothing that is wanted needs it\n";
}

Seed seed_of(const Plan& plan, const Given& given, const std::vector<int>& wanted, const std::string& file, const CompileOptions& options,
             const Console& console) {
  Seed seed;
  std::vector<int> slots;
  for (const auto& [key, text] : given) {
    const int slot = plan.find_slot(key);
    if (slot < 0) {
      explain_unused(key, file, options, console);
      continue;
    }
    slots.push_back(slot);
    seed.values.emplace_back(slot, read_typed(key, *plan.slots[static_cast<std::size_t>(slot)].type, text));
  }
  SeedNeeds needs = needs_of(plan, wanted, slots);
  std::string missing;
  for (const auto& each : needs.missing)
    missing +=
        (missing.empty() ? "" : ", ") + ("'" + plan.slots[static_cast<std::size_t>(each.slot)].key + "' (for '" + each.reader + "')");
  if (!missing.empty()) throw UsageError("missing input: " + missing + "; give it as key=value");
  seed.absent = std::move(needs.absent);
  return seed;
}

struct Wanted {
  std::string text;  // as asked for
  SlotPath path;
};

// A name is a key, a member of one, or a subgraph: then all its keys.
std::vector<Wanted> find_wanted(const Plan& plan, const std::vector<std::string>& names) {
  std::vector<Wanted> out;
  for (const std::string& name : names) {
    if (auto path = find_path(plan, name)) {
      out.push_back({name, std::move(*path)});
      continue;
    }
    for (const Step& step : plan.steps)
      if (step.key.starts_with(name + ".")) out.push_back({step.key, {step.slot, {}}});
  }
  return out;
}

std::string json_of(const std::vector<Wanted>& want, const CapturedRecord& record) {
  JsonWriter writer;
  writer.begin_object();
  for (std::size_t i = 0; i < want.size(); ++i) {
    writer.member(want[i].text);
    writer.raw(json_at(record.slots[i].json, want[i].path.members));
  }
  writer.end_object();
  return writer.take() + "\n";
}

void print_faults(const CapturedRecord& record, const Console& console) {
  for (const KeyError& error : record.errors) {
    console.err << "headrace: '" << error.key << "' failed (" << error.node << "): " << error.failure.kind << ": " << error.failure.message
                << "\n";
    if (!error.cause.empty()) console.err << "  first cause: " << error.cause << "\n";
  }
  if (record.verdict == Verdict::dropped)
    console.err << "headrace: '" << record.dropped_key << "' dropped the record: " << record.reason << "\n";
}

int eval(const Args& args, const Console& console) {
  std::vector<std::string> names = wanted_keys(args);
  const Given given = given_values(args);
  CompileOptions compile;
  compile.params = settings_of(args);
  if (names.empty()) names = readable_keys(args.operands[0], compile, given);
  compile.want = names;
  const auto plan = take_plan(compile_file(args.operands[0], compile), console);
  if (!plan) return bad_config;
  std::vector<int> slots;
  const std::vector<Wanted> want = find_wanted(*plan, names);
  for (const Wanted& each : want) slots.push_back(each.path.slot);
  Seed seed = seed_of(*plan, given, slots, args.operands[0], compile, console);

  std::optional<CapturedRecord> result;
  Capture capture(*plan, slots, [&](CapturedRecord record) { result = std::move(record); });
  RunSetup setup = setup_of(args);
  RunOptions& options = setup.options;
  options.executor = Executor::serial;
  if (!options.store) options.store = make_memory_store();
  options.ordered = options.keep_values = options.without_sinks = true;
  options.dead_letters = "";
  options.feed = [&](Feeder& feeder) { feeder.admit(std::move(seed)); };
  options.observer = [&](const RetiredRecord& record) { capture.see(record); };
  const auto report = run_plan(*plan, std::move(options), console, Signals::left_alone);
  if (!report) return bad_config;
  if (!write_stats(args, *report, console)) return sink_failed;
  if (!result) return cut_off;
  console.out << json_of(want, *result);
  print_faults(*result, console);
  if (report->end == RunEnd::aborted) return cut_off;
  return result->verdict == Verdict::done ? fine : negative;
}

}  // namespace

const Verb& eval_verb() {
  static const Verb verb{
      "eval",
      "FILE KEY=VALUE...",
      "computes the keys of one record",
      "Prints one JSON object of the wanted keys; only what they need is run, without sources and sinks. Without --want it is\n"
      "all keys but those that hold bytes, such as pages. A value is JSON if it reads as the type of its key, otherwise text. A key that is given is not computed. Exit 1 when the record\n"
      "failed or was dropped; why is said on standard error.",
      "headrace eval pipelines/article.yaml url=https://example.org/ --want article,topics",
      {{"--want", "KEY,...", "only these keys, and what they need"}, option::set, option::state, option::seed, option::log, option::stats},
      1,
      SIZE_MAX,
      eval};
  return verb;
}

}  // namespace headrace::cli
