#include "core/run/attempt.hpp"

namespace headrace::run {

Attempt::Attempt(Engine& engine, Record& record, int step) : hearing_(engine.hearing()), engine_(engine), record_(&record), step_(step) {}

Attempt::~Attempt() { answer_unless_claimed({"no_reply", "the node let go of its Reply", false, {}}); }

void Attempt::start_timeout(Duration timeout) {
  if (timeout == Duration::max()) return;
  const std::lock_guard lock(mutex_);
  left_ = timeout;
  if (!waits_) arm();
}

// The time that a record is parked does not count: a long queue at a polite host is not a slow answer.
void Attempt::arm() {
  if (left_ == Duration::max() || claimed_.load()) return;
  Clock& clock = engine_.services().clock;
  armed_at_ = clock.elapsed();
  timer_ = clock.after(left_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->answer_unless_claimed({"timeout", "no answer in time", true, {}});
  });
}

void Attempt::disarm() {
  if (!timer_) return;
  Clock& clock = engine_.services().clock;
  clock.cancel(std::exchange(timer_, 0));
  left_ = std::max(left_ - (clock.elapsed() - armed_at_), Duration(1));
}

// The record must not go while the value is built in it, so this stays inside until complete().
void* Attempt::claim() {
  if (claimed_.load() || !hearing_->enter()) return nullptr;
  if (!claimed_.exchange(true)) return record_->at(engine_.steps_[static_cast<std::size_t>(step_)].offset);
  hearing_->leave();
  return nullptr;
}

void Attempt::complete(Status status, Failure failure, std::string reason) {
  answer(status, std::move(failure), std::move(reason));
  hearing_->leave();
}

void Attempt::answer_unless_claimed(Failure failure) {
  if (claimed_.load()) return;
  const Heard heard(*hearing_);
  if (heard && !claimed_.exchange(true)) answer(Status::failed, std::move(failure), {});
}

// The record goes on as a task, never on the thread that answers. A parked branch needs a token first; one that is still at
// work goes on with its own.
void Attempt::answer(Status status, Failure failure, std::string reason) {
  bool waits = false;
  {
    const std::lock_guard lock(mutex_);
    disarm();
    waits = waits_;
    if (ticket_) engine_.unpark(std::exchange(ticket_, 0));  // a cancel that is under way finds the claim taken
  }
  auto& engine = engine_;
  Record* record = record_;
  const int step = step_;
  const std::int64_t started_at = started;
  auto what = std::make_shared<Failure>(std::move(failure));
  auto marked = std::make_shared<std::vector<MarkedChange>>(std::move(marks));
  std::function<void(Worker&)> task = [&engine, record, step, status, what, marked, reason = std::move(reason),
                                       started_at](Worker& worker) {
    if (started_at)
      engine.statistics().timed(*worker.counters, static_cast<std::size_t>(step), static_cast<std::uint64_t>(ticks() - started_at));
    if (!marked->empty()) engine.note_marks(*record, step, *marked);
    worker.context.failure = std::move(*what);
    worker.context.reason = reason;
    engine.finish(worker, *record, step, status);
  };
  if (waits) engine.with_token(*record, std::move(task));
  else engine.executor().post(std::move(task));
}

void Attempt::park() {
  const Heard heard(*hearing_);
  const std::lock_guard lock(mutex_);
  if (!heard || waits_ || claimed_.load()) return;
  disarm();
  waits_ = true;
  const auto cancel = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->cancel();
  };
  engine_.park(*record_, cancel, [this](std::uint64_t ticket) { ticket_ = ticket; });
}

// By the claim a later answer of the node is refused.
void Attempt::cancel() {
  if (claimed_.exchange(true)) return;
  auto& engine = engine_;
  Record* record = record_;
  const int step = step_;
  record->cancelled.store(true);
  engine.with_token(*record, [&engine, record, step](Worker& worker) { engine.finish(worker, *record, step, Status::skipped); });
}

void Attempt::ready(std::function<void()> task) {
  const Heard heard(*hearing_);
  const std::lock_guard lock(mutex_);  // held to the end: an answer that came between would let the record go
  if (!heard || claimed_.load()) return;
  if (!waits_) return engine_.executor().post([task = std::move(task)](Worker&) { task(); });
  if (!ticket_) return;  // asked before
  // A cancel that holds the ticket may not have come to this record yet; what the node says of the turn it lost must not count.
  if (!engine_.unpark(std::exchange(ticket_, 0))) return cancel();
  auto& engine = engine_;
  Record* record = record_;
  engine.with_token(*record, [self = shared_from_this(), &engine, record, task = std::move(task)](Worker&) {
    {
      const std::lock_guard own(self->mutex_);
      if (self->claimed_.load()) {  // answered while it asked for the token: the answer brings a branch of its own
        engine.end_branch(*record);
        return;
      }
      self->waits_ = false;
      self->arm();
    }
    task();
  });
}

}  // namespace headrace::run
