// The names that dates are written with: months, zones, places.
#pragma once
#include <optional>
#include <string_view>

#include "core/value/types.hpp"

namespace headrace::feed {

int month_named(std::string_view word);  // by its first letters, in several languages; 0 when it is no month
int half_day_of(std::string_view word);  // -1 before noon, 1 after, 0 for other words
bool is_filler(std::string_view word);   // what people write behind numbers: "Uhr", "th"

// Minutes east of Greenwich.
std::optional<int> home_offset(std::string_view word);  // of the only country that writes so
std::optional<int> zone_offset(std::string_view name);  // "EST"
std::optional<int> place_offset(std::string_view name,
                                std::chrono::sys_time<std::chrono::microseconds> local);  // "Europe/Berlin", with its summer time

}  // namespace headrace::feed
