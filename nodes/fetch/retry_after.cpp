#include "nodes/fetch/retry_after.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace headrace {

namespace {

constexpr std::chrono::seconds longest = std::chrono::hours(24 * 30);

std::optional<std::chrono::seconds> parse_value(const std::string& value, const Time& now) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (end == value.data() + value.size()) return error == std::errc::result_out_of_range ? longest : std::chrono::seconds(seconds);
  const std::time_t date = curl_getdate(value.c_str(), nullptr);
  if (date == -1) return {};
  return std::chrono::seconds(date) - std::chrono::ceil<std::chrono::seconds>(now.at.time_since_epoch());
}

}  // namespace

std::optional<Duration> retry_after(const std::vector<HttpHeader>& headers, const Time& now) {
  const auto found = std::find_if(headers.begin(), headers.end(), [](const HttpHeader& header) { return header.name == "retry-after"; });
  if (found == headers.end()) return {};
  const auto seconds = parse_value(found->value, now);
  if (!seconds) return {};
  return std::clamp(*seconds, std::chrono::seconds(0), longest);
}

}  // namespace headrace
