// What a seed of a record must be, whoever made it: the engine writes values into the record without looking.
#pragma once
#include <set>

#include "core/graph/plan.hpp"
#include "core/run/run.hpp"
#include "tests/fuzz/target.hpp"

namespace headrace::fuzz {

inline void require_sound(const Seed& seed, const Plan& plan) {
  std::set<int> known;
  const auto require_slot = [&](int slot) {
    require(slot >= 0 && static_cast<std::size_t>(slot) < plan.slots.size(), "a seed names slots of its plan");
    require(plan.slots[static_cast<std::size_t>(slot)].level == 0, "a seed fills slots of the outermost level");
    require(known.insert(slot).second, "a seed speaks of each slot once");
  };
  for (const auto& [slot, value] : seed.values) {
    require_slot(slot);
    require(value && value.type() == *plan.slots[static_cast<std::size_t>(slot)].type, "a value has the type of its slot");
  }
  for (const int slot : seed.absent) require_slot(slot);
}

}  // namespace headrace::fuzz
