#include "core/run/seeding.hpp"

namespace headrace {

namespace {

class Needs {
 public:
  Needs(const Plan& plan, const std::vector<int>& wanted, const std::vector<int>& given, After after)
      : plan_(plan), after_(after), wanted_(plan.slots.size()), given_(plan.slots.size()), required_(plan.slots.size()) {
    for (const int slot : given) given_[index(slot)] = true;
    for (const int slot : wanted) want(slot);
  }

  SeedNeeds take() {
    SeedNeeds out;
    out.steps.resize(plan_.steps.size());
    for (std::size_t i = plan_.steps.size(); i-- > 0;) {  // steps come after what they need
      const Step& step = plan_.steps[i];
      if (!wanted_[index(step.slot)] || given_[index(step.slot)]) continue;
      out.steps[i] = true;
      want_inputs(step);
    }
    for (std::size_t slot = 0; slot < plan_.slots.size(); ++slot) settle(static_cast<int>(slot), out);
    return out;
  }

 private:
  static std::size_t index(int slot) { return static_cast<std::size_t>(slot); }

  void want(int slot) {
    wanted_[index(slot)] = true;
    for (int level = plan_.slots[index(slot)].level; level > 0; level = plan_.levels[index(level)].parent)
      wanted_[index(plan_.levels[index(level)].first_slot)] = true;  // without its expanding key there is no child
  }

  void want_inputs(const Step& step) {
    for (const BoundPort& port : step.ports)
      for (const Binding& from : port.from) {
        want(from.slot);
        // Several alternatives: each may be missing as long as one is there; the engine sees to that.
        if (!port.port.optional && port.from.size() == 1 && required_[index(from.slot)].empty()) required_[index(from.slot)] = step.key;
      }
    if (after_ == After::counted)
      for (const int slot : step.after) want(slot);
  }

  void settle(int slot, SeedNeeds& out) const {
    const Slot& each = plan_.slots[index(slot)];
    if (each.level != 0 || given_[index(slot)]) return;
    const bool computed = each.step >= 0;
    if (computed && out.steps[index(each.step)]) return;
    out.absent.push_back(slot);
    if (!computed && !required_[index(slot)].empty()) out.missing.push_back({slot, required_[index(slot)]});
  }

  const Plan& plan_;
  const After after_;
  std::vector<bool> wanted_, given_;
  std::vector<std::string> required_;  // by slot: a key that cannot do without it
};

}  // namespace

SeedNeeds needs_of(const Plan& plan, const std::vector<int>& wanted, const std::vector<int>& given, After after) {
  return Needs(plan, wanted, given, after).take();
}

std::optional<SlotPath> find_path(const Plan& plan, std::string_view text) {
  SlotPath path;
  for (std::string_view key = text;;) {
    path.slot = plan.find_slot(key);
    if (path.slot >= 0) break;
    const std::size_t dot = key.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    path.members.emplace(path.members.begin(), key.substr(dot + 1));
    key = key.substr(0, dot);
  }
  return path;
}

std::string json_at(const std::string& json, const std::vector<std::string>& members) {
  if (members.empty()) return json;
  const JsonDocument document(json);
  ValueView value = document.root();
  for (const std::string& member : members) {
    const auto inside = value.shape() == Shape::object ? value.member(member) : std::nullopt;
    if (!inside) return "null";
    value = *inside;
  }
  JsonWriter writer;
  write_json(writer, value);
  return writer.take();
}

}  // namespace headrace
