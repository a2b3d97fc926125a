#include "nodes/poll/feed/date.hpp"

#include "nodes/poll/feed/date_names.hpp"
#include "nodes/poll/feed/date_tokens.hpp"
#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

using namespace std::chrono;

constexpr std::size_t longest_date = 100;

// Two digits of a year mean the one nearest to the age of feeds; three are a count from 1900 that somebody printed.
int full_year(int y, std::size_t digits) { return digits >= 4 ? y : y >= 100 ? 1900 + y : y < 70 ? 2000 + y : 1900 + y; }

class DateReader {
 public:
  explicit DateReader(std::string_view text) : tokens_(date_tokens(text)) {}

  std::optional<Time> read() {
    if (!read_iso_date()) at_ = 0;
    while (left(1))
      if (!read_piece()) return std::nullopt;
    if (!has_date_ && !set_from_numbers()) return std::nullopt;
    if (!apply_half_day()) return std::nullopt;
    if (!place_.empty()) {
      const auto offset = place_offset(place_, day_ + time_);
      if (!offset) return std::nullopt;
      offset_ = *offset;
    }
    const sys_time<microseconds> at = has_time_ ? day_ + time_ - minutes(offset_) : day_;  // a day is a day, in whatever zone
    if (at < sys_days(year(1) / January / 1) || at >= sys_days(year(10000) / January / 1)) return std::nullopt;
    return Time{at, !has_time_};
  }

 private:
  bool left(std::size_t count) const { return at_ + count <= tokens_.size(); }
  const DateToken& peek(std::size_t ahead = 0) const { return tokens_[at_ + ahead]; }
  bool number_at(std::size_t ahead) const { return left(ahead + 1) && peek(ahead).is_number(); }
  bool mark_at(std::size_t ahead, char c) const { return left(ahead + 1) && peek(ahead).is(c); }

  // ---- ISO 8601 ----------------------------------------------------------------------------------------------------------

  // False, wherever it stands then, when the text does not begin with such a date.
  bool read_iso_date() {
    if (mark_at(0, '-') && number_at(1)) return read_yearless_century();
    if (!number_at(0)) return false;
    const DateToken first = tokens_[at_++];
    const int n = first.value;
    switch (first.text.size()) {
      case 4: return read_after_year(n);
      case 5: return set_day_of_year(full_year(n / 1000, 2), n % 1000);                   // YYDDD
      case 6: return set_date(full_year(n / 10000, 2), n / 100 % 100, n % 100);           // YYMMDD
      case 7: return set_day_of_year(n / 1000, n % 1000);                                 // YYYYDDD
      case 8: return set_date(n / 10000, n / 100 % 100, n % 100);                         // YYYYMMDD
      case 2: return mark_at(0, '-') && mark_at(2, '-') && read_short_year(first.value);  // YY-MM-DD
      default: return false;
    }
  }

  // -YYMM, -YY-MM, -YY: the century is left out.
  bool read_yearless_century() {
    const DateToken digits = peek(1);
    at_ += 2;
    if (digits.text.size() == 4) return set_date(full_year(digits.value / 100, 2), digits.value % 100, 1);
    if (digits.text.size() != 2) return false;
    int month = 1;
    if (mark_at(0, '-') && number_at(1)) month = peek(1).value, at_ += 2;
    return set_date(full_year(digits.value, 2), month, 1);
  }

  bool read_short_year(int y) {
    if (!number_at(1) || !number_at(3) || peek(1).text.size() != 2 || peek(3).text.size() != 2) return false;
    if (!set_date(full_year(y, 2), peek(1).value, peek(3).value)) return false;
    at_ += 4;
    return true;
  }

  // Behind YYYY: nothing, -MM, -MM-DD, -DDD, -Www, -Www-D; `/` and `.` are as good as `-`.
  bool read_after_year(int y) {
    if (!left(1)) return set_date(y, 1, 1);
    if (peek().is_word("W")) return ++at_, read_week(y);
    const char separator = peek().text[0];
    if (separator != '-' && separator != '/' && separator != '.') return false;
    if (left(2) && peek(1).is_word("W")) return at_ += 2, read_week(y);
    if (!number_at(1)) return false;
    const DateToken second = peek(1);
    at_ += 2;
    if (second.text.size() == 3) return set_day_of_year(y, second.value);
    if (!mark_at(0, separator)) return set_date(y, second.value, 1);
    if (!number_at(1) || peek(1).text.size() > 2) return false;
    at_ += 2;
    return set_date(y, second.value, tokens_[at_ - 1].value);
  }

