// Stops asking a host that has failed too often in a row.
//
// After `failures` failures in a row the host is closed for `pause`. Then one request at a time finds out: a failure closes the
// host for twice as long (at most `longest`), any answer opens it. A data structure: `now` is Clock::elapsed().
#pragma once
#include <algorithm>

#include "core/value/types.hpp"

namespace headrace {

class HostBreaker {
 public:
  struct Rule {
    int failures = 5;  // 0: never closes
    Duration pause = std::chrono::minutes(1), longest = std::chrono::hours(1);
  };

  // True when it closes the host. What was on its way when the host was closed says nothing new.
  bool failed(const Rule& rule, Duration now) {
    if (is_closed(now)) return false;
    ++in_a_row_;
    if (rule.failures == 0 || in_a_row_ < rule.failures) return false;
    pause_ = pause_ == Duration::zero() ? rule.pause : std::min(2 * pause_, rule.longest);
    closed_until_ = now + pause_;
    return true;
  }
  void answered() { *this = HostBreaker(); }
  // What was known in an earlier run.
  void restore(int in_a_row, Duration pause, Duration closed_until) {
    in_a_row_ = std::max(0, in_a_row);
    pause_ = std::max(Duration::zero(), pause);
    closed_until_ = closed_until;
  }

  bool is_closed(Duration now) const { return now < closed_until_; }
  bool is_trying() const { return pause_ > Duration::zero(); }  // it was closed, and nothing good has come since
  int failures_in_a_row() const { return in_a_row_; }
  Duration pause() const { return pause_; }  // the last one; zero when there was none
  Duration closed_until() const { return closed_until_; }

 private:
  int in_a_row_ = 0;
  Duration pause_{0}, closed_until_ = Duration::min();
};

}  // namespace headrace
