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

inline constexpr std::size_t max_story_terms = 100;

// The strongest terms, of equal ones the first; sorted by term. Empty when there are only function words.
std::vector<TermWeight> story_terms(std::string_view title, std::string_view text);

}  // namespace headrace
