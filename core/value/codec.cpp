#include "core/value/codec.hpp"

#include <cxxabi.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "core/config/tree.hpp"

namespace headrace {

namespace detail {

std::string class_name(const std::type_info& type) {
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> text(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  std::string name = status == 0 ? text.get() : type.name();
  return name.substr(name.rfind(':') + 1);
}

void fail_integer_range(const ValueView& view) { view.fail("is out of range: " + std::to_string(view.integer())); }

void check_range(const ValueView& view, double value, InRange range) {
  if (value >= range.low && value <= range.high) return;
  JsonWriter text;
  text.number(range.low);
  std::string message = "must lie in " + text.take() + " to ";
  text.number(range.high);
  view.fail(message + text.take());
}

void check_choice(const ValueView& view, std::string_view value, const std::string_view* first, const std::string_view* last) {
  if (std::find(first, last, value) != last) return;
  std::string choices;
  for (auto it = first; it != last; ++it) choices += (it == first ? "" : ", ") + std::string(*it);
  view.fail("is '" + std::string(value) + "'; it must be one of " + choices);
}

}  // namespace detail

namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encode_base64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) out += k <= left ? base64_digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string decode_base64(const ValueView& view) {
  std::string out;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : view.string()) {
    if (c == '=' || c == '\n' || c == '\r') continue;
    const auto digit = base64_digits.find(c);
    if (digit == std::string_view::npos) view.fail("is not base64");
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if ((bits += 6) >= 8) out += static_cast<char>(group >> (bits -= 8) & 255);
  }
  return out;
}

std::string read_file(const ValueView& view) {
  const std::string path = Codec<Path>::read(view).text;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) view.fail("cannot be read: " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

namespace unit {  // in nanoseconds
constexpr std::int64_t us = 1000, ms = 1000 * us, second = 1000 * ms, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
}

// "1.5" times `factor`. The whole part is taken exactly, however large: a double is too coarse for nanoseconds.
std::optional<std::int64_t> times(std::string_view number, std::int64_t factor) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const auto value_of = [](std::string_view text, auto value) {
    return std::from_chars(text.data(), text.data() + text.size(), value), value;
  };
  if (number.find_first_of("eE") != std::string_view::npos) {
    const double product = value_of(number, 0.0) * static_cast<double>(factor);
    return product < 9.2e18 ? std::optional<std::int64_t>(std::llround(product)) : std::nullopt;
  }
  const auto dot = std::min(number.find('.'), number.size());
  const auto fraction = std::llround(value_of(number.substr(dot), 0.0) * static_cast<double>(factor));
  std::int64_t whole = 0;
  if (std::from_chars(number.data(), number.data() + dot, whole).ec == std::errc::result_out_of_range || whole > (most - fraction) / factor)
    return std::nullopt;
  return whole * factor + fraction;
}

// Reads "1.5m"; nothing when it is not a number with one of the units, or too large.
std::optional<std::int64_t> with_unit(std::string_view text, std::initializer_list<Unit> units) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value) || std::signbit(value)) return std::nullopt;
  const std::string_view number = text.substr(0, static_cast<std::size_t>(end - text.data()));
  std::string_view name = text.substr(number.size());
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  for (const Unit& each : units)
    if (name == each.name) return times(number, each.factor);
  return std::nullopt;
}

}  // namespace

Duration parse_duration(std::string_view text) {
  const auto ns = with_unit(text, {{"", unit::second},
                                   {"ns", 1},
                                   {"us", unit::us},
                                   {"ms", unit::ms},
                                   {"s", unit::second},
                                   {"m", unit::minute},
                                   {"h", unit::hour},
                                   {"d", unit::day}});
  if (!ns) throw BadValue("is not a duration: '" + std::string(text) + "' (write 10s, 1.5m, 250ms, 2h or 7d)", nullptr);
  return Duration(*ns);
}