  // Behind W: ww, wwD, ww-D.
  bool read_week(int y) {
    if (!number_at(0)) return false;
    const DateToken digits = tokens_[at_++];
    int week = digits.value, day = 1;
    if (digits.text.size() == 3) week = digits.value / 10, day = digits.value % 10;
    else if (digits.text.size() != 2) return false;
    else if (mark_at(0, '-') && number_at(1)) day = peek(1).value, at_ += 2;
    if (week < 1 || week > 53 || day < 1 || day > 7) return false;
    const sys_days fourth = sys_days(year(y) / January / 4);  // always in the first week
    const sys_days monday = fourth - (weekday(fourth) - Monday);
    day_ = monday + days(7 * (week - 1) + day - 1);
    return has_date_ = true;
  }

  // ---- everything else, in any order -------------------------------------------------------------------------------------

  bool read_piece() {
    const DateToken& token = peek();
    if (token.is_number()) return read_number();
    if (token.is_word()) return read_word();
    if (has_time_ && (token.is('+') || token.is('-')) && number_at(1)) return read_offset();
    const bool separates = token.is('-') || token.is('.') || (!has_time_ && (token.is('/') || token.is(':') || token.is('|')));
    ++at_;
    return separates;
  }

  bool read_number() {
    if (!has_time_ && mark_at(1, ':')) return read_time();
    if (!has_time_ && left(2) && peek(1).is_word("h")) return read_spoken_time();
    if (!has_time_ && is_half_day_at(1)) return set_time(tokens_[at_++].value, 0, 0);
    if (!has_time_ && has_date_ && at_ > 0 && tokens_[at_ - 1].is_word("T")) return read_basic_time();
    const std::size_t wanted = month_ ? 2 : 3;
    if (has_date_ || numbers_.size() >= wanted || peek().text.size() > 4) return false;
    numbers_.push_back(peek());
    ++at_;
    return true;
  }

  bool read_word() {
    const DateToken& word = peek();
    if (const auto home = home_offset(word.text); home && !has_zone_) offset_ = *home;
    if (const int half = half_day_of(word.text); half != 0) return read_half_day(half);
    if (left(3) && peek(1).is('/') && peek(2).is_word()) return read_place();
    if (!has_date_ && !month_ && !is_weekday_before_month()) {
      if ((month_ = month_named(word.text)) != 0) return ++at_, true;
    }
    ++at_;
    if (!has_time_ || is_filler(word.text)) {  // "16th", "de", a weekday; and a zone behind a lone date
      if (const auto zone = zone_offset(word.text); zone && has_whole_date()) offset_ = *zone;
      return true;
    }
    if (has_zone_ && word.is_word("z")) return true;
    const auto zone = zone_offset(word.text);
    if (!zone) return false;
    if (!has_zone_) offset_ = *zone;  // "+0100 CET": the number has said it
    return has_zone_ = true;
  }
  bool has_whole_date() const { return has_date_ || numbers_.size() + (month_ ? 1 : 0) == 3; }

  // "Mar, 3 Apr": a word that begins like a month and stands before another month is a day's name.
  bool is_weekday_before_month() const {
    if (!numbers_.empty()) return false;
    for (std::size_t i = at_ + 1; i < tokens_.size() && i < at_ + 4; ++i)
      if (tokens_[i].is_word() && month_named(tokens_[i].text)) return true;
    return false;
  }

  // 9:15, 10:14:55, 10:14:55.25, 10:14:55:25.
  bool read_time() {
    const int h = peek().value;
    if (!number_at(2)) return false;
    const int m = peek(2).value;
    int s = 0;
    at_ += 3;
    if (mark_at(0, ':') && number_at(1)) {
      s = peek(1).value;
      at_ += 2;
      if ((mark_at(0, '.') || mark_at(0, ':')) && number_at(1) && !peek(1).spaced) read_fraction();
    }
    return set_time(h, m, s);
  }

  // 10h30, 10h.
  bool read_spoken_time() {
    const int h = peek().value;
    at_ += 2;
    const bool minutes = number_at(0) && peek().text.size() == 2;
    const int m = minutes ? tokens_[at_++].value : 0;
    return set_time(h, m, 0);
  }

