#include "nodes/poll/feed/date.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "nodes/poll/feed/date_names.hpp"
#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

using namespace std::chrono;

constexpr std::size_t longest_date = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// Numbers, words and single other characters; blanks and commas only separate.
struct Token {
  enum class Kind { number, word, mark } kind;
  std::string_view text;
  int value = 0;
  bool spaced = false;  // a blank or comma stands before it
  bool is(char c) const { return kind == Kind::mark && text[0] == c; }
};

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> out;
  bool spaced = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = at;
    const auto take = [&](auto belongs) {
      while (at < text.size() && belongs(text[at])) ++at;
      return text.substr(first, at - first);
    };
    if (is_digit(text[at])) {
      const auto digits = take(is_digit);
      int value = 0;
      for (const char c : digits.substr(0, 8)) value = value * 10 + (c - '0');
      out.push_back({Token::Kind::number, digits, value, spaced});
    } else if (is_word(text[at])) {
      out.push_back({Token::Kind::word, take(is_word), 0, spaced});
    } else if (text[at] == ' ' || text[at] == ',' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r') {
      ++at;
      spaced = true;
      continue;
    } else {
      out.push_back({Token::Kind::mark, text.substr(at++, 1), 0, spaced});
    }
    spaced = false;
  }
  return out;
}

class DateReader {
 public:
  explicit DateReader(std::string_view text) : tokens_(tokens_of(text)) {}

  std::optional<Time> read() {
    if (!read_date_part() || !read_rest()) return std::nullopt;
    return assemble();
  }

 private:
  bool left(std::size_t count) const { return at_ + count <= tokens_.size(); }
  const Token& peek(std::size_t ahead = 0) const { return tokens_[at_ + ahead]; }

  bool read_date_part() {
    if (left(1) && peek().kind == Token::Kind::number && peek().text.size() >= 4) return read_year_first();
    return read_named_or_numeric();
  }

  // YYYY-MM-DD, YYYY/MM/DD, YYYY.MM.DD, YYYY-MM, YYYY-DDD, YYYYMMDD, YYMMDD, YYDDD, YYYY.
  bool read_year_first() {
    const Token first = tokens_[at_++];
    if (first.text.size() == 8) return set_date(first.value / 10000, first.value / 100 % 100, first.value % 100);
    if (first.text.size() == 6) return set_date(century(first.value / 10000), first.value / 100 % 100, first.value % 100);
    if (first.text.size() == 5) return set_day_of_year(century(first.value / 1000), first.value % 1000);
    if (first.text.size() != 4) return false;
    if (!left(1)) return set_date(first.value, 1, 1);
    const char separator = peek().text[0];
    if (separator != '-' && separator != '/' && separator != '.') return false;
    if (!left(2) || peek(1).kind != Token::Kind::number) return false;
    const int second = peek(1).value;
    if (peek(1).text.size() == 3) return at_ += 2, set_day_of_year(first.value, second);
    if (!left(3) || !peek(2).is(separator)) return at_ += 2, set_date(first.value, second, 1);
    if (!left(4) || peek(3).kind != Token::Kind::number || peek(3).text.size() > 2) return false;
    at_ += 4;
    return set_date(first.value, second, peek_back().value);
  }
  const Token& peek_back() const { return tokens_[at_ - 1]; }

  // Day, month and year in any order, a month's name or a number, a day's name before them.
  bool read_named_or_numeric() {
    std::vector<int> numbers;
    std::size_t four_digits = 3;  // which of the numbers is the year
    int month_name = 0;
    while (left(1) && numbers.size() + (month_name ? 1 : 0) < 3) {
      const Token& token = peek();
      if (token.kind == Token::Kind::number) {
        if (left(2) && peek(1).is(':')) return false;  // a time where a date should be
        if (token.text.size() > 4) return false;
        if (token.text.size() == 4) four_digits = numbers.size();
        numbers.push_back(token.value);
      } else if (token.kind == Token::Kind::word) {
        if (const int month = month_named(token.text); month && !month_name && !(numbers.empty() && is_weekday_before_date()))
          month_name = month;
      } else if (!token.is('/') && !token.is('-') && !token.is('.')) {
        return false;
      }
      ++at_;
    }
    if (month_name) return numbers.size() == 2 && set_named(numbers, month_name, four_digits);
    return numbers.size() == 3 && set_numeric(numbers, four_digits);
  }

  // "Mar, 3 Apr": a word that begins like a month and stands before another month is a day's name.
  bool is_weekday_before_date() const {
    for (std::size_t i = at_ + 1; i < tokens_.size() && i < at_ + 4; ++i)
      if (tokens_[i].kind == Token::Kind::word && month_named(tokens_[i].text)) return true;
    return false;
  }

  bool set_named(const std::vector<int>& numbers, int month, std::size_t year_at) {
    const std::size_t day_at = year_at == 0 ? 1 : 0;
    const int y = numbers[1 - day_at];
    return set_date(year_at > 1 ? century(y) : y, month, numbers[day_at]);
  }

