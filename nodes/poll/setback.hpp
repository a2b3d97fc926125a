// How long a feed is left alone after it has failed, and when it is given up.
//
//   const Setback setback = setback_of(failure, 404, failing, usual, now);
//   if (setback.give_up) ... else wait(setback.wait);
//
// Pure; any thread.
#pragma once
#include <optional>

#include "core/graph/spec.hpp"

namespace headrace {

struct Failing {
  int in_a_row = 1;  // this one included
  Time since;        // of the first of them
};

struct Setback {
  Duration wait;         // without what a Retry-After adds
  std::string_view why;  // empty, or the reason for which it is given up: "feed_gone", "feed_missing"
};

// `status` is that of the answer, 0 when none came; `usual` is when the feed would be asked if all were well, and the first wait
// of what may be a passing fault is no longer than that. Of a feed that fails n times in a row, with n from 1:
//   410                       given up at once
//   404                       1 h * 2^(n-1), at most a day; given up after 30 days and 10 tries
//   401, 403, 451             6 h * 2^(n-1), at most a week: asking again will not help
//   any other answer of which nothing can be made (not a feed, another 4xx)
//                             15 min * 2^(n-1), at most a day
//   what passes by itself (no connection, 429, 5xx)
//                             1 min * 2^(n-1), at most a day
Setback setback_of(const Failure& failure, int status, const Failing& failing, Duration usual, Time now);

}  // namespace headrace
