// Dates as pages declare them for machines.
#pragma once
#include <optional>
#include <string_view>

#include "core/value/types.hpp"

namespace headrace {

// ISO 8601 as it is really written: "2026-03-01", "2026-03-01T09:30", "2026-03-01 09:30:00.5 +0200". Without a zone it is taken
// as UTC; anything else, and a year that no page can have (before 1995, after 2100), is nothing.
std::optional<Time> parse_page_date(std::string_view text);

// What is meant for machines and yet written freely: the above, seconds or milliseconds since 1970, or a date in words.
std::optional<Time> read_machine_date(std::string_view text);

// The day in an address: .../2026/03/01/tide, .../2026-03-01-tide, .../2026/mar/01/tide, .../20260301/tide.
std::optional<Time> date_in_url(std::string_view url);

// Nothing when there is no such day, or no page can be of it.
std::optional<Time> page_day(int year, int month, int day);

}  // namespace headrace
