// How a text is written, whatever the language: the numbers by which filler differs from prose.
//
//   const TextShape shape(words, text);
//
// Counts, and shares in 0..1 that are 0 for an empty text.
#pragma once
#include <cstddef>
#include <string_view>

#include "nodes/support/words.hpp"

namespace headrace {

struct TextShape {
  // `words` are those of `text`.
  TextShape(const Words& words, std::string_view text);

  std::size_t words = 0, different_words = 0, lines = 0, sentences = 0;
  double commonest_word = 0;        // how often the commonest one of four bytes and more comes again, as a share of all words
  double commonest_pair = 0;        // the same of two words that follow each other
  double repeated_pairs = 0;        // the share of pairs that were there before
  double short_words = 0;           // of three bytes and fewer
  double word_bytes = 0;            // of a word, on average
  double repeated_lines = 0;        // the share of lines that were there before
  double open_lines = 0;            // the share of lines that end without a mark
  double capitals = 0, digits = 0;  // among letters and digits
  std::size_t exclamations = 0, questions = 0, amounts = 0, bullets = 0, addresses = 0, symbols = 0;

 private:
  void count_words(const Words& words);
  void count_lines(std::string_view text);
  void count_marks(std::string_view text);
};

}  // namespace headrace
