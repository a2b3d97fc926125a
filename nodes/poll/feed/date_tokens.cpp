#include "nodes/poll/feed/date_tokens.hpp"

#include <algorithm>

#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool separates(char c) { return c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r'; }

// Behind a comment, which may hold others.
std::size_t comment_end(std::string_view text, std::size_t at) {
  std::size_t open = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(') ++open;
    else if (text[at] == ')' && --open == 0) return at + 1;
  }
  return at;
}

int value_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits.substr(0, 8)) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

bool DateToken::is_word(std::string_view word) const { return is_word() && same_name(text, word); }

std::vector<DateToken> date_tokens(std::string_view text) {
  std::vector<DateToken> out;
  bool spaced = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = at;
    const auto take = [&](auto belongs) {
      while (at < text.size() && belongs(text[at])) ++at;
      return text.substr(first, at - first);
    };
    if (separates(text[at]) || text[at] == '(') {
      at = text[at] == '(' ? comment_end(text, at) : at + 1;
      spaced = true;
      continue;
    }
    if (is_digit(text[at])) {
      const std::string_view digits = take(is_digit);
      out.push_back({DateToken::Kind::number, digits, value_of(digits), spaced});
    } else if (is_word_character(text[at])) {
      out.push_back({DateToken::Kind::word, take(is_word_character), 0, spaced});
    } else {
      out.push_back({DateToken::Kind::mark, text.substr(at++, 1), 0, spaced});
    }
    spaced = false;
  }
  return out;
}

}  // namespace headrace::feed
