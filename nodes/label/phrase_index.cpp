#include "nodes/label/phrase_index.hpp"

namespace headrace {

namespace {

std::uint64_t edge(std::uint32_t node, std::uint32_t word) { return static_cast<std::uint64_t>(node) << 32 | word; }

}  // namespace

std::optional<std::uint32_t> PhraseIndex::add(std::string_view phrase) {
  const Words words(phrase);
  if (words.size() == 0) return std::nullopt;
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = ids_.emplace(words[i], static_cast<std::uint32_t>(ids_.size())).first->second;
    const auto [step, fresh] = next_.emplace(edge(node, word), static_cast<std::uint32_t>(phrase_at_.size()));
    if (fresh) phrase_at_.push_back(none);
    node = step->second;
  }
  if (phrase_at_[node] == none) phrase_at_[node] = phrases_++;
  return phrase_at_[node];
}

void PhraseIndex::count(const Words& words, std::vector<std::uint32_t>& counts) const {
  std::vector<std::uint32_t> ids(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto known = ids_.find(words[i]);
    ids[i] = known == ids_.end() ? none : known->second;
  }
  for (std::size_t from = 0; from < ids.size(); ++from) {
    std::uint32_t node = 0;
    for (std::size_t i = from; i < ids.size() && ids[i] != none; ++i) {
      const auto step = next_.find(edge(node, ids[i]));
      if (step == next_.end()) break;
      node = step->second;
      if (phrase_at_[node] != none) ++counts[phrase_at_[node]];
    }
  }
}

}  // namespace headrace
