#include "nodes/poll/api/rate_limit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/entities.hpp"

namespace headrace::api {

namespace {

using namespace std::chrono_literals;

constexpr Duration unknown_reset = 1min, longest_pause = 24h;

std::optional<double> number_of(std::string_view text) {
  text = feed::trim(text);
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool ends = end == text.data() + text.size() || std::string_view(",; ").find(*end) != std::string_view::npos;
  if (error != std::errc() || !ends || !std::isfinite(out)) return std::nullopt;
  return out;
}

const std::string* first_header(const HttpResponse& response, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (const std::string* value = response.header(name)) return value;
  return nullptr;
}

Duration until_reset(std::string_view text, Time now) {
  constexpr double least_epoch = 1e9, least_milliseconds = 1e12;  // larger numbers are no waits
  const double today = static_cast<double>(now.at.time_since_epoch().count()) / 1e6;
  double wait = 0;
  if (auto number = number_of(text)) {
    if (*number >= least_milliseconds) *number /= 1000;
    wait = *number >= least_epoch ? *number - today : *number;
  } else if (const auto date = feed::read_date(feed::trim(text))) {
    wait = static_cast<double>((date->at - now.at).count()) / 1e6;
  } else {
    return unknown_reset;
  }
  constexpr double most_seconds = std::chrono::duration<double>(longest_pause).count();
  // Clocks differ, and servers round down: a little more than they say.
  return std::chrono::ceil<std::chrono::seconds>(std::chrono::duration<double>(std::clamp(wait, 0.0, most_seconds))) + 1s;
}

// The value of `name` among "...;r=0;t=30" or "limit=10, remaining=0, reset=30".
std::optional<std::string_view> part(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find_first_of(",;"), header.size());
    const std::string_view each = feed::trim(header.substr(0, end));
    if (each.starts_with(name) && each.substr(name.size()).starts_with('=')) return each.substr(name.size() + 1);
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return std::nullopt;
}

Duration pause_of_one_header(std::string_view header, Time now) {
  for (const auto& [remaining, reset] : {std::pair("r", "t"), {"remaining", "reset"}}) {
    const auto left = part(header, remaining);
    if (!left || number_of(*left).value_or(1) >= 1) continue;
    return until_reset(part(header, reset).value_or(""), now);
  }
  return 0s;
}

}  // namespace

Duration pause_asked_for(const HttpResponse& response, const Limits& limits, Time now) {
  if (const std::string* left = first_header(response, limits.remaining)) {
    if (number_of(*left).value_or(1) >= 1) return 0s;
    const std::string* reset = first_header(response, limits.reset);
    return until_reset(reset ? *reset : "", now);
  }
  const std::string* all = response.header("ratelimit");
  return all ? pause_of_one_header(*all, now) : 0s;
}

}  // namespace headrace::api
