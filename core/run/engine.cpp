#include "core/run/engine.hpp"

#include <algorithm>

#include "core/run/attempt.hpp"

namespace headrace::run {

namespace {

// A step that, once it may run, is called once and is then resolved, wherever and whenever that happens.
bool is_straight(const StepLayout& step) {
  const Decorators& decorators = step.plan->decorators;
  return step.inline_after && step.plan->child_level < 0 && step.turnstile < 0 && step.gate < 0 && !step.around && decorators.tries <= 1;
}

}  // namespace

Engine::Engine(const Layout& layout, Services& services, Admission& admission, Statistics& statistics, Hooks hooks, Fusion fusion)
    : layout_(layout),
      pool_(layout),
      steps_(layout.steps),
      services_(services),
      admission_(admission),
      statistics_(statistics),
      hooks_(std::move(hooks)),
      fusion_(fusion),
      turnstiles_below_(layout.steps.size()),
      calls_under_way_(std::make_unique<std::atomic<int>[]>(layout.steps.size())) {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& plan = *steps_[i].plan;
    steps_[i].plain = steps_[i].trivial && !steps_[i].identity && !steps_[i].around;
    if (steps_[i].ordered) {
      steps_[i].turnstile = static_cast<int>(turnstiles_.size());
      turnstiles_.push_back({Turnstile(layout.levels[static_cast<std::size_t>(plan.level)].depth), static_cast<int>(i)});
    }
    if (plan.by >= 0) {  // a shard is a gate with one place
      steps_[i].gate = static_cast<int>(gates_.size());
      gates_.resize(gates_.size() + static_cast<std::size_t>(plan.decorators.shards), Gate{1, 0, {}});
    } else if (plan.decorators.max > 0 && steps_[i].kind == Kind::async) {
      steps_[i].gate = static_cast<int>(gates_.size());
      gates_.push_back({plan.decorators.max, 0, {}});
    }
  }
  straight_ = !layout.has_identity && layout.levels.size() == 1 && std::all_of(steps_.begin(), steps_.end(), is_straight);
  for (std::size_t t = 0; t < turnstiles_.size(); ++t) {
    int level = steps_[static_cast<std::size_t>(turnstiles_[t].step)].plan->level;
    for (; level > 0; level = layout.levels[static_cast<std::size_t>(level)].plan->parent)
      turnstiles_below_[static_cast<std::size_t>(layout.levels[static_cast<std::size_t>(level)].plan->step)].push_back(static_cast<int>(t));
  }
}

Engine::~Engine() = default;

void Engine::set_executor(Executor& executor) {
  executor_ = &executor;
  concurrent_ = executor.concurrent();
}

std::unique_ptr<Worker> Engine::new_worker() {
  auto worker = std::make_unique<Worker>();
  worker->counters = &statistics_.new_shard();
  worker->context.services = &services_;
  worker->context.marks = &worker->marks;
  worker->context.claims = &claims_;
  for (const StepLayout& step : steps_) worker->inputs.resize(std::max(worker->inputs.size(), step.ports.size()));
  return worker;
}

// ---- records -----------------------------------------------------------------------------------------------------------

Record* Engine::make_root() {
  Record* record = pool_.create(layout_.levels.front());
  record->number = next_number_.fetch_add(1, std::memory_order_relaxed);
  record->id = next_id_.fetch_add(1, std::memory_order_relaxed);
  record->sampled = Statistics::samples(record->number);
  record->token.store(true, std::memory_order_relaxed);
  live_.fetch_add(1, std::memory_order_relaxed);
  return record;
}

Record* Engine::renew_root(Record* ended) {
  const std::uint64_t number = ended->number + 1, id = ended->id + 1;
  Record* record = RecordPool::renew(*ended);
  record->number = number;
  record->id = id;
  record->sampled = Statistics::samples(number);
  record->token.store(true, std::memory_order_relaxed);
  return record;
}

