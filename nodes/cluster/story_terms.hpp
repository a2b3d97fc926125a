// The words by which a document is compared with others.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace headrace {

// Weights are whole numbers, so that sums over documents are exact in any order, also when documents leave again.
struct TermWeight {
  std::uint32_t term = 0;    // hash of the word
  std::uint32_t weight = 0;  // 16 * (1 + ln of the count), words of the title counted several times
  bool operator==(const TermWeight&) const = default;
};

// At most 100 terms, the strongest, of equal ones the first; sorted by term. Empty when there are only function words.
std::vector<TermWeight> story_terms(std::string_view title, std::string_view text);

}  // namespace headrace
