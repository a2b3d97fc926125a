#include "nodes/extract/shingle_score.hpp"

#include <algorithm>

#include "nodes/support/words.hpp"

namespace headrace {

namespace {

constexpr std::size_t length = 4;

std::string run_of(const Words& words, std::size_t from, std::size_t count) {
  std::string out;
  for (std::size_t i = from; i < from + count; ++i) (out += words[i]) += ' ';
  return out;
}

template <class Visit> void for_each_shingle(const Words& words, Visit&& visit) {
  if (words.size() == 0) return;
  const std::size_t size = std::min(length, words.size());
  for (std::size_t i = 0; i + size <= words.size(); ++i) visit(run_of(words, i, size));
}

}  // namespace

Shingles::Shingles(std::string_view text) {
  const Words words(text);
  words_ = words.size();
  joined_ = " " + run_of(words, 0, words.size());
  for_each_shingle(words, [&](const std::string& shingle) { ++counts_[shingle]; });
}

ShingleScore Shingles::score(std::string_view extracted) const {
  const Shingles other(extracted);
  double hits = 0, mine = 0, theirs = 0;
  for (const auto& [shingle, count] : counts_) mine += count;
  for (const auto& [shingle, count] : other.counts_) {
    theirs += count;
    if (const auto found = counts_.find(shingle); found != counts_.end()) hits += std::min(count, found->second);
  }
  return {theirs == 0 ? 0 : hits / theirs, mine == 0 ? 0 : hits / mine};
}

double Shingles::share_of(std::string_view line) const {
  const Words words(line);
  if (words.size() == 0) return 0;
  if (words.size() < length) return joined_.find(" " + run_of(words, 0, words.size())) != joined_.npos ? 1 : 0;
  double hits = 0, all = 0;
  for_each_shingle(words, [&](const std::string& shingle) {
    ++all;
    hits += counts_.contains(shingle);
  });
  return hits / all;
}

}  // namespace headrace