// The identity may stand in the source's own value; then the record is known before any step has run.
void Engine::start(Record& record) {
  const LevelLayout& level = *record.layout;
  if (layout_.identity_at_start && layout_.identity_level == &level && is_twin(record)) {
    note_drop(record, -1, "duplicate");
    record.cancelled.store(true);  // nothing of it runs
  }
  record.working.store(1, std::memory_order_relaxed);
  for (const int root : level.plan->roots) {
    if (!dispatch(record, root)) continue;
    record.working.fetch_add(1, std::memory_order_relaxed);
    executor_->put(record, root);
  }
  end_branch(record);  // of this function, so that the record outlives the loop
}

void Engine::resolve_before_start(Record& record, int step, Status status) {
  record.status(steps_[static_cast<std::size_t>(step)].slot) = status;
}

void Engine::fail_before_start(Record& record, int step, Failure failure) { note_error(record, step, std::move(failure)); }

void Engine::retire(Record& record) {
  Record* parent = record.parent;
  if (record.token.exchange(false, std::memory_order_acq_rel)) ++retired_tokens_;
  if (const std::size_t bytes = record.bytes.load(std::memory_order_relaxed)) admission_.remove_bytes(bytes);
  pool_.destroy(record);
  if (parent && parent->open.fetch_sub(1, std::memory_order_acq_rel) == 1) hooks_.complete(*parent);
  ++retired_;
}

void Engine::give_back_retired() {
  const std::size_t records = std::exchange(retired_, 0), tokens = std::exchange(retired_tokens_, 0);
  if (records == 0) return;
  pool_.recycle();
  if (tokens) admission_.give_back_quietly(tokens);
  admission_.wake_sources();
  if (live_.fetch_sub(records, std::memory_order_acq_rel) == records && quiet_) quiet_();
}

Turnstile::Path Engine::path_of(const Record& record) {
  Turnstile::Path path;
  for (const Record* at = &record; at->parent; at = at->parent) path.insert(path.begin(), at->index);
  path.insert(path.begin(), record.number);
  return path;
}

// ---- steps -------------------------------------------------------------------------------------------------------------

// The loop in which all work is done. What it calls for a common step is inline, so that a cheap node costs little more than
// its own body.
void Engine::run(Worker& worker, Record* record, int step) {
  worker.last_tick = 0;
  go_on(worker, *record, step);
}

// The record lives as long as there is something due: each of them is a branch of it.
inline void Engine::go_on(Worker& worker, Record& record, int step) {
  for (;;) {
    while (step >= 0) {
      const Status status = execute(worker, record, step);
      step = status == Status::pending ? branch_waits : resolve(worker, record, step, outcome(worker, record, step, status));
    }
    if (step == branch_ends) end_branch(record);
    if (worker.due.empty()) return;
    step = worker.due.back();
    worker.due.pop_back();
  }
}

// The plan's order is one in which each step comes after what it needs, so nothing has to be counted down or put.
void Engine::run_straight(Worker& worker, Record& record) {
  worker.last_tick = 0;
  const int count = static_cast<int>(steps_.size());
  for (int step = 0; step < count; ++step)
    write_down(record, steps_[static_cast<std::size_t>(step)], outcome(worker, record, step, execute(worker, record, step)));
  hooks_.complete(record);
}

void Engine::finish(Worker& worker, Record& record, int step, Status status) {
  calls_under_way_[static_cast<std::size_t>(step)].fetch_sub(1, std::memory_order_relaxed);
  worker.last_tick = 0;
  go_on(worker, record, resolve(worker, record, step, outcome(worker, record, step, status)));
}

