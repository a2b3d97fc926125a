#include "core/run/around/around.hpp"

#include <algorithm>

#include "core/run/layout.hpp"

namespace headrace::run {

namespace {

Failure refusal(const Step& step, const Breaker::Answer& answer) {
  const int failures = step.decorators.breaker->failures;
  const std::string why = answer.state == Breaker::State::open
                              ? "open after " + std::to_string(failures) + (failures == 1 ? " failure" : " failures in a row")
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

std::unique_ptr<Around> Around::make(const Step& step, const TypeInfo& type, Node* fallback, Store& store) {
  if (!step.decorators.cache && !step.decorators.breaker && !fallback) return nullptr;
  std::unique_ptr<Around> out(new Around(step));
  if (step.decorators.cache) out->cache_ = std::make_unique<Cache>(step, type, store);
  if (step.decorators.breaker) out->breaker_ = std::make_unique<Breaker>(*step.decorators.breaker);
  if (fallback) out->fallback_ = Fallback{fallback, step.fallback->spec->kind == Kind::async, step.own_ports, step.fallback->ports};
  return out;
}

Status Around::ask(Asked& asked, const void* const* inputs, std::string_view document, void* into, const Clock& clock) {
  if (cache_) {
    asked.cache_key = cache_->key_of(inputs, document);
    asked.hit = cache_->find(asked.cache_key, clock.now(), into);
    (asked.hit ? hits_ : misses_).fetch_add(1, std::memory_order_relaxed);
    if (asked.hit) return Status::ready;
  }
  if (!breaker_) return Status::empty;
  const Breaker::Answer answer = breaker_->ask(clock.elapsed());
  if (answer.passes) {
    asked.pass = answer.pass;
    return Status::empty;
  }
  refused_.fetch_add(1, std::memory_order_relaxed);
  asked.refusal = refusal(step_, answer);
  return Status::failed;
}

void Around::ended(Asked& asked, Status status, const void* value, const Failure* failure, const Clock& clock) {
  if (asked.pass) breaker_->ended(*std::exchange(asked.pass, std::nullopt), outcome_of(status, failure), clock.elapsed());
  if (cache_ && value && !asked.hit) cache_->keep(asked.cache_key, clock.now(), value);
}

std::vector<std::unique_ptr<Around>> put_around(Layout& layout, const std::vector<std::unique_ptr<Node>>& fallbacks, Store& store,
                                                const Clock& clock) {
  if (std::any_of(layout.steps.begin(), layout.steps.end(), [](const StepLayout& step) { return step.plan->decorators.cache.has_value(); }))
    sweep_cache(store, clock.now());
  std::vector<std::unique_ptr<Around>> out;
  for (std::size_t i = 0; i < layout.steps.size(); ++i) {
    out.push_back(Around::make(*layout.steps[i].plan, *layout.steps[i].type, fallbacks[i].get(), store));
    layout.steps[i].around = out.back().get();
  }
  return out;
}

void Around::add_to(KeyStatistics& statistics) const {
  statistics.fallbacks = fallbacks_.load(std::memory_order_relaxed);
  statistics.cache_hits = hits_.load(std::memory_order_relaxed);
  statistics.cache_misses = misses_.load(std::memory_order_relaxed);
  statistics.refused = refused_.load(std::memory_order_relaxed);
  if (breaker_) statistics.opened = breaker_->opened();
}

}  // namespace headrace::run