std::string format_duration(Duration duration) {
  const std::int64_t ns = duration.count();
  const auto in = [&](std::int64_t size, const char* name) {
    std::string text = std::to_string(ns / size);
    if (ns % size != 0) {  // of a size that is a power of ten
      text += '.' + std::to_string(size + ns % size).substr(1);
      while (text.back() == '0') text.pop_back();
    }
    return text + name;
  };
  if (ns == 0) return "0s";
  if (ns % unit::hour == 0) return in(unit::hour, "h");
  if (ns % unit::minute == 0) return in(unit::minute, "m");
  if (ns >= unit::second) return in(unit::second, "s");
  if (ns >= unit::ms) return in(unit::ms, "ms");
  return ns >= unit::us ? in(unit::us, "us") : in(1, "ns");
}

std::uint64_t parse_byte_size(std::string_view text) {
  const auto bytes = with_unit(
      text,
      {{"", 1}, {"B", 1}, {"KB", 1000}, {"MB", 1000'000}, {"GB", 1000'000'000}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}});
  if (!bytes) throw BadValue("is not a size: '" + std::string(text) + "' (write 65536, 64KiB, 512MiB or 2GiB)", nullptr);
  return static_cast<std::uint64_t>(*bytes);
}

namespace {

// A cursor over the digits of a date.
struct DateText {
  std::string_view text;
  std::size_t at = 0;
  bool ok = true;
  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i, ++at) {
      if (at >= text.size() || text[at] < '0' || text[at] > '9') return ok = false, 0;
      value = value * 10 + (text[at] - '0');
    }
    return value;
  }
  bool take(std::string_view any) {
    if (at >= text.size() || any.find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
  }
  void expect(std::string_view any) { ok = ok && take(any); }
  bool done() const { return at == text.size(); }
};

}  // namespace

Time parse_time(std::string_view text) {
  using namespace std::chrono;
  const auto refuse = [&]() -> Time {
    throw BadValue("is not a time: '" + std::string(text) + "' (write 2026-03-01T12:00:00Z or 2026-03-01)", nullptr);
  };
  DateText in{text};
  const int y = in.digits(4);
  in.expect("-");
  const int m = in.digits(2);
  in.expect("-");
  const int d = in.digits(2);
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!in.ok || !date.ok()) return refuse();
  if (in.done()) return {sys_days(date), true};
  in.expect("Tt ");
  const int hour = in.digits(2);
  in.expect(":");
  const int minute = in.digits(2);
  in.expect(":");
  const int second = in.digits(2);
  std::int64_t fraction = 0, place = 1'000'000;
  if (in.take(".")) {
    const std::size_t first = in.at;
    while (!in.done() && text[in.at] >= '0' && text[in.at] <= '9') {
      if (place > 1) fraction += (text[in.at] - '0') * (place /= 10);
      ++in.at;
    }
    in.ok = in.ok && in.at > first;
  }
  minutes offset{0};
  if (!in.take("Zz")) {
    const bool west = in.at < text.size() && text[in.at] == '-';
    in.expect("+-");
    const int hours_off = in.digits(2);
    in.expect(":");
    const int minutes_off = in.digits(2);
    in.ok = in.ok && hours_off <= 23 && minutes_off <= 59;
    offset = hours(hours_off) + minutes(minutes_off);
    if (west) offset = -offset;
  }
  if (!in.ok || !in.done() || hour > 23 || minute > 59 || second > 60) return refuse();
  const sys_time<microseconds> at = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + microseconds(fraction) - offset;
  if (at < sys_days(year(0) / 1 / 1) || at >= sys_days(year(10000) / 1 / 1)) return refuse();  // in UTC, its year has four digits as well
  return {at, false};
}

std::string format_time(const Time& time) {
  using namespace std::chrono;
  const auto day_start = floor<days>(time.at);
  const year_month_day date(day_start);
  char text[64];
  int length = std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                             static_cast<unsigned>(date.day()));
  if (time.day_only) return {text, static_cast<std::size_t>(length)};
  const hh_mm_ss clock(time.at - day_start);
  length += std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length), "T%02d:%02d:%02d",
                          static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                          static_cast<int>(clock.seconds().count()));
  std::string out(text, static_cast<std::size_t>(length));
  if (const auto fraction = clock.subseconds().count(); fraction != 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(fraction));
    out += text;
    while (out.back() == '0') out.pop_back();
  }
  return out + "Z";
}

