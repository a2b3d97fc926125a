#include "nodes/extract/page_date.hpp"

namespace headrace {

namespace {

using namespace std::chrono;

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
  if (y < 1990 || y > 2100 || !date.ok()) return std::nullopt;
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

std::optional<Time> date_in_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  for (std::size_t at = url.find('/'); at != url.npos; at = url.find('/', at + 1)) {
    Cursor cursor(url.substr(at + 1));
    if (const auto day = read_day(cursor); day && !cursor.at_digit()) return Time{*day, true};
  }
  return std::nullopt;
}

}  // namespace headrace
