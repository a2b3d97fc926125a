// A thread that does a piece of work some time after it was asked to: the background of stores.
//
//   TimedWork flushing(clock, [this] { flush(); });
//   flushing.arm(1s);      // once; arming what is armed already changes nothing
//
// The timer is the clock's, the work is not done on the clock's thread: it may block. A virtual clock stands still from the
// moment the timer is due until the work is done.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/run/clock.hpp"

namespace headrace {

class TimedWork {
 public:
  TimedWork(Clock& clock, std::function<void()> work);  // `work` does not throw; it may arm again
  ~TimedWork();                                         // waits for work that has begun, and forgets what has not
  TimedWork(const TimedWork&) = delete;
  void arm(Duration delay);

 private:
  // Shared with the timer, which the clock may still be calling when this object has gone.
  struct State {
    std::mutex mutex;
    std::condition_variable_any due_soon;
    bool armed = false, closed = false;
    TimerId timer = 0;
    std::optional<Clock::Busy> due;
  };
  void run(const std::stop_token& stop);

  Clock& clock_;
  const std::function<void()> work_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  std::jthread thread_;
};

}  // namespace headrace
