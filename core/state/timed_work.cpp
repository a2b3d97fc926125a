#include "core/state/timed_work.hpp"

namespace headrace {

TimedWork::TimedWork(Clock& clock, std::function<void()> work)
    : clock_(clock), work_(std::move(work)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

TimedWork::~TimedWork() {
  TimerId timer = 0;
  {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    timer = state_->timer;
  }
  if (timer) clock_.cancel(timer);
  thread_.request_stop();
  thread_.join();
}

void TimedWork::arm(Duration delay) {
  const std::lock_guard lock(state_->mutex);
  if (state_->armed || state_->closed) return;
  state_->armed = true;
  state_->timer = clock_.after(delay, [state = state_, &clock = clock_] {
    const std::lock_guard timer_lock(state->mutex);
    state->timer = 0;
    if (state->closed) return;
    state->due.emplace(clock);
    state->due_soon.notify_one();
  });
}

void TimedWork::run(const std::stop_token& stop) {
  std::unique_lock lock(state_->mutex);
  while (state_->due_soon.wait(lock, stop, [&] { return state_->due.has_value(); }) && !stop.stop_requested()) {
    const Clock::Busy busy = std::move(*state_->due);
    state_->due.reset();
    state_->armed = false;
    lock.unlock();
    work_();
    lock.lock();
  }
  state_->due.reset();
}

}  // namespace headrace
