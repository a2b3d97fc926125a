#include "core/testing/yaml_case.hpp"

#include <algorithm>

#include "core/run/seeding.hpp"
#include "core/testing/mocks.hpp"

namespace headrace::testing {

namespace {

std::string near_hint(const std::string& word, const std::vector<std::string>& names) {
  const std::string near = nearest_name(word, names);
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  if (list.size() > 200) list = list.substr(0, list.rfind(',', 200)) + ", ...";
  return (near.empty() ? "" : "did you mean '" + near + "'? ") + ("(there are: " + list + ")");
}

std::string fault_hint(const CapturedRecord& record) {
  std::string out;
  for (const KeyError& error : record.errors)
    out += (out.empty() ? "" : "; ") + ("'" + error.key + "' failed: " + error.failure.kind + ": " + error.failure.message);
  if (record.verdict == Verdict::dropped)
    out += (out.empty() ? "" : "; ") + ("'" + record.dropped_key + "' dropped the record: " + record.reason);
  return out;
}

bool is_true(const ConfigTree* tree) { return tree && tree->is_scalar() && tree->text == "true"; }

}  // namespace

void report(Diagnostics& problems, const char* code, std::string message, const Place& at, std::string hint) {
  problems.push_back({Severity::error, code, std::move(message), std::move(hint), at});
}

bool check_members(const ConfigTree& tree, const std::string& owner, const std::vector<std::string>& known, Diagnostics& problems) {
  if (!tree.is_map()) return report(problems, test_codes::bad_value, owner + " must be a map", tree.at), false;
  for (const auto& member : tree.members)
    if (std::find(known.begin(), known.end(), member.name) == known.end())
      report(problems, test_codes::unknown_name, owner + " has no member '" + member.name + "'", member.at, near_hint(member.name, known));
  return true;
}

YamlCase::YamlCase(const ConfigTree& tree, std::string pipeline, const std::vector<std::string>& keys, bool for_check)
    : tree_(tree), keys_(keys) {
  if (!check_members(tree, "a test", {"name", "params", "mock", "given", "want", "run"}, problems_)) return;
  for (const char* section : {"params", "mock", "given", "want"})
    if (const ConfigTree* part = tree.member(section); part && !part->is_map())
      report(problems_, test_codes::bad_value, std::string("'") + section + "' must be a map", part->at);
  if (!tree.member("want"))
    report(problems_, test_codes::bad_value, "the test wants nothing", tree.at, "add 'want:' with the keys to compare");
  if (!problems_.empty()) return;
  read_want();
  compile(pipeline, for_check);
  if (plan_ && !real()) read_given();
}

bool YamlCase::real() const { return is_true(tree_.member("run")); }

void YamlCase::need(const std::string& key, const Place& at) {
  if (std::find(keys_.begin(), keys_.end(), key) == keys_.end())
    return report(problems_, test_codes::unknown_name, "the pipeline has no key '" + key + "'", at, near_hint(key, keys_));
  if (std::find(needed_.begin(), needed_.end(), key) == needed_.end()) needed_.push_back(key);
}

// The longest beginning that is a key: subgraphs have keys with dots.
std::optional<KeyPath> YamlCase::resolve(const ConfigTree::Member& member) {
  for (std::size_t end = member.name.size(); end != std::string::npos && end > 0; end = member.name.rfind('.', end - 1)) {
    KeyPath path{member.name.substr(0, end), {}};
    if (std::find(keys_.begin(), keys_.end(), path.key) == keys_.end()) continue;
    for (std::size_t at = end; at < member.name.size();) {
      const std::size_t next = std::min(member.name.find('.', at + 1), member.name.size());
      path.members.push_back(member.name.substr(at + 1, next - at - 1));
      at = next;
    }
    return path;
  }
  need(member.name.substr(0, member.name.find('.')), member.at);  // says what there is
  return std::nullopt;
}

void YamlCase::add_assertion(const ConfigTree::Member& member, std::vector<Assertion>& into) {
  auto path = resolve(member);
  if (!path) return;
  need(path->key, member.at);
  into.push_back({std::move(*path), member.name, &member.value});
}

void YamlCase::read_records(const ConfigTree& records) {
  for (const ConfigTree& record : records.items) {
    auto& assertions = records_.emplace_back();
    for (const auto& member : record.members) add_assertion(member, assertions);
  }
}

void YamlCase::read_want() {
  const ConfigTree& want = *tree_.member("want");
  if (real()) {
    if (check_members(want, "'want' of a test that runs", {"ledger", "records"}, problems_))
      if (const ConfigTree* records = want.member("records")) read_records(*records);
    return;
  }
  for (const auto& member : want.members) {
    if (member.name == "failed" || member.name == "dropped") {
      for (const auto& each : member.value.members) need(each.name, each.at);
    } else if (member.name == "skipped") {
      for (const auto& each : member.value.items) need(each.text, each.at);
    } else {
      add_assertion(member, assertions_);
    }
  }
}

void YamlCase::compile(const std::string& pipeline, bool for_check) {
  CompileOptions options;
  options.check_only = for_check;
  if (const ConfigTree* params = tree_.member("params"))
    for (const auto& param : params->members) options.params.insert_or_assign(param.name, param.value);
  if (const ConfigTree* mock = tree_.member("mock")) options.replace = read_mocks(*mock, problems_);
  if (!real()) {
    options.without_sources = true;
    if (!needed_.empty()) options.want = needed_;
  }
  if (has_errors(problems_)) return;
  Compiled compiled = compile_file(pipeline, options);
  for (auto& each : compiled.diagnostics)
    if (each.severity == Severity::error) problems_.push_back(std::move(each));
  plan_ = std::move(compiled.plan);
  if (has_errors(problems_)) plan_.reset();
  if (!plan_) return;
  for (const auto& key : needed_) slots_.push_back(plan_->find_slot(key));
}

void YamlCase::read_given() {
  const ConfigTree* given = tree_.member("given");
  if (!given) return;
  for (const auto& member : given->members) {
    const int slot = plan_->find_slot(member.name);
    if (slot < 0) {  // nothing that is wanted needs it, or it does not exist
      if (std::find(keys_.begin(), keys_.end(), member.name) == keys_.end())
        report(problems_, test_codes::unknown_name, "the pipeline has no key '" + member.name + "'", member.at,
               near_hint(member.name, keys_));
      continue;
    }
    if (member.value.view().is_null()) {
      absent_.push_back(slot);
      continue;
    }
    const TypeInfo& type = *plan_->slots[static_cast<std::size_t>(slot)].type;
    try {
      given_.emplace_back(slot, AnyValue::read(type, member.value.view()));
    } catch (BadValue& bad) {
      bad.inside(member.name);
      report(problems_, test_codes::bad_value, "'" + bad.path + "' " + bad.message, bad.at ? bad.at->at : member.at,
             "'" + member.name + "' is " + type.name());
    }
  }
}

Seed YamlCase::make_seed() {
  std::vector<int> given = absent_, wanted = slots_;
  for (const auto& [slot, value] : given_) given.push_back(slot);
  if (wanted.empty())  // a drop for whatever reason: everything runs
    for (std::size_t i = 0; i < plan_->slots.size(); ++i) wanted.push_back(static_cast<int>(i));
  SeedNeeds needs = needs_of(*plan_, wanted, given);
  for (const auto& missing : needs.missing) {
    const std::string& key = plan_->slots[static_cast<std::size_t>(missing.slot)].key;
    const ConfigTree* at = tree_.member("given");
    report(problems_, test_codes::missing_input, "'" + missing.reader + "' needs '" + key + "'", at ? at->at : tree_.at,
           "give it under 'given:', or mock '" + missing.reader + "'");
  }
  Seed seed;
  seed.values = std::move(given_);
  seed.absent = std::move(needs.absent);
  seed.absent.insert(seed.absent.end(), absent_.begin(), absent_.end());
  return seed;
}

RunOptions YamlCase::options() {
  RunOptions options;
  options.executor = Executor::serial;
  options.ordered = options.keep_values = true;
  options.without_sinks = !real();
  options.seed = 1;
  options.clock = make_virtual_clock();
  options.store = make_memory_store();
  options.dead_letters = "";
  return options;
}

std::uint64_t YamlCase::run() {
  if (!plan_ || !problems_.empty()) return 0;
  RunOptions run_options = options();
  Capture capture(*plan_, slots_, [&](CapturedRecord record) { captured_.push_back(std::move(record)); });
  run_options.observer = [&](const RetiredRecord& record) { capture.see(record); };
  Seed seed;
  if (!real()) {
    seed = make_seed();
    if (!problems_.empty()) return 0;
    run_options.feed = [&](Feeder& feeder) { feeder.admit(std::move(seed)); };
  }
  try {
    Run run(*plan_, std::move(run_options));
    const RunReport result = run.run();
    compare(result);
    return result.wall_ns;
  } catch (const StartError& error) {
    problems_.push_back(error.diagnostic);
  } catch (const StoreError& error) {
    report(problems_, test_codes::not_met, std::string("the state cannot be used: ") + error.what(), tree_.at);
  }
  return 0;
}

const CapturedRecord::Slot& YamlCase::captured(const CapturedRecord& record, const std::string& key) const {
  return record.slots[static_cast<std::size_t>(std::find(needed_.begin(), needed_.end(), key) - needed_.begin())];
}

void YamlCase::compare_json(const ConfigTree& wanted, const std::string& json, const KeyPath& path, const std::string& text,
                            const std::string& hint) {
  const JsonDocument document(json_at(json, path.members));
  std::vector<Mismatch> mismatches;
  match(wanted, document.root(), text, mismatches);
  for (const Mismatch& each : mismatches) report(problems_, test_codes::not_met, each.message, each.at->at, hint);
}

void YamlCase::compare_record(const CapturedRecord& record, const std::vector<Assertion>& assertions, const std::string& prefix) {
  for (const Assertion& each : assertions)
    compare_json(*each.wanted, captured(record, each.path.key).json, each.path, prefix + each.text, fault_hint(record));
}

void YamlCase::compare_failed(const ConfigTree& wanted, const CapturedRecord& record) {
  for (const auto& member : wanted.members) {
    const bool met = std::any_of(record.errors.begin(), record.errors.end(), [&](const KeyError& error) {
      return error.key == member.name && (error.failure.kind + ": " + error.failure.message).find(member.value.text) != std::string::npos;
    });
    if (!met)
      report(problems_, test_codes::not_met, "'" + member.name + "' did not fail with '" + member.value.text + "'", member.value.at,
             fault_hint(record));
  }
}

void YamlCase::compare_skipped(const ConfigTree& wanted, const CapturedRecord& record) {
  for (const ConfigTree& key : wanted.items)
    if (captured(record, key.text).status != Status::skipped)
      report(problems_, test_codes::not_met, "'" + key.text + "' was not skipped", key.at, fault_hint(record));
}

void YamlCase::compare_dropped(const ConfigTree& wanted, const CapturedRecord& record) {
  const auto check = [&](const std::string& key, const ConfigTree& reason) {
    if (record.verdict == Verdict::dropped && record.reason == reason.text && (key.empty() || record.dropped_key == key)) return;
    report(problems_, test_codes::not_met,
           "the record was not dropped" + (key.empty() ? "" : " by '" + key + "'") + " as '" + reason.text + "'", reason.at,
           fault_hint(record));
  };
  if (wanted.is_scalar()) check("", wanted);
  for (const auto& member : wanted.members) check(member.name, member.value);
}

void YamlCase::compare_faults(const CapturedRecord& record) {
  const ConfigTree& want = *tree_.member("want");
  if (const ConfigTree* failed = want.member("failed")) compare_failed(*failed, record);
  if (const ConfigTree* skipped = want.member("skipped")) compare_skipped(*skipped, record);
  if (const ConfigTree* dropped = want.member("dropped")) compare_dropped(*dropped, record);
}

void YamlCase::compare(const RunReport& result) {
  const ConfigTree& want = *tree_.member("want");
  if (!real()) {
    if (captured_.empty()) return report(problems_, test_codes::not_met, "the run ended without the record", tree_.at, result.message);
    compare_record(captured_.front(), assertions_, "");
    return compare_faults(captured_.front());
  }
  if (const ConfigTree* ledger = want.member("ledger")) {
    JsonWriter writer;
    write_json(writer, result);
    compare_json(*ledger, writer.text(), {}, "", "");
  }
  if (const ConfigTree* records = want.member("records")) {
    if (captured_.size() != records_.size())
      return report(problems_, test_codes::not_met,
                    "there are " + std::to_string(captured_.size()) + " records, not " + std::to_string(records_.size()), records->at);
    for (std::size_t i = 0; i < records_.size(); ++i) compare_record(captured_[i], records_[i], "record " + std::to_string(i + 1) + ": ");
  }
}

}  // namespace headrace::testing
