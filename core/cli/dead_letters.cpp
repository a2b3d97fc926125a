#include "core/cli/dead_letters.hpp"

#include <algorithm>

namespace headrace::cli {

namespace {

// The line as it stands, with names turned into slots.
struct Content {
  std::vector<int> to_run;       // failed and skipped
  std::vector<int> recorded;     // slots of `inputs`
  std::vector<AnyValue> values;  // of these
  std::vector<bool> changed;     // of these: computed, and by another version
  bool same_version = false;
  std::string document;
  std::vector<MarkedChange> marks;  // of a record that is done
};

bool contains(const std::vector<int>& list, int value) { return std::find(list.begin(), list.end(), value) != list.end(); }

std::string member_text(const ValueView& object, std::string_view name) {
  const auto member = object.member(name);
  return member && member->shape() == Shape::string ? std::string(member->string()) : "";
}

void add_to_run(const Plan& plan, std::string_view key, Content& content) {
  const int slot = plan.find_slot(key);
  if (slot < 0) return;  // a sink, or a key that the pipeline has no more
  if (plan.slots[static_cast<std::size_t>(slot)].level != 0)
    throw BadLetter("it is of a child of an expanding key; replay its parent's input instead");
  content.to_run.push_back(slot);
}

void read_keys(const Plan& plan, const ValueView& root, Content& content) {
  const auto error = root.member("error");
  if (!error || !root.member("inputs")) throw BadLetter("it has no error and inputs");
  add_to_run(plan, member_text(*error, "key"), content);
  if (const auto also = root.member("also"))
    for (const ValueView& each : also->elements()) add_to_run(plan, member_text(each, "key"), content);
  if (const auto skipped = root.member("skipped"))
    for (const ValueView& each : skipped->elements()) add_to_run(plan, each.string(), content);
}

void read_inputs(const Plan& plan, const ValueView& root, Content& content) {
  const auto versions = root.member("versions");
  for (const auto& [key, value] : root.member("inputs")->members()) {
    const int slot = plan.find_slot(key);
    if (slot < 0) continue;  // the pipeline has it no more: nobody reads it
    const Slot& each = plan.slots[static_cast<std::size_t>(slot)];
    if (each.level != 0)
      throw BadLetter("its '" + each.key + "' belongs to a child of an expanding key; replay its parent's input instead");
    if (contains(content.recorded, slot)) throw BadLetter("it gives '" + each.key + "' twice");
    const auto now = plan.key_versions.find(each.key);
    content.recorded.push_back(slot);
    content.changed.push_back(each.step >= 0 && versions && now != plan.key_versions.end() && member_text(*versions, key) != now->second);
    try {
      content.values.push_back(AnyValue::read(*each.type, value));
    } catch (const BadValue& bad) {
      throw BadLetter("its '" + each.key + "' is not " + each.type->name() + ": " + bad.path + " " + bad.message);
    }
  }
}

void read_marks(const ValueView& root, Content& content) {
  const auto marks = root.member("marks");
  if (!marks || marks->is_null()) return;
  for (const ValueView& each : marks->elements()) {
    const auto value = each.member("value");
    const std::string key = member_text(each, "key");
    if (key.empty()) throw BadLetter("one of its marks has no key");
    content.marks.push_back({When::done, key, value && !value->is_null() ? std::optional(std::string(value->string())) : std::nullopt});
  }
}

Content read_content(const Plan& plan, const std::string& line) {
  try {
    const JsonDocument document(line);
    const ValueView root = document.root();
    if (root.shape() != Shape::object) throw BadLetter("it is not a map");
    Content content;
    content.same_version = member_text(root, "version") == plan.version;
    content.document = member_text(root, "document_id");
    read_keys(plan, root, content);
    read_marks(root, content);
    read_inputs(plan, root, content);
    return content;
  } catch (const BadValue& bad) {
    throw BadLetter(bad.message);
  }
}

// Exactly the keys that failed or were skipped: what was resolved then and is not recorded was absent, or nobody needs it.
std::vector<int> absent_but(const Plan& plan, const Content& content) {
  std::vector<int> absent;
  for (std::size_t i = 0; i < plan.slots.size(); ++i) {
    const int slot = static_cast<int>(i);
    if (plan.slots[i].level == 0 && !contains(content.to_run, slot) && !contains(content.recorded, slot)) absent.push_back(slot);
  }
  return absent;
}

std::vector<int> wanted_slots(const Plan& plan, const Content& content) {
  std::vector<int> wanted = content.to_run;
  for (const SinkStep& sink : plan.sinks)
    for (const BoundPort& port : sink.ports)
      for (const Binding& from : port.from) wanted.push_back(from.slot);
  return wanted;
}

enum class Changed { runs_again, keeps_its_value };

// What the pipeline needs now beyond the letter runs as well: keys that it did not have then and, if they run again, those that
// are computed in another way now. False when that needs what the letter does not hold.
bool refresh(const Plan& plan, const Content& content, Changed changed, Letter& letter, std::vector<bool>& given) {
  std::vector<int> fresh;
  for (std::size_t i = 0; i < content.recorded.size(); ++i) {
    given[i] = changed == Changed::keeps_its_value || !content.changed[i];
    if (given[i]) fresh.push_back(content.recorded[i]);
  }
  SeedNeeds needs = needs_of(plan, wanted_slots(plan, content), fresh, After::ignored);
  if (!needs.missing.empty()) return false;
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    if (needs.steps[i] && !contains(content.to_run, plan.steps[i].slot)) letter.stale.insert(plan.steps[i].key);
  letter.seed.absent = std::move(needs.absent);
  std::erase_if(letter.seed.absent, [&](int slot) { return contains(fresh, slot); });
  return true;
}

}  // namespace

Letter read_letter(const Plan& plan, const std::string& line) {
  Content content = read_content(plan, line);
  Letter letter;
  std::vector<bool> given(content.recorded.size(), true);
  const bool anew = !content.same_version &&
                    (refresh(plan, content, Changed::runs_again, letter, given) || refresh(plan, content, Changed::keeps_its_value, letter, given));
  if (!anew) {
    std::fill(given.begin(), given.end(), true);
    letter.seed.absent = absent_but(plan, content);
  }
  for (std::size_t i = 0; i < content.recorded.size(); ++i)
    if (given[i] && content.changed[i]) letter.kept.insert(plan.slots[static_cast<std::size_t>(content.recorded[i])].key);
  for (std::size_t i = 0; i < content.recorded.size(); ++i)
    if (given[i] && !contains(content.to_run, content.recorded[i]))
      letter.seed.values.emplace_back(content.recorded[i], std::move(content.values[i]));
  letter.seed.name = std::move(content.document);
  letter.seed.marks = std::move(content.marks);
  return letter;
}

}  // namespace headrace::cli
