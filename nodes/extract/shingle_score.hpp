// How well an extracted text matches the true one: four neighbouring words are a shingle; precision is the share of the extracted
// shingles that are true, recall the share of the true ones that were extracted, both counted as multisets.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace headrace {

struct ShingleScore {
  double precision = 0, recall = 0;
};

class Shingles {
 public:
  explicit Shingles(std::string_view text);
  std::size_t words() const { return words_; }
  // Each text may use a shingle as often as this one has it.
  ShingleScore score(std::string_view extracted) const;
  // How much of `line` stands in this text, 0..1; a line of fewer than four words is looked for as a whole.
  double share_of(std::string_view line) const;

 private:
  std::map<std::string, int, std::less<>> counts_;
  std::string joined_;  // all words, with blanks around
  std::size_t words_ = 0;
};

}  // namespace headrace
