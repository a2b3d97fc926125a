#include "nodes/poll/setback.hpp"

#include <algorithm>

namespace headrace {

namespace {

using namespace std::chrono_literals;

constexpr Duration day = 24h;
constexpr auto missing_for = 30 * 24h;
constexpr int missing_times = 10;

Duration doubled(Duration first, int in_a_row, Duration most) {
  for (int i = 1; i < in_a_row && first < most; ++i) first *= 2;
  return std::min(first, most);
}

bool is_refusal(int status) { return status == 401 || status == 403 || status == 451; }

}  // namespace

Setback setback_of(const Failure& failure, int status, const Failing& failing, Duration usual, Time now) {
  const int n = failing.in_a_row;
  if (status == 410) return {day, "feed_gone"};
  if (status == 404) {
    const bool long_enough = n >= missing_times && now.at - failing.since.at >= missing_for;
    return {doubled(std::min<Duration>(1h, usual), n, day), long_enough ? "feed_missing" : ""};
  }
  if (is_refusal(status)) return {doubled(6h, n, 7 * day), ""};
  if (!failure.retryable) return {doubled(std::min<Duration>(15min, usual), n, day), ""};
  return {doubled(std::min<Duration>(1min, usual), n, day), ""};
}

}  // namespace headrace
