#include "core/run/admission.hpp"

namespace headrace::run {

Admission::Admission(const Limits& limits, Clock& clock, std::function<void()> idle)
    : in_flight_(std::max<std::size_t>(1, limits.in_flight)),
      parked_(std::max<std::size_t>(limits.parked, limits.in_flight)),
      window_(limits.window ? limits.window : 4 * in_flight_),
      memory_(limits.memory),
      clock_(clock),
      idle_(std::move(idle)) {}

bool Admission::open_for_sources() const {
  return active_.load() < in_flight_ && requests_.empty() && places_.load() < parked_ && waiting_.load() < window_ &&
         bytes_.load() < memory_;
}

bool Admission::enter(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!open_for_sources() && !stop.stop_requested()) {
    lock.unlock();
    wait(stop);
    lock.lock();
  }
  if (stop.stop_requested()) return false;
  active_.fetch_add(1);
  places_.fetch_add(1);
  return true;
}

// Until somebody has made room, or a stop is requested.
void Admission::wait(const std::stop_token& stop) {
  const std::stop_callback on_stop(stop, [this] {
    { const std::lock_guard between(mutex_); }  // not between a look at the token and the wait
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  sources_.fetch_add(1);
  Waiter me;
  if (!open_for_sources() && !stop.stop_requested()) {
    waiters_.push_back(&me);
    clock_.idle();
    changed_.wait(lock, [&] { return me.woken || stop.stop_requested(); });
    if (!me.woken) {
      std::erase(waiters_, &me);
      clock_.busy();
    }
  }
  sources_.fetch_sub(1);
}

bool Admission::take(std::uint64_t record_number, std::function<void()> granted) {
  const std::lock_guard lock(mutex_);
  if (active_.load() < in_flight_ && requests_.empty()) {
    active_.fetch_add(1);
    return true;
  }
  requests_.emplace(record_number, std::move(granted));
  return false;
}

void Admission::give_back() {
  give_back_quietly();
  wake_sources();
}

void Admission::give_back_quietly() {
  std::function<void()> next;
  bool idle = false;
  {
    const std::lock_guard lock(mutex_);
    if (requests_.empty()) {
      idle = active_.fetch_sub(1) == 1;
    } else {
      next = std::move(requests_.begin()->second);
      requests_.erase(requests_.begin());
    }
  }
  if (next) return next();
  if (idle && idle_) idle_();
}

// A source registers itself before it looks at the counters under the mutex, so whoever changes a counter and sees no source
// registered may leave the mutex alone: the source will see the change. This needs one order of all these operations, which is
// why none of them names a weaker one; they are read-modify-writes and plain loads, which cost the same on the machines we know.
void Admission::wake_sources() {
  if (sources_.load() == 0) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiters_.empty() || !open_for_sources()) return;
    for (Waiter* waiter : waiters_) {
      waiter->woken = true;
      clock_.busy();
    }
    waiters_.clear();
  }
  changed_.notify_all();  // whom it wakes finds the mutex free
}

void Admission::remove_bytes(std::size_t bytes) {
  const std::size_t before = bytes_.fetch_sub(bytes);
  if (before >= memory_ && before - bytes < memory_) wake_sources();
}

void Admission::place_freed() {
  if (places_.fetch_sub(1) == parked_) wake_sources();
}

void Admission::forget_requests() {
  std::multimap<std::uint64_t, std::function<void()>> gone;
  const std::lock_guard lock(mutex_);
  gone.swap(requests_);
}

std::size_t Admission::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

}  // namespace headrace::run
