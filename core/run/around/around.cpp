#include "core/run/around/around.hpp"

#include "core/run/layout.hpp"

namespace headrace::run {

namespace {

Failure refusal(const Step& step, const Breaker::Answer& answer) {
  const int failures = step.decorators.breaker->failures;
  const std::string why = answer.state == Breaker::State::open ? "open after " + std::to_string(failures) + (failures == 1 ? " failure" : " failures in a row")
                                                               : "half open: another call finds out whether the service is back";
  Failure out{"unavailable", "the breaker of '" + step.key + "' is " + why, true, {}};
  if (answer.left > Duration::zero()) out.retry_after = answer.left;
  return out;
}

// A failure that no other try would cure says nothing of the service: a bad page is not an outage.
Breaker::Outcome outcome_of(Status status, const Failure* failure) {
  if (status == Status::ready || status == Status::dropped) return Breaker::Outcome::answer;
  return status == Status::failed && failure && failure->retryable ? Breaker::Outcome::outage : Breaker::Outcome::nothing;
}

}  // namespace

std::unique_ptr<Around> Around::make(const Step& step, Node* fallback) {
  if (!step.decorators.breaker && !fallback) return nullptr;
  std::unique_ptr<Around> out(new Around(step));
  if (step.decorators.breaker) out->breaker_ = std::make_unique<Breaker>(*step.decorators.breaker);
  if (fallback) out->fallback_ = Fallback{fallback, step.fallback->spec->kind == Kind::async, step.own_ports, step.fallback->ports};
  return out;
}

void Around::ask(Asked& asked, Duration now) {
  if (!breaker_) return;
  const Breaker::Answer answer = breaker_->ask(now);
  if (answer.passes) {
    asked.pass = answer.pass;
    return;
  }
  refused_.fetch_add(1, std::memory_order_relaxed);
  asked.refusal = refusal(step_, answer);
}

void Around::ended(Asked& asked, Status status, const Failure* failure, Duration now) {
  if (asked.pass) breaker_->ended(*std::exchange(asked.pass, std::nullopt), outcome_of(status, failure), now);
}

std::vector<std::unique_ptr<Around>> put_around(Layout& layout, const std::vector<std::unique_ptr<Node>>& fallbacks) {
  std::vector<std::unique_ptr<Around>> out;
  for (std::size_t i = 0; i < layout.steps.size(); ++i) {
    out.push_back(Around::make(*layout.steps[i].plan, fallbacks[i].get()));
    layout.steps[i].around = out.back().get();
  }
  return out;
}

void Around::add_to(KeyStatistics& statistics) const {
  statistics.fallbacks = fallbacks_.load(std::memory_order_relaxed);
  statistics.refused = refused_.load(std::memory_order_relaxed);
  if (breaker_) statistics.opened = breaker_->opened();
}

}  // namespace headrace::run
