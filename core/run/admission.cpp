#include "core/run/admission.hpp"

namespace headrace::run {

Admission::Admission(const Limits& limits, Clock& clock, std::function<void()> idle)
    : in_flight_(std::max<std::size_t>(1, limits.in_flight)),
      parked_(std::max<std::size_t>(limits.parked, limits.in_flight)),
      window_(limits.window ? limits.window : 4 * in_flight_),
      memory_(limits.memory),
      clock_(clock),
      idle_(std::move(idle)) {}

bool Admission::has_room() const {
  return requested_.load() == 0 && places_.load() < parked_ && waiting_.load() < window_ && bytes_.load() < memory_;
}
bool Admission::open_for_sources() const { return active_.load() < in_flight_ && has_room(); }

// A token, if one is left.
bool Admission::claim() {
  std::size_t active = active_.load();
  while (active < in_flight_)
    if (active_.compare_exchange_weak(active, active + 1)) return true;
  return false;
}

bool Admission::enter(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (has_room() && claim()) {
      places_.fetch_add(1);
      return true;
    }
    wait(stop);
  }
  return false;
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

// Whoever asks is counted before a second look at the tokens, and whoever gives one back looks at that count afterwards: one
// of them sees the other. (All of it in one order, as in wake_sources().)
bool Admission::take(std::uint64_t record_number, std::function<void()> granted) {
  std::function<void()> next;
  {
    const std::lock_guard lock(mutex_);
    if (requests_.empty() && claim()) return true;
    const auto mine = requests_.emplace(record_number, std::move(granted));
    requested_.fetch_add(1);
    if (!claim()) return false;
    const bool own = requests_.begin() == mine;
    next = take_first();
    if (own) return true;
  }
  next();
  return false;
}

std::function<void()> Admission::take_first() {
  std::function<void()> out = std::move(requests_.begin()->second);
  requests_.erase(requests_.begin());
  requested_.fetch_sub(1);
  return out;
}

void Admission::give_back() {
  give_back_quietly();
  wake_sources();
}

void Admission::give_back_quietly(std::size_t tokens) {
  std::vector<std::function<void()>> next;
  bool idle = active_.fetch_sub(tokens) == tokens;
  if (requested_.load() != 0) {
    const std::lock_guard lock(mutex_);
    while (!requests_.empty() && claim()) next.push_back(take_first());
    idle = next.empty() && active_.load() == 0;
  }
  for (const auto& granted : next) granted();
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

void Admission::places_freed(std::size_t places) {
  const std::size_t before = places_.fetch_sub(places);
  if (before >= parked_ && before - places < parked_) wake_sources();
}

void Admission::forget_requests() {
  std::multimap<std::uint64_t, std::function<void()>> gone;
  const std::lock_guard lock(mutex_);
  gone.swap(requests_);
  requested_.store(0);
}

std::size_t Admission::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

}  // namespace headrace::run
