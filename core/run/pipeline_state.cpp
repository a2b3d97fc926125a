#include "core/run/pipeline_state.hpp"

#include <charconv>
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
  for (const auto& [key, version] : before)
    if (!plan.key_versions.contains(key)) gone.push_back(key);
  if (changed.empty() && gone.empty() && fresh.empty()) return;
  std::string note = "the pipeline has changed since the run that left this state";
  if (!changed.empty()) note += "; changed: " + join(changed);
  if (!fresh.empty()) note += "; new: " + join(fresh);
  if (!gone.empty()) note += "; gone: " + join(gone);
  notes.push_back(note + ". Documents that had not settled come again and go through the new one; nothing is lost.");
}

// Opens the state of one step; gives it one table for each of its instances.
class Opening {
 public:
  Opening(Store& store, const Step& step, int instance)
      : store_(store), step_(step), instance_(instance), stored_version_(number(version_key())) {}

  void run(const std::vector<std::unique_ptr<Node>>& nodes, std::vector<std::unique_ptr<StateTable>>& states, WriteBatch& batch) {
    check_version();
    check_shards();
    for (int shard = 0; shard < instances_of(step_); ++shard) {
      const std::string name = step_.decorators.shards > 0 ? step_.key + "#" + std::to_string(shard) : step_.key;
      const int instance = instance_ + shard;
      const auto at = static_cast<std::size_t>(instance);
      states[at] = std::make_unique<StateTable>(store_, name, instance);
      states[at]->found_version(stored_version_);
      restore(*nodes[at], *states[at]);
    }
    batch.put(version_key(), std::to_string(step_.spec->state_version));
    if (step_.decorators.shards > 0) batch.put(shards_key(), shards());
  }

 private:
  std::string version_key() const { return std::string(version_prefix) + step_.key; }
  std::string shards_key() const { return "headrace/shards/" + step_.key; }
  std::string shards() const {
    return std::to_string(step_.decorators.shards) + " by " + step_.ports[static_cast<std::size_t>(step_.by)].from.front().text;
  }

  int number(const std::string& key) const {
    const auto text = store_.get(key);
    int out = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), out);
    return out;
  }

  void check_version() const {
    if (stored_version_ <= step_.spec->state_version) return;
    throw StartError({Severity::error, "H092",
                      "the state of '" + step_.key + "' has version " + std::to_string(stored_version_) + "; this program's '" +
                          step_.spec->name + "' knows up to version " + std::to_string(step_.spec->state_version),
                      "run the program that wrote it, or give the pipeline a new state folder", step_.at});
  }

  // What a document did to a shard is found there again only when it still goes to that shard.
  void check_shards() const {
    if (stored_version_ == 0) return;  // there is no state
    const std::string now = step_.decorators.shards > 0 ? shards() : "";
    const std::string before = store_.get(shards_key()).value_or("");
    if (now == before) return;
    const auto words = [](const std::string& text) {
      return text.empty() ? std::string("no shards") : text.substr(0, text.find(' ')) + " shards" + text.substr(text.find(' '));
    };
    const auto space = before.find(' ');
    const std::string go_on = before.empty()
                                  ? "take 'by' away"
                                  : "go on with by: {key: " + before.substr(space + 4) + ", shards: " + before.substr(0, space) + "}";
    throw StartError({Severity::error, "H094",
                      "the state of '" + step_.key + "' was left with " + words(before) + ", and the pipeline has " + words(now),
                      go_on + ", or give the pipeline a new state folder", step_.at});
  }

  void restore(Node& node, StateTable& state) const {
    try {
      node.open(state);
    } catch (const std::exception& error) {
      throw StartError({Severity::error, "H093", "the state of '" + step_.key + "' cannot be restored: " + error.what(), "", step_.at});
    }
  }

  Store& store_;
  const Step& step_;
  const int instance_;
  const int stored_version_;
};

}  // namespace

std::vector<std::string> open_state(const Plan& plan, Store& store, std::vector<std::unique_ptr<Node>>& nodes,
                                    std::vector<std::unique_ptr<StateTable>>& states) {
  std::vector<std::string> notes;
  if (const auto stored = store.get(pipeline_key)) compare(plan, *stored, notes);
  WriteBatch batch;
  batch.put(pipeline_key, to_json(plan.key_versions));
  std::set<std::string, std::less<>> used;
  states.resize(nodes.size());
  int instance = 0;
  for (const Step& step : plan.steps) {
    if (step.spec->takes_state) {
      used.insert(step.key);
      Opening(store, step, instance).run(nodes, states, batch);
    }
    instance += instances_of(step);
  }
  store.scan(version_prefix, [&](std::string_view key, std::string_view) {
    if (const auto name = key.substr(version_prefix.size()); !used.contains(name))
      notes.push_back("there is state of '" + std::string(name) + "', which this pipeline does not use; it is kept");
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
