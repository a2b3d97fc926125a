#include "core/graph/isolate.hpp"

#include <algorithm>

namespace headrace {

namespace {

std::size_t index_of(int number) { return static_cast<std::size_t>(number); }

// The resources that `step` and its fallback use, and theirs: numbers in the order in which they open.
std::vector<int> resources_of(const Plan& plan, const Step& step) {
  std::vector<bool> used(plan.resources.size());
  const auto use = [&](const Build& build) {
    for (const auto& [field, resource] : build.resources)
      if (resource >= 0) used[index_of(resource)] = true;
  };
  use(step);
  if (step.fallback) use(*step.fallback);
  std::vector<int> out;
  for (std::size_t i = plan.resources.size(); i-- > 0;) {  // a resource opens after what it uses
    if (!used[i]) continue;
    out.insert(out.begin(), static_cast<int>(i));
    for (const auto& [field, resource] : plan.resources[i].resources)
      if (resource >= 0) used[index_of(resource)] = true;
  }
  return out;
}

void renumber(Build& build, const std::vector<int>& kept) {
  for (auto& [field, resource] : build.resources)
    if (resource >= 0) resource = static_cast<int>(std::find(kept.begin(), kept.end(), resource) - kept.begin());
}

bool same(const std::vector<Binding>& a, const std::vector<Binding>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Binding& x, const Binding& y) { return x.slot == y.slot && x.text == y.text; });
}

// The port before `index` that takes the same: a fallback asks for what its key asks for, and need not be given it twice.
const BoundPort* twin_of(const std::vector<BoundPort>& ports, std::size_t index) {
  for (std::size_t i = 0; i < index; ++i)
    if (!ports[i].from.empty() && *ports[i].port.type == *ports[index].port.type && same(ports[i].from, ports[index].from))
      return &ports[i];
  return nullptr;
}

int add_slot(Plan& plan, int level, std::string key, const TypeInfo* type, int step) {
  Level& owner = plan.levels[index_of(level)];
  Slot slot;
  slot.key = std::move(key);
  slot.type = type;
  slot.level = level;
  slot.step = step;
  slot.offset = (owner.block_size + type->align - 1) / type->align * type->align;
  slot.index = static_cast<int>(owner.slots.size());
  slot.readers = step < 0 ? 1 : 0;
  slot.keep = step >= 0;
  owner.block_size = slot.offset + type->size;
  owner.block_align = std::max(owner.block_align, type->align);
  const int number = static_cast<int>(plan.slots.size());
  owner.slots.push_back(number);
  plan.slots.push_back(std::move(slot));
  return number;
}

}  // namespace

Plan isolate_step(const Plan& plan, int number) {
  Plan alone;
  alone.name = plan.name;
  alone.path = plan.path;
  alone.version = plan.version;
  alone.key_versions = plan.key_versions;
  alone.limits = plan.limits;
  alone.longest_path = 1;
  Step step = plan.steps[index_of(number)];
  const bool expands = step.child_level >= 0;
  alone.levels.resize(expands ? 2 : 1);
  alone.levels[0].steps = alone.levels[0].roots = {0};

  const std::vector<int> kept = resources_of(plan, step);
  for (const int resource : kept) renumber(alone.resources.emplace_back(plan.resources[index_of(resource)]), kept);
  renumber(step, kept);
  if (step.fallback) renumber(*step.fallback, kept);

  step.after.clear();
  const std::vector<BoundPort> bound = step.ports;
  for (std::size_t i = 0; i < step.ports.size(); ++i) {
    BoundPort& port = step.ports[i];
    if (const BoundPort* twin = i < step.own_ports ? nullptr : twin_of(bound, i)) {
      port.from = step.ports[static_cast<std::size_t>(twin - bound.data())].from;
      continue;
    }
    const int slot = add_slot(alone, 0, port.port.name, port.port.type, -1);
    port.from = {{slot, {}, port.port.name}};
    alone.inputs.push_back(slot);
    if (!port.port.optional) step.after.push_back(slot);
  }
  step.slot = add_slot(alone, expands ? 1 : 0, step.key, plan.slots[index_of(step.slot)].type, 0);
  step.level = 0;
  step.predecessors = 0;
  step.successors.clear();
  if (expands) {
    step.child_level = 1;
    alone.levels[1].parent = 0;
    alone.levels[1].step = 0;
    alone.levels[1].first_slot = step.slot;
  }
  alone.steps.push_back(std::move(step));
  return alone;
}

}  // namespace headrace
