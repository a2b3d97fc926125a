#include "nodes/poll/freshness.hpp"

#include <algorithm>
#include <charconv>

#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace {

namespace {

using std::chrono::seconds;

constexpr std::int64_t longest = 366 * 86400;  // seconds

std::optional<seconds> parse_seconds(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return seconds(longest);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return seconds(std::clamp<std::int64_t>(value, 0, longest));
}

struct CacheControl {
  bool checked_every_time = false;  // no-cache, no-store
  std::optional<seconds> max_age;
};

CacheControl read_cache_control(std::string_view text) {
  CacheControl out;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    const std::string_view directive = feed::trim(text.substr(0, end));
    const auto equals = std::min(directive.find('='), directive.size());
    const std::string_view name = feed::trim(directive.substr(0, equals));
    if (feed::same_name(name, "no-cache") || feed::same_name(name, "no-store")) out.checked_every_time = true;
    if (feed::same_name(name, "max-age") && equals < directive.size())
      out.max_age = parse_seconds(feed::trim(directive.substr(equals + 1)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

seconds less(seconds fresh, seconds age) { return std::max(fresh - age, seconds(0)); }

}  // namespace

Duration fresh_for(const HttpResponse& response, Time now) {
  if (const std::string* header = response.header("cache-control")) {
    const CacheControl control = read_cache_control(*header);
    if (control.checked_every_time) return {};
    const std::string* age = response.header("age");
    if (control.max_age) return less(*control.max_age, age ? parse_seconds(feed::trim(*age)).value_or(seconds(0)) : seconds(0));
  }
  const std::string* expires = response.header("expires");
  const auto until = expires ? feed::read_date(*expires) : std::nullopt;
  if (!until) return {};
  const std::string* date = response.header("date");
  const Time sent = date ? feed::read_date(*date).value_or(now) : now;
  return std::clamp(std::chrono::floor<seconds>(until->at - sent.at), seconds(0), seconds(longest));
}

}  // namespace headrace
