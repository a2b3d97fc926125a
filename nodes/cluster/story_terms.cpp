#include "nodes/cluster/story_terms.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "nodes/support/words.hpp"

namespace headrace {

namespace {

constexpr std::size_t max_bytes = 32u << 10;  // of a text: news says what it is about at the start
constexpr double title_factor = 2;
constexpr double scale = 16;

// Function words of English, German, French and Spanish: term weights would learn them, but only after some hundred documents.
bool is_function_word(std::string_view word) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"a",     "about", "after", "again", "al",   "all",   "als",     "also",  "am",      "an",   "and",    "any",   "are",    "as",
       "at",    "au",    "auch",  "auf",   "aus",  "aux",   "avec",    "be",    "because", "been", "before", "bei",   "being",  "between",
       "both",  "but",   "by",    "can",   "ce",   "como",  "con",     "could", "d",       "dans", "das",    "dass",  "de",     "del",
       "dem",   "den",   "der",   "des",   "did",  "die",   "do",      "does",  "down",    "du",   "durch",  "each",  "ein",    "eine",
       "einem", "einen", "einer", "el",    "en",   "er",    "es",      "est",   "et",      "for",  "from",   "für",   "had",    "has",
       "hat",   "have",  "he",    "her",   "here", "him",   "his",     "how",   "i",       "ich",  "if",     "im",    "in",     "into",
       "is",    "ist",   "it",    "its",   "just", "l",     "la",      "las",   "le",      "les",  "like",   "lo",    "los",    "ll",
       "mais",  "may",   "me",    "mit",   "more", "most",  "my",      "más",   "nach",    "ne",   "new",    "nicht", "no",     "not",
       "now",   "o",     "of",    "off",   "on",   "one",   "only",    "or",    "other",   "our",  "out",    "over",  "para",   "pas",
       "por",   "pour",  "qu",    "que",   "qui",  "re",    "s",       "said",  "say",     "says", "se",     "she",   "should", "sich",
       "sie",   "sind",  "so",    "some",  "son",  "su",    "such",    "sur",   "t",       "than", "that",   "the",   "their",  "them",
       "then",  "there", "these", "they",  "this", "those", "through", "to",    "two",     "um",   "un",     "und",   "under",  "une",
       "up",    "us",    "ve",    "very",  "vom",  "von",   "vor",     "war",   "was",     "we",   "were",   "what",  "when",   "where",
       "which", "while", "who",   "will",  "wird", "with",  "would",   "y",     "you",     "your", "zu",     "zum",   "zur",    "über"});
  static_assert(words.front() == "a");
  static const auto sorted = [] {
    auto copy = words;
    std::sort(copy.begin(), copy.end());
    return copy;
  }();
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

// Singular and plural of English are one term; what it does to other languages it does to both sides of a comparison.
std::string_view stem(std::string_view word) {
  if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss")) word.remove_suffix(1);
  return word;
}

struct Count {
  std::uint32_t term = 0, order = 0;
  double count = 0;
};

class Counter {
 public:
  void add(const Words& words, double each) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (is_function_word(words[i])) continue;
      const std::string_view word = stem(words[i]);
      const auto term = static_cast<std::uint32_t>(XXH3_64bits(word.data(), word.size()));
      const auto [at, fresh] = index_.emplace(term, static_cast<std::uint32_t>(counts_.size()));
      if (fresh) counts_.push_back({term, at->second, 0});
      counts_[at->second].count += each;
    }
  }
  std::vector<Count> strongest() {
    const auto stronger = [](const Count& a, const Count& b) { return a.count != b.count ? a.count > b.count : a.order < b.order; };
    const std::size_t kept = std::min(max_story_terms, counts_.size());
    std::partial_sort(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(kept), counts_.end(), stronger);
    counts_.resize(kept);
    return std::move(counts_);
  }

 private:
  std::unordered_map<std::uint32_t, std::uint32_t> index_;
  std::vector<Count> counts_;
};

}  // namespace

std::vector<TermWeight> story_terms(std::string_view title, std::string_view text) {
  Counter counter;
  counter.add(Words(title, max_bytes), title_factor);
  counter.add(Words(text, max_bytes), 1);
  std::vector<TermWeight> out;
  for (const Count& each : counter.strongest())
    out.push_back({each.term, static_cast<std::uint32_t>(std::lround(scale * (1 + std::log(each.count))))});
  std::sort(out.begin(), out.end(), [](const TermWeight& a, const TermWeight& b) { return a.term < b.term; });
  return out;
}

}  // namespace headrace
