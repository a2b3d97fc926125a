#include "nodes/robots/robots_lines.hpp"

#include <algorithm>
#include <cstring>

namespace headrace {

namespace {

constexpr std::size_t longest_line = 2083 * 8 - 1;  // Google's: what follows is cut off

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

const char* find(const char* first, const char* end, char wanted) {
  const void* found = first == end ? nullptr : std::memchr(first, wanted, static_cast<std::size_t>(end - first));
  return found ? static_cast<const char*>(found) : end;
}

std::string_view until(std::string_view text, char wanted) {
  const char* const end = text.data() + text.size();
  return {text.data(), static_cast<std::size_t>(find(text.data(), end, wanted) - text.data())};
}

bool begins_with(std::string_view text, std::string_view name) {  // `name` in lower case
  return text.size() >= name.size() && std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

struct Name {
  std::string_view text;
  RobotsField field;
};

// Names as they are often misspelt mean what was meant. What follows a name is not looked at ("Disallowed").
constexpr Name names[] = {
    {"disallow", RobotsField::disallow},       {"allow", RobotsField::allow},           {"user-agent", RobotsField::user_agent},
    {"crawl-delay", RobotsField::crawl_delay}, {"sitemap", RobotsField::sitemap},       {"site-map", RobotsField::sitemap},
    {"useragent", RobotsField::user_agent},    {"user agent", RobotsField::user_agent}, {"dissallow", RobotsField::disallow},
    {"dissalow", RobotsField::disallow},       {"disalow", RobotsField::disallow},      {"diasllow", RobotsField::disallow},
    {"disallaw", RobotsField::disallow}};

std::optional<RobotsField> field_named(std::string_view name) {
  for (const Name& known : names)
    if (!name.empty() && lower(name[0]) == known.text[0] && begins_with(name, known.text)) return known.field;
  return {};
}

// "name: value". A forgotten colon is forgiven where the line has two words and no more.
std::optional<RobotsLine> read_line(std::string_view line, std::uint32_t number) {
  const std::string_view name = until(line, ':');
  std::string_view value;
  if (name.size() < line.size()) {
    value = trimmed(line.substr(name.size() + 1));
  } else {
    const std::size_t gap = line.find_first_of(" \t");
    if (gap == std::string_view::npos) return {};
    value = trimmed(line.substr(gap));
    if (value.find_first_of(" \t") != std::string_view::npos) return {};
  }
  const auto field = field_named(name);
  if (!field) return {};
  return RobotsLine{*field, value, number};
}

const char* after_byte_order_mark(std::string_view bytes) {
  for (const char byte : {'\xef', '\xbb', '\xbf'})  // also without its end
    if (bytes.starts_with(byte)) bytes.remove_prefix(1);
    else break;
  return bytes.data();
}

}  // namespace

RobotsLines::Place::Place(char wanted, const char* first, const char* end) : wanted_(wanted), end_(end), next_(find(first, end, wanted)) {}

const char* RobotsLines::Place::from(const char* at) {
  if (next_ < at) next_ = find(at, end_, wanted_);
  return next_;
}

RobotsLines::RobotsLines(std::string_view bytes)
    : at_(after_byte_order_mark(bytes)),
      end_(bytes.data() + bytes.size()),
      line_feed_('\n', at_, end_),
      carriage_return_('\r', at_, end_),
      comment_('#', at_, end_),
      zero_('\0', at_, end_) {}

// What is to be read of the next line.
std::string_view RobotsLines::next_line() {
  const char* const first = at_;
  const char* const line_feed = line_feed_.from(first);
  const char* const end = std::min(line_feed, carriage_return_.from(first));
  at_ = end == end_ ? end : end + 1;
  if (end != line_feed && at_ == line_feed && at_ != end_) ++at_;  // CR LF is one end
  ++line_;
  const char* const cut = std::min({end, comment_.from(first), zero_.from(first)});
  return {first, std::min(static_cast<std::size_t>(cut - first), longest_line)};
}

std::optional<RobotsLine> RobotsLines::next() {
  while (at_ != end_) {
    const std::string_view text = trimmed(next_line());
    if (text.empty()) continue;
    if (const auto line = read_line(text, line_)) return line;
  }
  return {};
}

}  // namespace headrace
