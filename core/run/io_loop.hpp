// One epoll loop for all asynchronous IO and for the clock's timers.
//
//   loop.post([] { ... });                                    // runs on the loop's thread
//   loop.watch(fd, IoLoop::readable, [](unsigned events) { ... });
//
// The TBB engine runs it on a thread of its own; the serial executor pumps it. Callbacks run on the loop's thread, one at
// a time, and must not block. post() and wake() may be called from any thread, watch() and unwatch() from the loop's only.
#pragma once
#include <functional>
#include <memory>

#include "core/run/clock.hpp"

namespace headrace {

class IoLoop {
 public:
  static constexpr unsigned readable = 1, writable = 2, failed = 4;
  explicit IoLoop(Clock& clock);  // throws std::system_error when the system refuses
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;

  void post(std::function<void()> task);
  void watch(int fd, unsigned events, std::function<void(unsigned events)> ready);  // replaces an earlier watch of fd
  void unwatch(int fd);
  void wake();  // makes a waiting run_once() return

  // Waits for IO, a timer, a post or a wake, at most `limit`, and runs what is due. Returns the number of callbacks run.
  std::size_t run_once(Duration limit);
  bool on_loop_thread() const;  // whether the caller is inside run_once()
  Clock& clock() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headrace