  // 2006/09/15, 26/06/2020, 06/26/2020, 10/30/23; between day and month the day comes first when both fit.
  bool set_numeric(const std::vector<int>& numbers, std::size_t year_at) {
    if (year_at == 0) return set_date(numbers[0], numbers[1], numbers[2]);
    const int y = year_at == 2 ? numbers[2] : century(numbers[2]);
    return numbers[1] > 12 ? set_date(y, numbers[0], numbers[1]) : set_date(y, numbers[1], numbers[0]);
  }

  static int century(int y) { return y >= 100 ? y : y < 70 ? 2000 + y : 1900 + y; }

  bool set_date(int y, int m, int d) {
    if (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31) return false;
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
    if (!date.ok()) return false;
    day_ = date;
    return true;
  }
  bool set_day_of_year(int y, int n) {
    if (y < 1 || n < 1 || n > 366) return false;
    day_ = sys_days(year(y) / January / 1) + days(n - 1);
    return true;
  }

  // After the date: a time, a zone, an am or pm, in any order; anything else makes it no date.
  bool read_rest() {
    while (left(1)) {
      const Token& token = peek();
      if (token.kind == Token::Kind::number && left(2) && peek(1).is(':') && !has_time_) {
        if (!read_time()) return false;
      } else if (has_time_ && (token.is('+') || token.is('-')) && left(2) && peek(1).kind == Token::Kind::number) {
        if (!read_offset()) return false;
      } else if (token.kind == Token::Kind::word) {
        if (!read_word()) return false;
      } else if (token.is('(')) {
        return true;  // a comment
      } else if (has_time_ || !(token.is('-') || token.is('.') || token.is(':'))) {
        return false;
      } else {
        ++at_;
      }
    }
    return true;
  }

  bool read_time() {
    const int h = peek().value, m = left(3) && peek(2).kind == Token::Kind::number ? peek(2).value : 99;
    int s = 0;
    at_ += std::min<std::size_t>(3, tokens_.size() - at_);
    if (left(2) && peek().is(':') && peek(1).kind == Token::Kind::number) {
      s = peek(1).value;
      at_ += 2;
      if (left(2) && (peek().is('.') || peek().is(':')) && peek(1).kind == Token::Kind::number && !peek(1).spaced) read_fraction();
    }
    if (h > 24 || m > 59 || s > 60) return false;
    time_ += hours(h) + minutes(m) + seconds(s);
    hour_ = h;
    return has_time_ = true;
  }

  void read_fraction() {
    std::int64_t unit = 1'000'000;
    for (const char c : peek(1).text.substr(0, 6)) time_ += microseconds((c - '0') * (unit /= 10));
    at_ += 2;
  }

  // +0100, +01:00, -3:30, +1.
  bool read_offset() {
    const int sign = peek().is('-') ? -1 : 1;
    const Token& first = peek(1);
    int h = first.value, m = 0;
    at_ += 2;
    if (first.text.size() > 2) h = first.value / 100, m = first.value % 100;
    else if (left(2) && peek().is(':') && peek(1).kind == Token::Kind::number) m = peek(1).value, at_ += 2;
    if (first.text.size() > 4 || h > 15 || m > 59) return false;
    offset_ = sign * (h * 60 + m);
    return has_zone_ = true;
  }

  bool read_word() {
    const std::string_view word = peek().text;
    if (same_name(word, "T") && left(2) && peek(1).kind == Token::Kind::number) return ++at_, true;
    if (begins_half_day()) return read_half_day();
    if (left(3) && peek(1).is('/') && peek(2).kind == Token::Kind::word) return read_place();
    ++at_;
    if (has_zone_ && same_name(word, "z")) return true;
    const auto zone = zone_offset(word);
    if (!zone) return !has_time_;     // "16th", "de", a weekday
    if (!has_zone_) offset_ = *zone;  // "+0100 CET": the number has said it
    return has_zone_ = true;
  }

  bool begins_half_day() const {
    const std::string_view word = peek().text;
    return has_time_ && (same_name(word, "am") || same_name(word, "pm") ||
                         ((same_name(word, "a") || same_name(word, "p")) && left(2) && peek(1).is('.')));
  }
  bool read_half_day() {
    const bool afternoon = (peek().text[0] | 32) == 'p';
    if (hour_ < 1 || hour_ > 12) return false;
    time_ += hours(afternoon ? (hour_ == 12 ? 0 : 12) : (hour_ == 12 ? -12 : 0));
    ++at_;
    while (left(1) && (peek().is('.') || same_name(peek().text, "m"))) ++at_;
    return true;
  }

  bool read_place() {
    const std::string name = std::string(peek().text) + "/" + std::string(peek(2).text);
    at_ += 3;
    const auto zone = place_offset(name, day_ + time_);
    offset_ = zone.value_or(0);
    return has_zone_ = zone.has_value();
  }

  std::optional<Time> assemble() const { return Time{day_ + time_ - minutes(offset_), !has_time_}; }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  sys_days day_{};
  microseconds time_{0};
  int hour_ = 0, offset_ = 0;
  bool has_time_ = false, has_zone_ = false;
};

}  // namespace

std::optional<Time> read_date(std::string_view text) {
  if (text.size() > longest_date) return std::nullopt;
  return DateReader(text).read();
}

}  // namespace headrace::feed
