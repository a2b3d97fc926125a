// Dates as feeds write them.
#pragma once
#include <optional>
#include <string_view>

#include "core/value/types.hpp"

namespace headrace::feed {

// RFC 822 and RFC 3339, and what people make of them: names of months in several languages, two-digit years, 12-hour
// clocks, named zones, missing times. Without a zone UTC is assumed. Nothing when the text is no date, or an ambiguous one.
std::optional<Time> read_date(std::string_view text);

}  // namespace headrace::feed