  // Behind T: hh, hhmm, hhmmss.
  bool read_basic_time() {
    const DateToken digits = tokens_[at_++];
    switch (digits.text.size()) {
      case 2: return set_time(digits.value, 0, 0);
      case 4: return set_time(digits.value / 100, digits.value % 100, 0);
      case 6:
        if (mark_at(0, '.') && number_at(1)) read_fraction();
        return set_time(digits.value / 10000, digits.value / 100 % 100, digits.value % 100);
      default: return false;
    }
  }

  void read_fraction() {
    std::int64_t unit = 1'000'000;
    for (const char c : peek(1).text.substr(0, 6)) time_ += microseconds((c - '0') * (unit /= 10));
    at_ += 2;
  }

  // +0100, +01:00, -3:30, +1.
  bool read_offset() {
    const int sign = peek().is('-') ? -1 : 1;
    const DateToken first = peek(1);
    int h = first.value, m = 0;
    at_ += 2;
    if (first.text.size() > 2) h = first.value / 100, m = first.value % 100;
    else if (mark_at(0, ':') && number_at(1)) m = peek(1).value, at_ += 2;
    if (first.text.size() > 4 || h > 15 || m > 59) return false;
    offset_ = sign * (h * 60 + m);
    return has_zone_ = true;
  }

  // am, pm, a.m., p.m., and what other languages have, before or behind the time.
  bool is_half_day_at(std::size_t ahead) const {
    return left(ahead + 1) && half_day_of(peek(ahead).text) != 0 && (peek(ahead).text.size() > 1 || mark_at(ahead + 1, '.'));
  }
  bool read_half_day(int half) {
    if (!is_half_day_at(0) || (peek().text.size() == 1 && !has_time_)) return false;
    half_day_ = half;
    ++at_;
    while (left(1) && (peek().is('.') || peek().is_word("m"))) ++at_;
    return true;
  }
  bool apply_half_day() {
    if (half_day_ == 0 || hour_ > 12) return half_day_ == 0 || has_time_;  // "15:09 pm" needs no help
    if (!has_time_ || hour_ == 0) return has_time_ && half_day_ < 0;
    const bool afternoon = half_day_ > 0;
    time_ += hours(afternoon ? (hour_ == 12 ? 0 : 12) : (hour_ == 12 ? -12 : 0));
    return true;
  }

  bool read_place() {
    if (!has_time_) return false;
    place_ = std::string(peek().text) + "/" + std::string(peek(2).text);
    at_ += 3;
    return has_zone_ = true;
  }

  // ---- putting it together -----------------------------------------------------------------------------------------------

  bool set_from_numbers() {
    if (numbers_.size() != (month_ ? 2u : 3u)) return false;
    std::size_t year_at = numbers_.size() - 1;
    for (std::size_t i = 0; i < numbers_.size(); ++i)
      if (numbers_[i].text.size() == 4) year_at = i;
    const int y = full_year(numbers_[year_at].value, numbers_[year_at].text.size());
    if (month_) return set_date(y, month_, numbers_[1 - year_at].value);
    if (year_at == 0) return set_date(y, numbers_[1].value, numbers_[2].value);
    if (year_at == 1) return false;
    // 26/06/2020, 06/26/2020: the day comes first when both fit.
    const int a = numbers_[0].value, b = numbers_[1].value;
    return b > 12 ? set_date(y, a, b) : set_date(y, b, a);
  }

  bool set_date(int y, int m, int d) {
    if (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31) return false;
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
    if (!date.ok()) return false;
    day_ = date;
    return has_date_ = true;
  }
  bool set_day_of_year(int y, int n) {
    if (y < 1 || n < 1 || n > (year(y).is_leap() ? 366 : 365)) return false;
    day_ = sys_days(year(y) / January / 1) + days(n - 1);
    return has_date_ = true;
  }
  bool set_time(int h, int m, int s) {
    if (h > 24 || m > 59 || s > 60) return false;
    time_ += hours(h) + minutes(m) + seconds(s);
    hour_ = h;
    return has_time_ = true;
  }

  std::vector<DateToken> tokens_;
  std::size_t at_ = 0;
  std::vector<DateToken> numbers_;  // day, month and year, in the order of the text
  int month_ = 0;                   // by its name
  sys_days day_{};
  microseconds time_{0};
  int hour_ = 0, half_day_ = 0, offset_ = 0;
  std::string place_;
  bool has_date_ = false, has_time_ = false, has_zone_ = false;
};

}  // namespace

std::optional<Time> read_date(std::string_view text) {
  if (text.size() > longest_date) return std::nullopt;
  return DateReader(text).read();
}

}  // namespace headrace::feed
