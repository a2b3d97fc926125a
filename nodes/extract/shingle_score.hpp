// How well an extracted text matches the true one: four neighbouring words are a shingle; precision is the share of the extracted
// shingles that are true, recall the share of the true ones that were extracted, both counted as multisets.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct ShingleScore {
  double precision = 0, recall = 0;
  double f1() const { return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall); }
};

class Shingles {
 public:
  explicit Shingles(std::string_view text);
  std::size_t words() const { return words_; }
  // Each text may use a shingle as often as this one has it.
  ShingleScore score(const Shingles& extracted) const;
  ShingleScore score(std::string_view extracted) const { return score(Shingles(extracted)); }
  // How much of `line` stands in this text, 0..1; a line of fewer than four words is looked for as a whole.
  double share_of(std::string_view line) const;

 private:
  std::vector<std::uint64_t> hashes_;  // of the shingles, sorted, as often as they occur
  std::string joined_;                 // all words, with blanks around
  std::size_t words_ = 0;
};

}  // namespace headrace
