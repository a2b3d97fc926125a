// Finds which of many phrases occur in a text, in one pass over its words: a trie of words, walked from each position.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "nodes/support/words.hpp"

namespace headrace {

class PhraseIndex {
 public:
  // The number of the phrase: the same for spellings that fold to the same words. Nothing when it has no word.
  std::optional<std::uint32_t> add(std::string_view phrase);
  std::uint32_t size() const { return phrases_; }

  // Adds to counts[phrase] for each occurrence; `counts` has size() members. Phrases may overlap.
  void count(const Words& words, std::vector<std::uint32_t>& counts) const;

 private:
  static constexpr std::uint32_t none = ~0u;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;  // of words
  std::unordered_map<std::uint64_t, std::uint32_t> next_;                      // (node, word id) to node
  std::vector<std::uint32_t> phrase_at_{none};                                 // by node
  std::uint32_t phrases_ = 0;
};

}  // namespace headrace
