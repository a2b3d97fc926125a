#include "core/run/clock.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace headrace {

namespace {

// Far enough to be never, near enough that adding it to any clock cannot overflow.
constexpr Duration kLongest = std::chrono::hours(24 * 365 * 100);

Duration bounded(Duration delay) { return std::clamp(delay, Duration::zero(), kLongest); }

struct Timer {
  TimerId id = 0;
  std::function<void()> task;  // empty for a sleeper
  bool* woken = nullptr;       // the flag of a sleeper
};

// Timers by due time, then by the order in which they were asked for. Not synchronised.
class TimerQueue {
 public:
  TimerId add(Duration due, std::function<void()> task, bool* woken = nullptr) {
    const TimerId id = next_id_++;
    timers_.emplace(Place{due, id}, Timer{id, std::move(task), woken});
    due_.emplace(id, due);
    return id;
  }
  // The timer, to be destroyed outside of the lock; empty when there is none.
  std::optional<Timer> take(TimerId id) {
    const auto due = due_.find(id);
    if (due == due_.end()) return std::nullopt;
    return take(timers_.find(Place{due->second, id}));
  }
  // The first timer due by `now` that was asked for before `bound`.
  std::optional<Timer> take_due(Duration now, TimerId bound) {
    const auto first = timers_.begin();
    if (first == timers_.end() || first->first.first > now || first->second.id >= bound) return std::nullopt;
    return take(first);
  }
  bool empty() const { return timers_.empty(); }
  Duration first_due() const { return timers_.begin()->first.first; }  // not when empty
  TimerId next_id() const { return next_id_; }

 private:
  using Place = std::pair<Duration, TimerId>;
  std::optional<Timer> take(std::map<Place, Timer>::iterator at) {
    std::optional<Timer> timer(std::move(at->second));
    timers_.erase(at);
    due_.erase(timer->id);
    return timer;
  }
  std::map<Place, Timer> timers_;
  std::unordered_map<TimerId, Duration> due_;
  TimerId next_id_ = 1;
};

class RealClock final : public Clock {
 public:
  Time now() const override { return {std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()), false}; }
  Duration elapsed() const override { return std::chrono::steady_clock::now() - start_; }

  TimerId after(Duration delay, std::function<void()> task) override {
    const Duration due = elapsed() + bounded(delay);
    const std::lock_guard lock(mutex_);
    const bool first = timers_.empty() || due < timers_.first_due();
    const TimerId id = timers_.add(due, std::move(task));
    if (first && wake_) wake_();
    return id;
  }

  bool cancel(TimerId id) override {
    std::unique_lock lock(mutex_);
    const auto timer = timers_.take(id);
    lock.unlock();
    return timer.has_value();
  }

  bool sleep(Duration delay, std::stop_token stop, const Busy*) override {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, bounded(delay), [] { return false; });
    return !stop.stop_requested();
  }

  void busy() override {}
  void idle() override {}

  std::size_t run_due() override {
    std::size_t ran = 0;
    std::unique_lock lock(mutex_);
    const TimerId bound = timers_.next_id();
    for (const Duration now = elapsed(); auto timer = timers_.take_due(now, bound); ++ran) {
      lock.unlock();
      timer->task();
      timer.reset();
      lock.lock();
    }
    return ran;
  }

  Duration until_due() const override {
    const std::lock_guard lock(mutex_);
    if (timers_.empty()) return Duration::max();
    return std::max(timers_.first_due() - elapsed(), Duration::zero());
  }

  void on_change(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  TimerQueue timers_;
  std::function<void()> wake_;
};

// Time moves in run_due() only, and only there is it decided, under the lock, that nobody is busy. The count is atomic so
// that busy() and idle() cost no lock; only the last idle() takes it, to wake the driver.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Time start) : start_(start) {}

  Time now() const override { return {start_.at + std::chrono::floor<std::chrono::microseconds>(elapsed()), false}; }
  Duration elapsed() const override { return Duration(elapsed_.load(std::memory_order_acquire)); }

  TimerId after(Duration delay, std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    const TimerId id = timers_.add(due_in(delay), std::move(task));
    wake_driver();
    return id;
  }

  bool cancel(TimerId id) override {
    std::unique_lock lock(mutex_);
    const auto timer = timers_.take(id);
    lock.unlock();
    return timer.has_value();
  }

  bool sleep(Duration delay, std::stop_token stop, const Busy* held) override {
    std::unique_lock lock(mutex_);
    bool woken = false;
    const TimerId id = timers_.add(due_in(delay), nullptr, &woken);
    if (held) --busy_;  // the timer stands: from here on time may run
    wake_driver();
    sleepers_.wait(lock, stop, [&] { return woken; });
    if (!woken) {
      timers_.take(id);
      if (held) ++busy_;
      return false;
    }
    if (!held) --busy_;  // run_due() counted this thread busy when it woke it; a Busy of its own stays counted
    wake_driver();
    return true;
  }

  void busy() override { ++busy_; }
  void idle() override {
    if (--busy_ > 0) return;
    const std::lock_guard lock(mutex_);
    wake_driver();
  }

  std::size_t run_due() override {
    std::size_t ran = 0;
    std::unique_lock lock(mutex_);
    if (free_to_jump()) elapsed_.store(std::max(elapsed(), timers_.first_due()).count(), std::memory_order_release);
    const TimerId bound = timers_.next_id();
    for (const Duration now = elapsed(); auto timer = timers_.take_due(now, bound); ++ran) {
      ++busy_;  // on behalf of the task that runs, or of the sleeper until it has returned
      if (timer->woken) {
        *timer->woken = true;
        sleepers_.notify_all();
      } else {
        lock.unlock();
        run(*timer);
        lock.lock();
      }
    }
    return ran;
  }

  Duration until_due() const override {
    const std::lock_guard lock(mutex_);
    return is_due() || free_to_jump() ? Duration::zero() : Duration::max();
  }

  void on_change(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }

 private:
  void run(Timer& timer) {
    const struct Done {
      std::atomic<std::int64_t>& busy;
      ~Done() { --busy; }
    } done{busy_};
    timer.task();
    timer.task = nullptr;
  }
  Duration due_in(Duration delay) const { return std::min(elapsed() + bounded(delay), kLongest); }
  bool is_due() const { return !timers_.empty() && timers_.first_due() <= elapsed(); }
  bool free_to_jump() const { return busy_ == 0 && !timers_.empty(); }
  void wake_driver() {
    if (wake_ && (is_due() || free_to_jump())) wake_();
  }

  const Time start_;
  mutable std::mutex mutex_;
  std::condition_variable_any sleepers_;
  TimerQueue timers_;
  std::function<void()> wake_;
  std::atomic<std::int64_t> elapsed_{0};
  std::atomic<std::int64_t> busy_{0};
};

}  // namespace

std::unique_ptr<Clock> make_real_clock() { return std::make_unique<RealClock>(); }
std::unique_ptr<Clock> make_virtual_clock(Time start) { return std::make_unique<VirtualClock>(start); }

}  // namespace headrace
