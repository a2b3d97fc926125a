// One epoll loop for all asynchronous IO and for the clock's timers.
//
//   loop.post([] { ... });                                    // runs on the loop's thread
//   loop.watch(fd, IoLoop::readable, [](unsigned events) { ... });
//
// The TBB engine runs it on a thread of its own; the serial executor pumps it. Callbacks run on the loop's thread, one at
// a time, and must not block. post() and wake() may be called from any thread, the others from the loop's only.
// A posted task counts as busy until it has run, so virtual time does not jump over it.
#pragma once
#include <functional>
#include <memory>

#include "core/run/clock.hpp"

namespace headrace {

class IoLoop {
 public:
  static constexpr unsigned readable = 1, writable = 2, failed = 4;
  explicit IoLoop(Clock& clock);  // drives the clock, which outlives it; throws std::system_error when the system refuses
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;

  void post(std::function<void()> task);
  // Calls `ready` for as long as `fd` is ready; `failed` need not be asked for. Replaces an earlier watch of fd. Throws
  // std::system_error for what cannot be watched (a closed fd, a plain file).
  void watch(int fd, unsigned events, std::function<void(unsigned events)> ready);
  void unwatch(int fd);  // before fd is closed; its callback is not called again, unless it is the caller
  // Like unwatch(), for a descriptor that stays open and will probably be watched again before the loop waits: when it is, for
  // the same events, the system is not asked twice. The new callback may then be called for what the old one has read.
  void pause(int fd);
  void wake();           // makes a waiting run_once() return, or the next one not wait

  // Waits for IO, a timer, a post or a wake, at most `limit`, then runs what is ready: IO first, posts, timers. Returns the
  // number of callbacks run. Not from a callback, and not from two threads at once (std::logic_error).
  std::size_t run_once(Duration limit);
  bool on_loop_thread() const;  // whether the caller is inside run_once()
  Clock& clock() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headrace
