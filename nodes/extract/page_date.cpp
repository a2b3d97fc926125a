#include "nodes/extract/page_date.hpp"

#include "nodes/extract/page_meta.hpp"
#include "nodes/extract/written_date.hpp"

namespace headrace {

namespace {

using namespace std::chrono;

constexpr int earliest_year = 1995, latest_year = 2100;  // of a page

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from the left; a failed step leaves it where it was.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  std::optional<int> digits(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < rest_.size() && is_digit(rest_[count])) value = value * 10 + (rest_[count++] - '0');
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  bool one_of(std::string_view wanted) {
    if (rest_.empty() || wanted.find(rest_.front()) == wanted.npos) return false;
    last_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  void skip(char c) {
    while (!rest_.empty() && rest_.front() == c) rest_.remove_prefix(1);
  }
  bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  char last() const { return last_; }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char last_ = 0;
};

std::optional<sys_days> day_of(int y, int m, int d) {
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (y < earliest_year || y > latest_year || !date.ok()) return std::nullopt;
  return sys_days(date);
}

std::optional<sys_days> read_day(Cursor& cursor) {
  const auto y = cursor.digits(4, 4);
  if (!y || !cursor.one_of("-/")) return std::nullopt;
  const auto m = cursor.digits(1, 2);
  if (!m || !cursor.one_of("-/")) return std::nullopt;
  const auto d = cursor.digits(1, 2);
  return d ? day_of(*y, *m, *d) : std::nullopt;
}

std::optional<minutes> read_zone(Cursor& cursor) {
  cursor.skip(' ');
  if (cursor.done() || cursor.one_of("Zz")) return minutes(0);
  if (!cursor.one_of("+-")) return std::nullopt;
  const int sign = cursor.last() == '-' ? -1 : 1;
  const auto h = cursor.digits(2, 2);
  if (!h) return std::nullopt;
  cursor.one_of(":");
  const int m = cursor.digits(2, 2).value_or(0);
  if (*h > 14 || m > 59) return std::nullopt;
  return minutes(sign * (*h * 60 + m));
}

std::optional<microseconds> read_clock(Cursor& cursor) {
  const auto h = cursor.digits(1, 2);
  if (!h || *h > 24 || !cursor.one_of(":")) return std::nullopt;
  const auto m = cursor.digits(2, 2);
  if (!m || *m > 59) return std::nullopt;
  microseconds out = hours(*h) + minutes(*m);
  if (!cursor.one_of(":")) return out;
  const auto s = cursor.digits(2, 2);
  if (!s || *s > 60) return std::nullopt;
  out += seconds(*s);
  if (cursor.one_of(".,"))
    for (int unit = 100'000; cursor.at_digit(); unit /= 10) out += microseconds(*cursor.digits(1, 1) * unit);
  return out;
}

}  // namespace

std::optional<Time> parse_page_date(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  Cursor cursor(text);
  const auto day = read_day(cursor);
  if (!day) return std::nullopt;
  if (cursor.done()) return Time{*day, true};
  if (!cursor.one_of("Tt ")) return std::nullopt;
  cursor.skip(' ');
  const auto clock = read_clock(cursor);
  if (!clock) return std::nullopt;
  const auto zone = read_zone(cursor);
  if (!zone) return std::nullopt;
  return Time{time_point_cast<microseconds>(*day + *clock - *zone), false};
}

namespace {

// "2026/03/01", "2026-03-01", "2026/mar/01" and "20260301" at the start of the text.
std::optional<Time> day_in_path(std::string_view text) {
  Cursor cursor(text);
  if (const auto day = read_day(cursor); day && !cursor.at_digit()) return Time{*day, true};
  Cursor compact(text);
  const auto y = compact.digits(4, 4), m = y ? compact.digits(2, 2) : std::nullopt, d = m ? compact.digits(2, 2) : std::nullopt;
  if (d && !compact.at_digit())
    if (const auto day = day_of(*y, *m, *d)) return Time{*day, true};
  return std::nullopt;
}

std::optional<Time> named_month_in_path(std::string_view text) {
  static constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (text.size() < 10 || (text[4] != '/' && text[4] != '-') || text[8] != text[4]) return std::nullopt;
  const std::size_t month = months.find(lower_ascii(text.substr(5, 3)));
  Cursor year(text), day(text.substr(9));
  const auto y = year.digits(4, 4), d = day.digits(1, 2);
  if (!y || !d || month == months.npos || month % 3 != 0 || day.at_digit()) return std::nullopt;
  const auto found = day_of(*y, static_cast<int>(month / 3) + 1, *d);
  return found ? std::optional(Time{*found, true}) : std::nullopt;
}

std::optional<Time> seconds_of_epoch(std::string_view text) {
  if (text.size() != 10 && text.size() != 13) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  const Time time{sys_time<microseconds>(text.size() == 10 ? microseconds(seconds(value)) : microseconds(milliseconds(value))), false};
  const year_month_day day(floor<days>(time.at));
  return day_of(int(day.year()), 1, 1) ? std::optional(time) : std::nullopt;
}

}  // namespace

std::optional<Time> date_in_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  for (std::size_t at = url.find_first_of("/-_"); at != url.npos; at = url.find_first_of("/-_", at + 1)) {
    const std::string_view rest = url.substr(at + 1);
    if (const auto day = day_in_path(rest)) return day;
    if (const auto day = named_month_in_path(rest)) return day;
  }
  return std::nullopt;
}

std::optional<Time> read_machine_date(std::string_view text) {
  if (const auto time = parse_page_date(text)) return time;
  if (const auto time = seconds_of_epoch(text)) return time;
  const auto written = find_written_date(text, true);
  return written ? std::optional(written->time) : std::nullopt;
}

std::optional<Time> page_day(int year, int month, int day) {
  const auto found = day_of(year, month, day);
  return found ? std::optional(Time{*found, true}) : std::nullopt;
}

}  // namespace headrace