// The last branch at work gives the token back, or completes the record when nothing waits either. Only with_token() raises
// the count again from outside, under the record's mutex.
void Engine::end_branch(Record& record) {
  int working = record.working.load(std::memory_order_acquire);
  while (working > 1)
    if (record.working.compare_exchange_weak(working, working - 1, std::memory_order_acq_rel)) return;
  if (record.left.load(std::memory_order_acquire) > 0) {
    bool give = false, ended = false;
    record.waited.store(true, std::memory_order_relaxed);
    {
      const std::lock_guard lock(record.notes.mutex);
      if (record.working.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
      ended = record.left.load(std::memory_order_acquire) == 0;  // a branch that waited has come and gone meanwhile
      give = !ended && record.token.exchange(false, std::memory_order_acq_rel);
    }
    if (give) admission_.give_back();
    if (!ended) return;
  }
  // Another branch may have found itself the last, and be about to let go of the mutex.
  if (record.waited.load(std::memory_order_relaxed)) const std::lock_guard lock(record.notes.mutex);
  if (record.open.load(std::memory_order_acquire) > 1) give_token_back(record);  // it only waits for its children now
  if (record.open.fetch_sub(1, std::memory_order_acq_rel) == 1) hooks_.complete(record);
}

// Finds the inputs, for `worker` if there is one. Gives ready, or what the step is instead of being called.
Status Engine::bind(Worker* worker, Record& record, const StepLayout& step) {
  if (record.cancelled.load(std::memory_order_relaxed)) return Status::skipped;
  for (const Reader& after : step.after) {
    Record* owner = &record;
    for (int i = 0; i < after.up; ++i) owner = owner->parent;
    const Status status = owner->status(after.slot);
    if (status == Status::dropped || status == Status::failed || status == Status::skipped) return Status::skipped;
  }
  for (std::size_t i = 0; i < step.ports.size(); ++i) {
    const PortLayout& port = step.ports[i];
    const Found found = find_value(record, port);
    if (worker) worker->inputs[i] = found.value;
    if (found.value || port.optional) continue;
    if (found.blocked) return Status::skipped;
    if (worker) worker->context.reason = port.missing;
    return Status::dropped;
  }
  return Status::ready;
}

// The common case, in a few instructions: every input is a value of the record itself, and there.
inline bool Engine::bind_direct(Worker& worker, Record& record, const StepLayout& step) {
  if (!step.direct || record.cancelled.load(std::memory_order_relaxed)) return false;
  const void** input = worker.inputs.data();
  for (const DirectPort& port : step.direct_ports) {
    if (record.status(port.slot) != Status::ready) return false;
    *input++ = record.at(port.offset);
  }
  return true;
}

inline Status Engine::execute(Worker& worker, Record& record, int index) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  if (const Status known = record.status(step.slot); known != Status::empty) return known;  // resolved before the start
  const Status bound = bind_direct(worker, record, step) ? Status::ready : bind(&worker, record, step);
  if (bound != Status::ready) return bound;
  if (step.around) [[unlikely]]
    if (const Status known = ask_around(worker, record, index); known != Status::empty) return known;
  return step.kind == Kind::async ? start_async(worker, record, index, step) : call(worker, record, index, step);
}

inline Status Engine::call(Worker& worker, Record& record, int index, const StepLayout& step) {
  CallContext& context = worker.context;
  context.record = record.id;
  context.claimant = &record;
  context.key_hash = step.key_hash;
  if (step.takes_document) context.document_id = record.document;
  context.ports = &step.call_ports;
  const Duration timeout = step.plan->decorators.timeout;
  context.deadline = timeout == Duration::max() ? timeout : services_.clock.elapsed() + timeout;
  Node* node = step.node;
  int instance = step.instance;
  if (step.by >= 0) [[unlikely]] {
    const int shard = shard_of(step, worker.inputs[static_cast<std::size_t>(step.by)]);
    node = step.shards[static_cast<std::size_t>(shard)];
    instance += shard;
  }
  if (step.takes_state) context.state = hooks_.open_state(instance, record);

  KeyCounters& counters = (*worker.counters)[static_cast<std::size_t>(index)];
  ++counters.calls;
  void* out = step.plan->child_level < 0 ? record.at(step.offset) : nullptr;
  const bool timed = record.sampled || statistics_.slow(static_cast<std::size_t>(index));
  Status status;
  if (timed) {
    const std::int64_t before = record.sampled && worker.last_tick ? worker.last_tick : ticks();
    status = node->call(worker.inputs.data(), out, context);
    worker.last_tick = ticks();
    statistics_.timed(*worker.counters, static_cast<std::size_t>(index), static_cast<std::uint64_t>(worker.last_tick - before));
  } else {
    status = node->call(worker.inputs.data(), out, context);
  }

  if (step.takes_state) hooks_.close_state(instance, record);
  if (!worker.marks.empty()) note_marks(record, index, worker.marks);
  if (status == Status::ready && context.children) expand(record, index, std::move(context.children));
  return status;
}

