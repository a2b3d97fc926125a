// The part of the engine that waits: tokens, parking, gates, turnstiles, children.
#include <xxhash.h>

#include <algorithm>

#include "core/run/engine.hpp"

namespace headrace::run {

// ---- tokens ------------------------------------------------------------------------------------------------------------

void Engine::give_token_back(Record& record) {
  if (record.token.exchange(false, std::memory_order_acq_rel)) admission_.give_back();
}
void Engine::give_token_back_quietly(Record& record) {
  if (record.token.exchange(false, std::memory_order_acq_rel)) admission_.give_back_quietly();
}

// Two branches of a record may ask at the same time: they get one token together.
void Engine::with_token(Record& record, std::function<void(Worker&)> task) {
  {
    const std::lock_guard lock(record.notes.mutex);
    if (record.token.load(std::memory_order_acquire)) {
      record.working.fetch_add(1, std::memory_order_acq_rel);
    } else {
      record.notes.for_token.push_back(std::exchange(task, nullptr));
      if (std::exchange(record.notes.asking, true)) return;
    }
  }
  if (task) return executor_->post(std::move(task));
  const auto granted = [this, &record] {
    std::vector<std::function<void(Worker&)>> tasks;
    {
      const std::lock_guard lock(record.notes.mutex);
      record.token.store(true, std::memory_order_release);
      record.notes.asking = false;
      tasks.swap(record.notes.for_token);
      record.working.fetch_add(static_cast<int>(tasks.size()), std::memory_order_acq_rel);
    }
    for (auto& each : tasks) executor_->post(std::move(each));
  };
  if (admission_.take(record.number, granted)) granted();
}

// ---- parking -----------------------------------------------------------------------------------------------------------

void Engine::park(Record& record, std::function<void()> cancel, const std::function<void(std::uint64_t ticket)>& parked) {
  std::uint64_t ticket = 0;
  {
    const std::lock_guard lock(park_mutex_);
    if (!stopping_) {
      ticket = next_ticket_++;
      parked_.emplace(ticket, std::exchange(cancel, nullptr));
    }
  }
  if (cancel) cancel();
  else parked(ticket);
  end_branch(record);
}

bool Engine::unpark(std::uint64_t ticket) {
  const std::lock_guard lock(park_mutex_);
  return parked_.erase(ticket) == 1;
}

void Engine::cancel_parked() {
  std::unordered_map<std::uint64_t, std::function<void()>> parked;
  {
    const std::lock_guard lock(park_mutex_);
    stopping_ = true;
    parked.swap(parked_);
  }
  for (auto& [ticket, cancel] : parked) cancel();
}

std::size_t Engine::parked() const {
  const std::lock_guard lock(park_mutex_);
  return parked_.size();
}

std::vector<std::string> Engine::at_work() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < steps_.size(); ++i)
    if (const int calls = calls_under_way_[i].load(std::memory_order_relaxed); calls > 0)
      out.push_back(steps_[i].plan->key + " (" + std::to_string(calls) + ")");
  return out;
}

// ---- retry ---------------------------------------------------------------------------------------------------------------

// Parks the record until the time of another try, if there is one.
bool Engine::retry(Record& record, int index, const Failure& failure) {
  const Decorators& decorators = steps_[static_cast<std::size_t>(index)].plan->decorators;
  if (!failure.retryable || decorators.tries <= 1 || record.cancelled.load()) return false;
  int failed = 0;
  {
    const std::lock_guard lock(record.notes.mutex);
    auto& tries = record.notes.tries;
    auto mine = std::find_if(tries.begin(), tries.end(), [&](const auto& each) { return each.step == index; });
    if (mine == tries.end()) mine = tries.insert(tries.end(), {index, 0, failure.kind + ": " + failure.message});
    failed = ++mine->failed;
    if (failed < decorators.tries) std::erase_if(record.notes.marks, [&](const auto& each) { return each.step == index; });
  }
  if (failed >= decorators.tries) return false;
  const auto& limits = layout_.plan->limits;
  if (failure.retry_after.value_or(Duration::zero()) > limits.max_wait) return false;
  const double jitter = 1 + 0.25 * RandomNumbers(services_.seed ^ steps_[static_cast<std::size_t>(index)].key_hash ^ record.id ^
                                                 static_cast<std::uint64_t>(failed))
                                       .uniform();
  const double doubled =
      static_cast<double>(decorators.backoff.count()) * static_cast<double>(std::uint64_t{1} << std::min(failed - 1, 30)) * jitter;
  const Duration wait = std::max({Duration(static_cast<std::int64_t>(std::min(doubled, static_cast<double>(limits.max_wait.count())))),
                                  failure.retry_after.value_or(Duration::zero())});

  if (steps_[static_cast<std::size_t>(index)].by < 0 || !steps_[static_cast<std::size_t>(index)].ordered)
    leave_gate(record, index);  // an order waits for the outcome
  const auto again = [this, &record, index] { with_token(record, [this, &record, index](Worker&) { put_again(record, index); }); };
  const auto cancel = [&record, again] {
    record.cancelled.store(true);
    again();
  };
  const auto parked = [this, wait, again](std::uint64_t ticket) {
    services_.clock.after(wait, [this, ticket, again] {
      if (unpark(ticket)) again();
    });
  };
  park(record, cancel, parked);
  return true;
}

