// Dates as pages declare them for machines.
#pragma once
#include <optional>
#include <string_view>

#include "core/value/types.hpp"

namespace headrace {

// ISO 8601 as it is really written: "2026-03-01", "2026-03-01T09:30", "2026-03-01 09:30:00.5 +0200". Without a zone it is taken
// as UTC; anything else, and a year that no page can have, is nothing.
std::optional<Time> parse_page_date(std::string_view text);

// The day in an address such as https://example.org/2026/03/01/tide.
std::optional<Time> date_in_url(std::string_view url);

}  // namespace headrace
