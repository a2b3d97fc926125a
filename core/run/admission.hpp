// Who may be at work: the tokens of `in_flight`, the bytes of `memory`, the places of `parked`.
//
// A record holds one token while any of it is at work. It gives the token back when it parks or waits for its turn at an
// ordered key, and asks for it again; asking never blocks. Freed tokens go to the oldest record that asks, and only then to
// sources, so that whatever an order waits for comes first and nothing waits in a circle. Sources alone are held back by
// bytes, places and the window. A record that has parked in one branch while another branch still runs holds no token: the
// overshoot is at most the number of its branches.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>

#include "core/graph/plan.hpp"

namespace headrace::run {

struct Record;

class Admission {
 public:
  // `idle` is called, from any thread, whenever the last token has come back.
  Admission(const Limits& limits, Clock& clock, std::function<void()> idle);

  // Blocks a source's thread until a record may come in; false when a stop is requested. The caller is busy in the eyes of
  // the clock, and is not while it waits; whoever wakes it makes it busy again, so that virtual time cannot slip between.
  bool enter(const std::stop_token& stop);

  // A token for a record that has none. True: it has one now. False: `granted` is called, later, from any thread.
  bool take(std::uint64_t record_number, std::function<void()> granted);
  void give_back();
  void give_back_quietly(std::size_t tokens = 1);  // sources that wait hear of it at the next wake_sources(), which must follow

  void add_bytes(std::size_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove_bytes(std::size_t bytes);
  void place_taken() { places_.fetch_add(1, std::memory_order_relaxed); }
  void places_freed(std::size_t places);
  void waiting(int change) {
    waiting_.fetch_add(static_cast<std::size_t>(change));
  }                        // records that wait for their turn; after fewer, wake_sources()
  void forget_requests();  // shutdown: nobody who asks now is answered any more
  void wake_sources();

  std::size_t active() const { return active_.load(std::memory_order_acquire); }
  std::size_t places() const { return places_.load(std::memory_order_relaxed); }
  std::size_t requests() const;
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Waiter {
    bool woken = false;
  };
  bool has_room() const;  // for one more, but for its token
  bool open_for_sources() const;
  bool claim();
  std::function<void()> take_first();  // under the mutex
  void wait(const std::stop_token& stop);
  const std::size_t in_flight_, parked_, window_;
  const std::uint64_t memory_;
  Clock& clock_;
  const std::function<void()> idle_;
  std::vector<Waiter*> waiters_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::uint64_t, std::function<void()>> requests_;
  std::atomic<std::size_t> active_{0}, bytes_{0}, places_{0}, waiting_{0}, sources_{0}, requested_{0};
};

}  // namespace headrace::run
