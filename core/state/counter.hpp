// The value that WriteBatch::Add keeps: decimal text. Shared by the engines so that they agree on every corner.
#pragma once
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace headrace {

// What is not a number counts as 0. An engine may add long after the write, where nobody is left to hear of an error.
inline std::int64_t counter_value(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? value : 0;
}

// Wraps: then sums do not depend on the order in which an engine folds them.
inline std::string counter_sum(std::string_view text, std::int64_t amount) {
  return std::to_string(static_cast<std::int64_t>(static_cast<std::uint64_t>(counter_value(text)) + static_cast<std::uint64_t>(amount)));
}

}  // namespace headrace
