#include "core/graph/isolate.hpp"

#include <algorithm>

namespace headrace {

namespace {

std::size_t index_of(int number) { return static_cast<std::size_t>(number); }

// The resources that `build` uses, and theirs: numbers in the order in which they open.
std::vector<int> resources_of(const Plan& plan, const Build& build) {
  std::vector<bool> used(plan.resources.size());
  for (const auto& [field, resource] : build.resources)
    if (resource >= 0) used[index_of(resource)] = true;
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

  step.after.clear();
  for (BoundPort& port : step.ports) {
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
