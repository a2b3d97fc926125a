#include "core/run/pipeline_state.hpp"

#include <set>

#include "core/run/run.hpp"

namespace headrace::run {

namespace {

constexpr const char* pipeline_key = "headrace/pipeline";
constexpr std::string_view version_prefix = "headrace/state_version/";

std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// What changed since the pipeline that wrote `stored`.
void compare(const Plan& plan, const std::string& stored, std::vector<std::string>& notes) {
  const auto before = from_json<std::map<std::string, std::string>>(stored);
  std::vector<std::string> changed, gone, fresh;
  for (const auto& [key, version] : plan.key_versions) {
    const auto known = before.find(key);
    if (known == before.end()) fresh.push_back(key);
    else if (known->second != version) changed.push_back(key);
  }
  for (const auto& [key, version] : before) if (!plan.key_versions.contains(key)) gone.push_back(key);
  if (changed.empty() && gone.empty() && fresh.empty()) return;
  std::string note = "the pipeline has changed since the run that left this state";
  if (!changed.empty()) note += "; changed: " + join(changed);
  if (!fresh.empty()) note += "; new: " + join(fresh);
  if (!gone.empty()) note += "; gone: " + join(gone);
  notes.push_back(note + ". Documents that had not settled come again and go through the new one; nothing is lost.");
}

}  // namespace

std::vector<std::string> open_state(const Plan& plan, Store& store, std::vector<std::unique_ptr<Node>>& nodes, std::vector<std::unique_ptr<StateTable>>& states) {
  std::vector<std::string> notes;
  if (const auto stored = store.get(pipeline_key)) compare(plan, *stored, notes);
  WriteBatch batch;
  batch.put(pipeline_key, to_json(plan.key_versions));
  std::set<std::string, std::less<>> used;
  states.resize(plan.steps.size());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    if (!step.spec->takes_state) continue;
    used.insert(step.key);
    states[i] = std::make_unique<StateTable>(store, step.key, static_cast<int>(i));
    if (const int stored = states[i]->stored_version(); stored > step.spec->state_version)
      throw StartError({Severity::error, "H092",
                        "the state of '" + step.key + "' has version " + std::to_string(stored) + "; this program's '" + step.spec->name + "' knows up to version " +
                            std::to_string(step.spec->state_version),
                        "run the program that wrote it, or give the pipeline a new state folder", step.at});
    try {
      nodes[i]->open(*states[i]);
    } catch (const std::exception& error) {
      throw StartError({Severity::error, "H093", "the state of '" + step.key + "' cannot be restored: " + error.what(), "", step.at});
    }
    states[i]->store_version(step.spec->state_version, batch);
  }
  store.scan(version_prefix, [&](std::string_view key, std::string_view) {
    if (const auto name = key.substr(version_prefix.size()); !used.contains(name)) notes.push_back("there is state of '" + std::string(name) + "', which this pipeline does not use; it is kept");
    return true;
  });
  store.write(batch, Durability::synced);
  return notes;
}

void order_stateful_steps(Layout& layout) {
  for (StepLayout& step : layout.steps)
    if (step.kind == Kind::stateful) step.ordered = true;
}

}  // namespace headrace::run
