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

// `After::ignored`: edges without a value do not count; a replay does not ask again whether a record may pass.
enum class After { counted, ignored };
SeedNeeds needs_of(const Plan& plan, const std::vector<int>& wanted, const std::vector<int>& given, After after = After::counted);

// A key of the plan and the way into its value: "article.title".
struct SlotPath {
  int slot = -1;
  std::vector<std::string> members;
};
std::optional<SlotPath> find_path(const Plan& plan, std::string_view text);             // the longest key wins
std::string json_at(const std::string& json, const std::vector<std::string>& members);  // "null" when it is not there

}  // namespace headrace
