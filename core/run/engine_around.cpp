// The part of the engine that asks and tells what stands around the tries of a step: cache, breaker and
// fallback.
#include <algorithm>

#include "core/run/engine.hpp"

namespace headrace::run {

namespace {

std::vector<MarkedChange> take_marks(RecordNotes& notes, int step) {
  std::vector<MarkedChange> out;
  for (auto& each : notes.marks)
    if (each.step == step) out.insert(out.end(), each.changes.begin(), each.changes.end());
  std::erase_if(notes.marks, [&](const auto& each) { return each.step == step; });
  return out;
}

}  // namespace

Asked* Engine::find_asked(Record& record, int index) {
  const std::lock_guard lock(record.notes.mutex);
  auto& all = record.notes.asked;
  const auto mine = std::find_if(all.begin(), all.end(), [&](const Asked& each) { return each.step == index; });
  return mine == all.end() ? nullptr : &*mine;
}

Asked& Engine::note_asked(Record& record, int index) {
  if (Asked* known = find_asked(record, index)) return *known;
  const std::lock_guard lock(record.notes.mutex);
  Asked& fresh = record.notes.asked.emplace_back();
  fresh.step = index;
  return fresh;
}

// Gives what the step is without being called, or empty when it is to be called. A further try is not asked for.
Status Engine::ask_around(Worker& worker, Record& record, int index) {
  Around& around = *steps_[static_cast<std::size_t>(index)].around;
  if (!around.asks() || find_asked(record, index)) return Status::empty;
  Asked& asked = note_asked(record, index);
  const std::size_t offset = steps_[static_cast<std::size_t>(index)].offset;
  const Status known = around.ask(asked, worker.inputs.data(), record.document, record.at(offset), services_.clock);
  if (known == Status::failed) worker.context.failure = *asked.refusal;
  return known;
}

Status Engine::settle_around(Worker& worker, Record& record, int index, Status status) {
  Around& around = *steps_[static_cast<std::size_t>(index)].around;
  Asked* asked = find_asked(record, index);
  if (asked && asked->covered) return settle_fallback(worker, record, index, status, *asked);
  const auto tell = [&](const Failure* failure) {
    const void* value = status == Status::ready ? record.at(steps_[static_cast<std::size_t>(index)].offset) : nullptr;
    if (asked) around.ended(*asked, status, value, failure, services_.clock);
  };
  if (status != Status::failed) {
    tell(nullptr);
    return settle_plain(worker, record, index, status);
  }
  Failure failure = std::exchange(worker.context.failure, {});
  if (!asked || !asked->refusal) {  // a call that was not made is no error of the node, and no try
    count_error(worker, index, failure);
    if (retry(record, index, failure)) return Status::pending;
  }
  tell(&failure);
  return fall_back(worker, record, index, std::move(failure));
}

// Calls the fallback, or starts it, when there is one and it has what it needs.
Status Engine::fall_back(Worker& worker, Record& record, int index, Failure failure) {
  const StepLayout& step = steps_[static_cast<std::size_t>(index)];
  const Fallback* fallback = step.around->fallback();
  if (!fallback || record.cancelled.load(std::memory_order_relaxed)) return conclude(record, index, std::move(failure));
  std::vector<const void*> inputs;
  for (std::size_t i = 0; i < fallback->ports.size(); ++i) {
    inputs.push_back(find_value(record, step.ports[fallback->first + i]).value);
    if (!inputs.back() && !fallback->ports[i].optional) return conclude(record, index, std::move(failure));
  }
  Asked& asked = note_asked(record, index);
  {
    const std::lock_guard lock(record.notes.mutex);
    asked.covered = std::move(failure);
    asked.marks = take_marks(record.notes, index);  // what a failed try marked counts only if the failure stands
  }
  if (fallback->asynchronous) {
    if (step.gate >= 0 && step.by < 0) leave_gate(record, index);  // `max` is of the step's own calls; a shard waits for the outcome
    begin_attempt(record, index, *fallback->node, fallback->ports, inputs, 0);
    return Status::pending;
  }
  CallContext& context = worker.context;
  context.record = record.id;
  context.claimant = &record;
  context.key_hash = step.key_hash;
  context.document_id = record.document;
  context.ports = &fallback->ports;
  const Duration timeout = step.plan->decorators.timeout;
  context.deadline = timeout == Duration::max() ? timeout : services_.clock.elapsed() + timeout;
  const Status status = fallback->node->call(inputs.data(), record.at(step.offset), context);
  if (!worker.marks.empty()) note_marks(record, index, worker.marks);
  return settle_fallback(worker, record, index, status, asked);
}

// When the fallback cannot answer either, the first failure stays the record's.
Status Engine::settle_fallback(Worker& worker, Record& record, int index, Status status, Asked& asked) {
  if (status == Status::ready) {
    steps_[static_cast<std::size_t>(index)].around->count_fallback();
    note_fallback(record, index, *asked.covered);
    return settle_value(worker, record, index);
  }
  worker.context.failure = {};
  worker.context.reason.clear();
  {
    const std::lock_guard lock(record.notes.mutex);
    take_marks(record.notes, index);
    if (!asked.marks.empty()) record.notes.marks.push_back({index, std::move(asked.marks)});
  }
  return conclude(record, index, *asked.covered);
}

void Engine::note_fallback(Record& record, int index, const Failure& failure) {
  const Step& plan = *steps_[static_cast<std::size_t>(index)].plan;
  const std::lock_guard lock(record.notes.mutex);
  record.notes.fallbacks.push_back({index, {failure, plan.spec->name, plan.key, ""}});
}

}  // namespace headrace::run
