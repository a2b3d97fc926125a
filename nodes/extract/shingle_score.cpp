#include "nodes/extract/shingle_score.hpp"

#include <xxhash.h>

#include <algorithm>

#include "nodes/support/words.hpp"

namespace headrace {

namespace {

constexpr std::size_t length = 4;

std::string joined(const Words& words) {
  std::string out = " ";
  for (std::size_t i = 0; i < words.size(); ++i) (out += words[i]) += ' ';
  return out;
}

// Of every run of four words of a text that joined() made, or of all when they are fewer. In order.
std::vector<std::uint64_t> shingles_of(std::string_view text, std::size_t words) {
  std::vector<std::uint64_t> out;
  if (words == 0) return out;
  const std::size_t size = std::min(length, words);
  std::size_t end = 0;
  for (std::size_t i = 0; i < size; ++i) end = text.find(' ', end + 1);
  for (std::size_t begin = 0; end != text.npos; begin = text.find(' ', begin + 1), end = text.find(' ', end + 1))
    out.push_back(XXH3_64bits(text.data() + begin, end - begin));
  return out;
}

}  // namespace

Shingles::Shingles(std::string_view text) {
  const Words words(text);
  words_ = words.size();
  joined_ = joined(words);
  hashes_ = shingles_of(joined_, words_);
  std::sort(hashes_.begin(), hashes_.end());
}

ShingleScore Shingles::score(const Shingles& extracted) const {
  const auto& theirs = extracted.hashes_;
  double hits = 0;
  for (std::size_t i = 0, k = 0; i < hashes_.size() && k < theirs.size();) {
    if (hashes_[i] == theirs[k]) ++hits, ++i, ++k;
    else if (hashes_[i] < theirs[k]) ++i;
    else ++k;
  }
  return {theirs.empty() ? 0 : hits / static_cast<double>(theirs.size()), hashes_.empty() ? 0 : hits / static_cast<double>(hashes_.size())};
}

double Shingles::share_of(std::string_view line) const {
  const Words words(line);
  if (words.size() == 0) return 0;
  const std::string text = joined(words);
  if (words.size() < length) return joined_.find(text) != joined_.npos ? 1 : 0;
  const auto all = shingles_of(text, words.size());
  const auto hits =
      std::count_if(all.begin(), all.end(), [&](std::uint64_t each) { return std::binary_search(hashes_.begin(), hashes_.end(), each); });
  return static_cast<double>(hits) / static_cast<double>(all.size());
}

}  // namespace headrace