Status Engine::start_async(Worker& worker, Record& record, int index, const StepLayout& step) {
  ++(*worker.counters)[static_cast<std::size_t>(index)].calls;
  const std::vector<const void*> inputs(
      worker.inputs.begin(),
      worker.inputs.begin() +
          static_cast<std::ptrdiff_t>(step.ports.size()));  // the record may go on, on another thread, before start() has returned
  begin_attempt(record, index, *step.node, step.call_ports, inputs, ticks());
  return Status::pending;
}

// `started` in ticks; 0: the try is not timed.
void Engine::begin_attempt(Record& record, int index, Node& node, const std::vector<Port>& ports, const std::vector<const void*>& inputs,
                           std::int64_t started) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  const auto attempt = std::make_shared<Attempt>(*this, record, index);
  CallContext context;
  context.services = &services_;
  context.record = record.id;
  context.claimant = &record;
  context.key_hash = step.key_hash;
  context.document_id = record.document;
  context.marks = &attempt->marks;
  context.claims = &claims_;
  context.ports = &ports;
  calls_under_way_[static_cast<std::size_t>(index)].fetch_add(1, std::memory_order_relaxed);
  attempt->started = started;
  record.working.fetch_add(1, std::memory_order_relaxed);  // the inputs live as long as the call, whatever happens meanwhile
  node.start(inputs.data(), attempt, context);
  attempt->start_timeout(step.plan->decorators.timeout);
  end_branch(record);
}

// What a step ends as. Of most there is nothing to look after.
inline Status Engine::outcome(Worker& worker, Record& record, int index, Status status) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  return status == Status::ready && step.plain ? status : settle_status(worker, record, index, status);
}

// What a step's outcome means after its decorators: retry, what stands around its tries, on_error; then the twin check.
Status Engine::settle_status(Worker& worker, Record& record, int index, Status status) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  if (record.status(step.slot) != Status::empty) {  // resolved before the start
    if (step.identity && status == Status::ready && is_twin(record)) note_drop(record, index, "duplicate");
    return status;
  }
  return step.around ? settle_around(worker, record, index, status) : settle_plain(worker, record, index, status);
}

Status Engine::settle_plain(Worker& worker, Record& record, int index, Status status) {
  KeyCounters& counters = (*worker.counters)[static_cast<std::size_t>(index)];
  switch (status) {
    case Status::ready: return settle_value(worker, record, index);
    case Status::dropped:
      ++counters.dropped;
      note_drop(record, index, std::exchange(worker.context.reason, {}));
      return status;
    case Status::failed: {
      Failure failure = std::exchange(worker.context.failure, {});
      count_error(worker, index, failure);
      return retry(record, index, failure) ? Status::pending : conclude(record, index, std::move(failure));
    }
    case Status::skipped: ++counters.skipped; return status;
    default: return status;
  }
}

// The value stands in its slot.
Status Engine::settle_value(Worker& worker, Record& record, int index) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  if (step.identity && is_twin(record)) {
    if (!step.trivial) step.type->destroy(record.at(step.offset));
    note_drop(record, index, "duplicate");
    ++(*worker.counters)[static_cast<std::size_t>(index)].dropped;
    return Status::dropped;
  }
  account(worker, record, index, step);
  return Status::ready;
}

void Engine::count_error(Worker& worker, int index, const Failure& failure) {
  ++(*worker.counters)[static_cast<std::size_t>(index)].errors;
  const std::lock_guard lock(kinds_mutex_);
  ++error_kinds_[index][failure.kind];
}

