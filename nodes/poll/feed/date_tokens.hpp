// The pieces of a date's text: numbers, words and single other characters. Blanks, commas and (comments) only separate.
#pragma once
#include <string_view>
#include <vector>

namespace headrace::feed {

struct DateToken {
  enum class Kind { number, word, mark } kind;
  std::string_view text;
  int value = 0;        // of a number: of its first eight digits
  bool spaced = false;  // a blank or comma stands before it
  bool is_number() const { return kind == Kind::number; }
  bool is_word() const { return kind == Kind::word; }
  bool is_word(std::string_view word) const;  // in any case
  bool is(char mark) const { return kind == Kind::mark && text[0] == mark; }
};

std::vector<DateToken> date_tokens(std::string_view text);

}  // namespace headrace::feed
