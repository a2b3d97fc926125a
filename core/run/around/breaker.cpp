#include "core/run/around/breaker.hpp"

namespace headrace::run {

Breaker::Answer Breaker::ask(Duration now) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::open && now >= open_until_) {
    state_ = State::half_open;
    ++period_;
  }
  if (state_ == State::open) return {false, {}, state_, open_until_ - now};
  if (state_ == State::half_open && std::exchange(probing_, true)) return {false, {}, state_, {}};
  return {true, {period_, state_ == State::half_open}, state_, {}};
}

void Breaker::ended(Pass pass, Outcome outcome, Duration now) {
  const std::lock_guard lock(mutex_);
  if (pass.period != period_) return;
  if (pass.probe) probing_ = false;
  switch (outcome) {
    case Outcome::nothing: return;
    case Outcome::outage:
      if (pass.probe || ++in_a_row_ >= rule_.failures) open(now);
      return;
    case Outcome::answer:
      in_a_row_ = 0;
      if (!pass.probe) return;
      state_ = State::closed;
      ++period_;
  }
}

void Breaker::open(Duration now) {
  state_ = State::open;
  open_until_ = now + rule_.cool_down;
  in_a_row_ = 0;
  ++period_;
  ++opened_;
}

Breaker::State Breaker::state(Duration now) const {
  const std::lock_guard lock(mutex_);
  return state_ == State::open && now >= open_until_ ? State::half_open : state_;
}

std::uint64_t Breaker::opened() const {
  const std::lock_guard lock(mutex_);
  return opened_;
}

}  // namespace headrace::run
