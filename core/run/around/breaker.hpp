// Stops calling what has failed too often in a row, and finds out with single calls whether it is back.
//
//   closed     every call passes; `failures` outages in a row open it
//   open       no call passes until `cool_down` has passed
//   half open  one call passes, the probe: its answer closes the breaker, its outage opens it again
//
// Calls that began before the breaker opened tell it nothing any more, however late they answer. Any thread.
#pragma once
#include <cstdint>
#include <mutex>

#include "core/graph/plan.hpp"

namespace headrace::run {

class Breaker {
 public:
  enum class State { closed, open, half_open };
  enum class Outcome {
    answer,   // a value, or a drop: the service works
    outage,   // a failure that another try may cure
    nothing,  // it was never made, was cancelled, or failed for a reason of its own: says nothing of the service
  };
  // A call that was let through. Each is handed back exactly once, to ended().
  struct Pass {
    std::uint64_t period = 0;  // in which it began; a period ends whenever the state changes
    bool probe = false;
  };
  struct Answer {
    bool passes = false;
    Pass pass{};
    State state = State::closed;  // why it does not pass
    Duration left{};              // of the cool-down
  };

  explicit Breaker(BreakerRule rule) : rule_(rule) {}
  Answer ask(Duration now);  // elapsed time
  void ended(Pass pass, Outcome outcome, Duration now);
  State state(Duration now) const;
  std::uint64_t opened() const;  // how often

 private:
  void open(Duration now);
  const BreakerRule rule_;
  mutable std::mutex mutex_;
  State state_ = State::closed;
  int in_a_row_ = 0;
  bool probing_ = false;
  Duration open_until_{};
  std::uint64_t period_ = 0, opened_ = 0;
};

}  // namespace headrace::run