// ---- gates: `max` of asynchronous steps, and shards ------------------------------------------------------------------------

// By the JSON of the value, so that a shard is the same in every run, on every machine.
int Engine::shard_of(const StepLayout& step, const void* value) {
  JsonWriter text;
  step.plan->ports[static_cast<std::size_t>(step.by)].port.type->write(text, value);
  const std::string json = text.take();
  return static_cast<int>(XXH3_64bits(json.data(), json.size()) % step.shards.size());
}

int Engine::gate_of(Record& record, const StepLayout& step) const {
  return step.by < 0 ? step.gate : step.gate + shard_of(step, find_value(record, step.ports[static_cast<std::size_t>(step.by)]).value);
}

bool Engine::enter(int at, Record& record, int index) {
  Gate& gate = gates_[static_cast<std::size_t>(at)];
  if (gate.running == gate.limit) {
    gate.waiting.push_back(&record);
    return false;
  }
  ++gate.running;
  const std::lock_guard notes(record.notes.mutex);
  record.notes.gates.push_back({index, at});
  return true;
}

// Those that wait for a shard count as waiting, so that a slow one holds the sources up before it fills every place.
bool Engine::enter_gate(Record& record, int index) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  if (step.gate < 0) return true;
  const int gate = gate_of(record, step);
  const std::lock_guard lock(order_mutex_);
  if (enter(gate, record, index)) return true;
  if (step.by >= 0) admission_.waiting(+1);
  return false;
}

bool Engine::leave_gate(Record& record, int index) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  if (step.gate < 0) return false;
  Record* next = nullptr;
  {
    const std::lock_guard lock(order_mutex_);
    int at = -1;
    {
      const std::lock_guard notes(record.notes.mutex);
      auto& entered = record.notes.gates;
      const auto mine = std::find_if(entered.begin(), entered.end(), [&](const auto& each) { return each.step == index; });
      if (mine == entered.end()) return false;
      at = mine->gate;
      entered.erase(mine);
    }
    Gate& gate = gates_[static_cast<std::size_t>(at)];
    --gate.running;
    if (!gate.waiting.empty()) {  // the place passes to the one that has waited longest
      next = gate.waiting.front();
      gate.waiting.pop_front();
      enter(at, *next, index);
    }
  }
  if (!next) return true;
  if (step.by >= 0) {
    admission_.waiting(-1);
    admission_.wake_sources();
  }
  with_token(*next, [this, next, index](Worker& worker) { run(worker, next, index); });
  return true;
}

// A CPU step goes through its function_node again, which keeps its concurrency; one that has kept its shard is still in.
void Engine::put_again(Record& record, int index) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  if ((step.by >= 0 && step.ordered) || enter_gate(record, index)) executor_->put(record, index);
  else end_branch(record);
}

// ---- order ---------------------------------------------------------------------------------------------------------------

bool Engine::arrive_ordered(Record& record, int index) {
  const int turnstile = steps_[static_cast<std::size_t>(index)].turnstile;
  admission_.waiting(+1);  // first: whoever lets it through takes it off again
  {
    const std::lock_guard lock(order_mutex_);
    turnstiles_[static_cast<std::size_t>(turnstile)].turnstile.arrive(path_of(record), &record);
  }
  let_through(turnstile);
  return false;
}

void Engine::leave_ordered(Record& record, int index) {
  const int turnstile = steps_[static_cast<std::size_t>(index)].turnstile;
  {
    const std::lock_guard lock(order_mutex_);
    turnstiles_[static_cast<std::size_t>(turnstile)].turnstile.done(path_of(record));
  }
  let_through(turnstile);
}

