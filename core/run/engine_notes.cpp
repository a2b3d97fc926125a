// What the engine writes down of a record beside its values: marks, drops, errors, and which document it is.
#include "core/run/engine.hpp"

namespace headrace::run {

// ---- notes -------------------------------------------------------------------------------------------------------------

void Engine::note_marks(Record& record, int step, std::vector<MarkedChange>& marks) {
  const std::lock_guard lock(record.notes.mutex);
  record.notes.marks.push_back({step, std::move(marks)});
}

void Engine::note_drop(Record& record, int step, std::string reason) {
  record.dropped.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(record.notes.mutex);
  record.notes.drops.push_back(
      {step, step < 0 ? layout_.plan->identity.text : steps_[static_cast<std::size_t>(step)].plan->key, std::move(reason)});
}

void Engine::note_error(Record& record, int step, Failure failure) {
  record.failed.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(record.notes.mutex);
  KeyError error{std::move(failure), "", "", ""};
  if (step >= 0) {
    const Step& plan = *steps_[static_cast<std::size_t>(step)].plan;
    error.node = plan.spec->name;
    error.key = plan.key;
  }
  for (const auto& tries : record.notes.tries)
    if (tries.step == step && tries.failed > 1) error.cause = "first of " + std::to_string(tries.failed) + " tries: " + tries.first_cause;
  record.notes.errors.push_back({step, std::move(error)});
}

KeyStatistics Engine::statistics_of(int index) const {
  KeyStatistics out = statistics_.total(static_cast<std::size_t>(index));
  out.key = steps_[static_cast<std::size_t>(index)].plan->key;
  const std::lock_guard lock(kinds_mutex_);
  if (const auto kinds = error_kinds_.find(index); kinds != error_kinds_.end())
    for (const auto& [kind, count] : kinds->second) out.errors_by_kind[kind] = count;
  if (const Around* around = steps_[static_cast<std::size_t>(index)].around) around->add_to(out);
  return out;
}

// ---- identity ----------------------------------------------------------------------------------------------------------

// Remembers the record's document; true when another record of the same document is on its way. A step that has just filled
// its slot asks before it is ready, because the answer decides whether it will be.
bool Engine::is_twin(Record& record) {
  if (layout_.identity_at_start && record.status(layout_.identity.slot) != Status::ready) return false;
  const void* value = value_at(record, layout_.identity);
  if (!value) return false;
  record.document = *static_cast<const std::string*>(value);
  return !claims_.claim("document " + record.document, record);
}

}  // namespace headrace::run
