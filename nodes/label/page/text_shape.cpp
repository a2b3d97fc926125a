#include "nodes/label/page/text_shape.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace headrace {
namespace {

double share(std::size_t part, std::size_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }

// The character that begins at `at`, which moves behind it; what is no UTF-8 is a character of its own.
std::uint32_t next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  std::uint32_t c = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1F : lead < 0xF0 ? lead & 0x0F : lead & 0x07;
  if (lead >= 0xC0)
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
      c = c << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  return c;
}

bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }
bool ends_sentence(std::uint32_t c) {
  switch (c) {
    case '.':
    case '!':
    case '?':
    case 0x2026:  // ellipsis
    case 0x3002:  // ideographic full stop
    case 0x0964:  // danda
    case 0x061F:  // Arabic question mark
    case 0x06D4:  // Arabic full stop
    case 0xFF01:  // full-width exclamation mark
    case 0xFF1F: return true;
    default: return false;
  }
}
bool is_amount(std::uint32_t c) { return c == '$' || c == '%' || c == 0xA3 || c == 0xA5 || (c >= 0x20A0 && c <= 0x20CF); }
bool is_bullet(std::uint32_t c) {
  return c == '|' || c == '>' || c == 0xBB || c == 0x2022 || c == 0xB7 || (c >= 0x2190 && c <= 0x21FF) || (c >= 0x25A0 && c <= 0x25FF);
}
bool is_symbol(std::uint32_t c) { return (c >= 0x2600 && c <= 0x27BF) || (c >= 0x1F300 && c <= 0x1FAFF); }

}  // namespace

TextShape::TextShape(const Words& all, std::string_view text) {
  count_words(all);
  count_lines(text);
  count_marks(text);
}

void TextShape::count_words(const Words& all) {
  words = all.size();
  std::unordered_map<std::string_view, std::size_t> numbers;  // of words, in order of appearance
  std::unordered_map<std::uint64_t, std::size_t> pairs;
  std::vector<std::size_t> counts;
  std::size_t before = 0, bytes = 0, brief = 0, most = 0, most_of_pair = 0, again = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t number = numbers.try_emplace(all[i], numbers.size()).first->second;
    if (number == counts.size()) counts.push_back(0);
    ++counts[number];
    bytes += all[i].size();
    brief += all[i].size() <= 3;
    if (all[i].size() > 3) most = std::max(most, counts[number]);
    if (i > 0) {
      const std::size_t seen = ++pairs[static_cast<std::uint64_t>(before) << 32 | number];
      most_of_pair = std::max(most_of_pair, seen);
      again += seen > 1;
    }
    before = number;
  }
  different_words = numbers.size();
  commonest_word = share(most - std::min<std::size_t>(most, 1), words);
  commonest_pair = share(most_of_pair - std::min<std::size_t>(most_of_pair, 1), words);
  repeated_pairs = share(again, words);
  short_words = share(brief, words);
  word_bytes = share(bytes, words);
}

void TextShape::count_lines(std::string_view text) {
  std::unordered_set<std::string_view> seen;
  std::size_t again = 0, open = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    ++lines;
    again += !seen.insert(line).second;
    std::size_t last = line.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(line[last]) & 0xC0) == 0x80) --last;
    const std::uint32_t mark = next_character(line, last);
    open += !ends_sentence(mark) && mark != ':' && mark != '"' && mark != 0x201D && mark != 0xBB && mark != ')';
  }
  repeated_lines = share(again, lines);
  open_lines = share(open, lines);
}

void TextShape::count_marks(std::string_view text) {
  std::size_t letters = 0, large = 0, figures = 0;
  bool ended = false;  // one run of marks ends one sentence
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const std::uint32_t c = next_character(text, at);
    large += c >= 'A' && c <= 'Z';
    letters += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0xC0;
    figures += is_digit(c);
    exclamations += c == '!' || c == 0xFF01;
    questions += c == '?' || c == 0xFF1F || c == 0x061F;
    amounts += is_amount(c);
    bullets += is_bullet(c);
    symbols += is_symbol(c);
    addresses += c == '@' || text.substr(begin, 3) == "://" || text.substr(begin, 4) == "www.";
    const bool ends = ends_sentence(c) && !(c == '.' && at < text.size() && text[at] != ' ' && text[at] != '\n');
    sentences += ends && !ended;
    ended = ends;
  }
  capitals = share(large, letters + figures);
  digits = share(figures, letters + figures);
}

}  // namespace headrace
