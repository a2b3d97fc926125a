// One record by hand: which steps have to run for some keys when other keys are there already. `eval`, `test` and `replay`
// seed their records with it.
#pragma once
#include "core/run/run.hpp"

namespace headrace {

struct SeedNeeds {
  struct Missing {
    int slot;            // an input that nobody gave
    std::string reader;  // a key that needs it
  };
  std::vector<bool> steps;       // by step: has to run
  std::vector<int> absent;       // slots of the records' own level that nobody needs, or that nobody gave
  std::vector<Missing> missing;  // each input once
};

SeedNeeds needs_of(const Plan& plan, const std::vector<int>& wanted, const std::vector<int>& given);

}  // namespace headrace
