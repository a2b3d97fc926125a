// Dates as feeds write them.
#pragma once
#include <optional>
#include <string_view>

#include "core/value/types.hpp"

namespace headrace::feed {

// RFC 822, RFC 850, asctime and ISO 8601 with its ordinal and week dates, and what people make of them: names of months in
// many languages, two-digit years, 12-hour clocks, named zones, missing times. Without a zone UTC is assumed, and the time of
// Korea or Japan for a text in the language. Nothing when the text is no date, or one without a year.
std::optional<Time> read_date(std::string_view text);

}  // namespace headrace::feed