void Codec<Bytes>::write(JsonWriter& writer, const Bytes& value) {
  if (is_utf8(value.data)) return writer.string(value.data);
  writer.begin_object();
  writer.member("base64");
  writer.string(encode_base64(value.data));
  writer.end_object();
}

Bytes Codec<Bytes>::read(const ValueView& view) {
  if (view.shape() != Shape::object) return Bytes(std::string(view.string()));
  if (const auto text = view.member("base64")) return Bytes(decode_base64(*text));
  if (const auto file = view.member("file")) return Bytes(read_file(*file));
  view.fail("must be a string, {\"base64\": ...} or {\"file\": ...}");
}
std::string Codec<Bytes>::name() { return "bytes"; }

namespace {
// Runs a text parser and gives its complaint the place of `view`.
template <class Parse> auto parse_at(const ValueView& view, Parse parse) {
  try {
    return parse(view.string());
  } catch (const BadValue& bad) {
    view.fail(bad.message);
  }
}
}  // namespace

void Codec<Duration>::write(JsonWriter& writer, const Duration& value) { writer.string(format_duration(value)); }
Duration Codec<Duration>::read(const ValueView& view) {
  if (view.shape() == Shape::string || view.config()) return parse_at(view, parse_duration);
  const double seconds = view.number();
  if (!(seconds >= 0 && seconds < 9e9)) view.fail("is not a duration in seconds");
  return Duration(std::llround(seconds * 1e9));
}
std::string Codec<Duration>::name() { return "duration"; }

void Codec<Time>::write(JsonWriter& writer, const Time& value) { writer.string(format_time(value)); }
Time Codec<Time>::read(const ValueView& view) { return parse_at(view, parse_time); }
std::string Codec<Time>::name() { return "time"; }

void Codec<ByteSize>::write(JsonWriter& writer, const ByteSize& value) { writer.unsigned_integer(value.bytes); }
ByteSize Codec<ByteSize>::read(const ValueView& view) {
  if (view.shape() == Shape::string || view.config()) return {parse_at(view, parse_byte_size)};
  const auto bytes = view.integer();
  if (bytes < 0) view.fail("must not be negative");
  return {static_cast<std::uint64_t>(bytes)};
}
std::string Codec<ByteSize>::name() { return "size"; }

void Codec<Path>::write(JsonWriter& writer, const Path& value) { writer.string(value.text); }
Path Codec<Path>::read(const ValueView& view) {
  const std::string text(view.string());
  const ConfigTree* tree = view.config();
  if (text.empty() || text == "-" || text.front() == '/' || !tree || tree->base.empty()) return {text};
  return {(std::filesystem::path(tree->base) / text).lexically_normal().string()};
}
std::string Codec<Path>::name() { return "path"; }

void Codec<Json>::write(JsonWriter& writer, const Json& value) { writer.raw(value.text); }
Json Codec<Json>::read(const ValueView& view) {
  JsonWriter writer;
  write_json(writer, view);
  return {writer.take()};
}
std::string Codec<Json>::name() { return "any value"; }

void Codec<Bindings>::write(JsonWriter& writer, const Bindings& value) {
  writer.begin_object();
  for (const auto& [name, sources] : value.entries) {
    writer.member(name);
    if (sources.size() == 1) writer.string(sources.front());
    else write_json(writer, sources);
  }
  writer.end_object();
}
Bindings Codec<Bindings>::read(const ValueView& view) {
  Bindings out;
  const auto sources = [](const ValueView& value) {
    if (value.shape() == Shape::list) return read_value<std::vector<std::string>>(value);
    return std::vector{std::string(value.string())};
  };
  if (view.shape() == Shape::list) {  // [title, topics] is short for {title: title, topics: topics}
    for (auto& name : read_value<std::vector<std::string>>(view)) out.entries.push_back({name, {name}});
    return out;
  }
  for (const auto& [name, value] : view.members()) out.entries.emplace_back(std::string(name), sources(value));
  return out;
}
std::string Codec<Bindings>::name() { return "bindings"; }

}  // namespace headrace
