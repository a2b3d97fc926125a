// The value types that every stage shares and that JSON has no word for.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headrace {

// Raw bytes. In JSON a string (UTF-8), or {"base64": "..."}, or {"file": "path"} for the bytes of a file.
struct Bytes {
  std::string data;
  Bytes() = default;
  Bytes(std::string bytes) : data(std::move(bytes)) {}
  operator std::string_view() const { return data; }
  std::size_t size() const { return data.size(); }
  bool operator==(const Bytes&) const = default;
};

using Duration = std::chrono::nanoseconds;  // in JSON and YAML "10s", "1.5m", "250ms", "1h", "7d", or seconds as a number

// A point in time, UTC. `day_only`: the source gave no time of day; it is then written as YYYY-MM-DD.
struct Time {
  std::chrono::sys_time<std::chrono::microseconds> at{};
  bool day_only = false;
  auto operator<=>(const Time&) const = default;
};

// A number of bytes: 65536, "64KiB", "512MiB", "1GB".
struct ByteSize {
  std::uint64_t bytes = 0;
  auto operator<=>(const ByteSize&) const = default;
};

// A file or folder named in a configuration: relative to the file in which it was written, or to the working directory
// when it came from the command line. `text` is ready to open; "-" stands for a standard stream where a node says so.
struct Path {
  std::string text;
  bool operator==(const Path&) const = default;
};

// Any JSON value, kept as its text.
struct Json {
  std::string text = "null";
  bool operator==(const Json&) const = default;
};

// Names of outputs, each with the keys or fields it is taken from, best first: {title: [article.title, entry.title]}.
struct Bindings {
  std::vector<std::pair<std::string, std::vector<std::string>>> entries;
};

// RFC 3339 or YYYY-MM-DD; throws BadValue otherwise.
Time parse_time(std::string_view text);
std::string format_time(const Time& time);
Duration parse_duration(std::string_view text);
std::string format_duration(Duration duration);  // the shortest exact form: "1.5s", "10m"
std::uint64_t parse_byte_size(std::string_view text);

}  // namespace headrace