// The records whose turn it is: one, or of a sharded step all that can begin; each goes on to its shard, where those before it
// are before it.
void Engine::let_through(int turnstile) {
  Ordered& ordered = turnstiles_[static_cast<std::size_t>(turnstile)];
  const StepLayout& step = steps_[static_cast<std::size_t>(ordered.step)];
  std::vector<Record*> through;
  {
    const std::lock_guard lock(order_mutex_);
    while (Record* next = ordered.turnstile.next()) {
      if (step.by >= 0) ordered.turnstile.done(path_of(*next));
      if (step.by < 0 || enter(gate_of(*next, step), *next, ordered.step)) through.push_back(next);
      if (step.by < 0) break;
    }
  }
  if (through.empty()) return;
  admission_.waiting(-static_cast<int>(through.size()));
  admission_.wake_sources();
  for (Record* next : through) with_token(*next, [this, next, index = ordered.step](Worker&) { executor_->put(*next, index); });
}

// ---- children ------------------------------------------------------------------------------------------------------------

void Engine::announce_children(Record& record, int index, std::uint64_t count) {
  const auto& below = turnstiles_below_[static_cast<std::size_t>(index)];
  if (below.empty()) return;
  {
    const auto path = path_of(record);
    const std::lock_guard lock(order_mutex_);
    for (const int turnstile : below) turnstiles_[static_cast<std::size_t>(turnstile)].turnstile.expand(path, count);
  }
  for (const int turnstile : below) let_through(turnstile);
}

void Engine::expand(Record& record, int index, std::unique_ptr<Children> children) {
  const std::size_t count = children->size();
  announce_children(record, index, count);
  if (count == 0) return;
  record.open.fetch_add(static_cast<int>(count), std::memory_order_acq_rel);
  const bool lent = record.token.exchange(false, std::memory_order_acq_rel);
  {
    const std::lock_guard lock(record.notes.mutex);
    std::uint32_t before = 0;  // expanding keys of a level run one after the other, in the order of the plan
    for (const auto& each : record.notes.expansions) before += static_cast<std::uint32_t>(each.children->size());
    record.notes.expansions.push_back({index, std::move(children), 0, before});
  }
  if (lent && !make_child(record, index)) return;
  make_children(record, index);
}

RecordNotes::Expansion& Engine::expansion(Record& record, int index) {
  const std::lock_guard lock(record.notes.mutex);
  return *std::find_if(record.notes.expansions.begin(), record.notes.expansions.end(),
                       [&](const auto& each) { return each.step == index; });
}

// Makes children while there are tokens, and asks for one more. One expansion asks once at a time, so this never runs twice
// for it. The parent may retire as soon as the last child exists, so nothing of it is touched after that.
void Engine::make_children(Record& parent, int index) {
  for (;;) {
    if (!admission_.take(parent.number, [this, &parent, index] {
          executor_->post([this, &parent, index](Worker&) {
            if (make_child(parent, index)) make_children(parent, index);
          });
        }))
      return;
    if (!make_child(parent, index)) return;
  }
}

// The caller holds a token, which the child takes over. True when there are more to make.
bool Engine::make_child(Record& parent, int index) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  const int level_index = step.plan->child_level;
  const LevelLayout& level = layout_.levels[static_cast<std::size_t>(level_index)];
  Record* child = pool_.create(level);
  child->parent = &parent;
  child->number = parent.number;
  child->id = next_id_.fetch_add(1, std::memory_order_relaxed);
  child->sampled = parent.sampled;
  child->document = parent.document;
  child->cancelled.store(parent.cancelled.load());
  child->token.store(true, std::memory_order_relaxed);
  RecordNotes::Expansion& mine = expansion(parent, index);
  child->index = static_cast<std::uint32_t>(mine.next);
  child->order = mine.before + child->index;
  mine.children->move_out(mine.next, child->at(step.offset));
  const bool more = ++mine.next < mine.children->size();
  child->status(layout_.plan->slots[static_cast<std::size_t>(level.plan->first_slot)].index) = Status::ready;
  if (!step.trivial) {
    const std::size_t bytes = step.type->heap_bytes(child->at(step.offset));
    child->bytes.store(bytes, std::memory_order_relaxed);
    admission_.add_bytes(bytes);
  }
  live_.fetch_add(1, std::memory_order_relaxed);
  children_.fetch_add(1, std::memory_order_relaxed);
  admission_.place_taken();
  start(*child);
  return more;
}

}  // namespace headrace::run
