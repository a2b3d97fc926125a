// The Retry-After header.
#pragma once
#include <optional>

#include "nodes/fetch/http_client.hpp"

namespace headrace {

// Seconds, or a date of HTTP; a date that has passed is zero, and nobody is believed for more than 30 days.
std::optional<Duration> retry_after(const std::vector<HttpHeader>& headers, const Time& now);

}  // namespace headrace
