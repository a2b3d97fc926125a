// Time as a service. Nothing else in Headrace reads a clock or sleeps.
//
//   clock.after(2s, [] { ... });          // runs on the thread that drives the clock: the IO loop's
//   if (!clock.sleep(10m, stop)) return;  // a source thread waits here; false when it should stop
//
// The real clock follows the system. The virtual clock stands still while anybody is busy and jumps to the next timer when
// nobody is: that makes tests of hours exact and instant. Whoever works where the engine cannot see it (a thread of its
// own, a transfer on the wire) holds a Busy meanwhile. All members may be called from any thread.
//
// A thread that sleeps is not busy. Its own Busy goes into sleep(): the clock lends it out for exactly the time of the
// sleep, so there is no instant, before or after, in which a working thread looks idle and time could jump past it.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>

#include "core/value/types.hpp"

namespace headrace {

using TimerId = std::uint64_t;  // never 0

class Clock {
 public:
  class Busy;
  virtual ~Clock() = default;
  virtual Time now() const = 0;          // wall time, UTC
  virtual Duration elapsed() const = 0;  // monotonic, since the clock was made

  // Runs `task` once, not before `delay` has passed. Tasks of one due time run in the order in which they were asked for.
  virtual TimerId after(Duration delay, std::function<void()> task) = 0;
  virtual bool cancel(TimerId timer) = 0;  // true when the task will not run

  // Blocks the calling thread; true when `delay` has passed, false as soon as a stop is requested. `held` is the Busy of
  // the caller, if it has one: it does not count while the caller sleeps, and counts again when sleep() returns. A sleeper
  // whose time has come counts as busy from that moment until sleep() returns, with or without a Busy of its own.
  virtual bool sleep(Duration delay, std::stop_token stop, const Busy* held = nullptr) = 0;

  virtual void busy() = 0;  // one more reason for virtual time to stand still
  virtual void idle() = 0;  // one less

  // For whoever drives the clock: one thread. Runs the tasks that are due, but none that these tasks add, and returns how
  // many ran or woke up. A virtual clock first jumps to the next timer when nothing is due and nobody is busy.
  virtual std::size_t run_due() = 0;
  // How long run_due() will have nothing to do, unless on_change() says otherwise; Duration::max() without a timer.
  virtual Duration until_due() const = 0;
  // `wake` is called, from any thread, when until_due() has become shorter. It must not call the clock back. One driver a
  // clock: a second call replaces the first, after which the first is neither running nor called again.
  virtual void on_change(std::function<void()> wake) = 0;
};

class Clock::Busy {
 public:
  explicit Busy(Clock& clock) : clock_(&clock) { clock.busy(); }
  Busy(Busy&& other) noexcept : clock_(std::exchange(other.clock_, nullptr)) {}
  Busy& operator=(Busy&&) = delete;
  ~Busy() {
    if (clock_) clock_->idle();
  }

 private:
  Clock* clock_;
};

std::unique_ptr<Clock> make_real_clock();
std::unique_ptr<Clock> make_virtual_clock(Time start = {std::chrono::sys_days(std::chrono::year(2026) / 3 / 1), false});

}  // namespace headrace