// A failure that nothing covers.
Status Engine::conclude(Record& record, int index, Failure failure) {
  switch (steps_[static_cast<std::size_t>(index)].plan->decorators.on_error) {
    case OnError::absent: return Status::absent;
    case OnError::drop: return note_drop(record, index, "error:" + failure.kind), Status::dropped;
    case OnError::fail: break;
  }
  return note_error(record, index, std::move(failure)), Status::failed;
}

inline void Engine::write_down(Record& record, const StepLayout& step, Status status) {
  record.status(step.slot) = status;
  if (status != Status::failed && status != Status::skipped) release_inputs(record, step);
}

// Writes the outcome down and passes it on. Gives the step that may run next in this task, or that the branch ends or waits.
inline int Engine::resolve(Worker& worker, Record& record, int index, Status status) {
  if (status == Status::pending) return branch_waits;
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  write_down(record, step, status);
  if (step.plan->child_level >= 0 && status != Status::ready) announce_children(record, index, 0);
  const bool was_in = step.gate >= 0 && leave_gate(record, index);
  if (step.turnstile >= 0 && !(was_in && step.by >= 0)) leave_ordered(record, index);  // to enter a shard is to be through
  const int next = pass_on(worker, record, step);
  count_down(record.left);
  return next;
}

// One of the steps that are due goes on in this task, a cheap one if there is one. The other cheap ones follow in the same
// task; the rest are put, so that other threads may take them.
inline int Engine::pass_on(Worker& worker, Record& record, const StepLayout& step) {
  int next = branch_ends;
  for (int successor : step.successors) {
    const StepLayout& to = steps_[static_cast<std::size_t>(successor)];
    if (count_down(record.pending(to.local)) != 0) continue;
    const bool may_wait = to.turnstile >= 0 || to.gate >= 0;
    if (may_wait && !dispatch(record, successor)) continue;
    const bool may_follow = step.inline_after && to.inline_after;
    if (may_follow && next < 0) {
      next = successor;
      continue;
    }
    if (may_follow && runs_here(successor) && !runs_here(next)) std::swap(next, successor);
    record.working.fetch_add(1, std::memory_order_relaxed);
    if (may_follow && runs_here(successor)) worker.due.push_back(successor);
    else executor_->put(record, successor);
  }
  if (next < 0 || worker.due.empty() || runs_here(next)) return next;
  executor_->put(record, next);  // what is due here must not wait for it
  return branch_moves;
}

// Whether a step whose predecessors are resolved may run at once; otherwise it waits for its turn or for a place.
bool Engine::dispatch(Record& record, int index) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  if (step.turnstile < 0 && step.gate < 0) return true;
  if (record.status(step.slot) != Status::empty || bind(nullptr, record, step) != Status::ready) return true;  // will not be called
  return step.turnstile >= 0 ? arrive_ordered(record, index) : enter_gate(record, index);
}

inline void Engine::release_inputs(Record& record, const StepLayout& step) {
  for (const Reader& reader : step.counted) {
    if (record.status(reader.slot) != Status::ready || count_down(record.readers(reader.slot)) != 0) continue;
    const Slot& slot = *record.layout->slots[static_cast<std::size_t>(reader.slot)];
    const std::size_t bytes = slot.type->heap_bytes(record.at(slot.offset));
    slot.type->destroy(record.at(slot.offset));
    record.bytes.fetch_sub(bytes, std::memory_order_relaxed);
    admission_.remove_bytes(bytes);
  }
}

void Engine::account(Worker& worker, Record& record, int index, const StepLayout& step) {
  if (step.trivial || step.plan->child_level >= 0) return;
  const std::size_t bytes = step.type->heap_bytes(record.at(step.offset));
  record.bytes.fetch_add(bytes, std::memory_order_relaxed);
  admission_.add_bytes(bytes);
  (*worker.counters)[static_cast<std::size_t>(index)].bytes += bytes;
}

}  // namespace headrace::run
