#include "core/run/dead_letter.hpp"

#include <algorithm>
#include <set>

namespace headrace::run {

namespace {

void write_error(JsonWriter& writer, const KeyError& error) {
  writer.begin_object();
  writer.member("kind"), writer.string(error.failure.kind);
  writer.member("message"), writer.string(error.failure.message);
  writer.member("retryable"), writer.boolean(error.failure.retryable);
  writer.member("node"), writer.string(error.node);
  writer.member("key"), writer.string(error.key);
  if (!error.cause.empty()) writer.member("cause"), writer.string(error.cause);
  writer.end_object();
}

// What the record would have left in the state, had it been done; whoever replays it leaves that.
void write_marks(JsonWriter& writer, const RecordNotes& notes) {
  std::vector<const RecordNotes::Marks*> marks;
  for (const auto& each : notes.marks) marks.push_back(&each);
  std::stable_sort(marks.begin(), marks.end(), [](const auto* a, const auto* b) { return a->step < b->step; });
  writer.begin_list();
  for (const auto* each : marks)
    for (const MarkedChange& change : each->changes) {
      if (change.when != When::done) continue;
      writer.begin_object();
      writer.member("key"), writer.string(change.key);
      writer.member("value");
      if (change.value) writer.string(*change.value);
      else writer.null();
      writer.end_object();
    }
  writer.end_list();
}

// The slots that a step, or a sink, may read, wherever up the line of descent they stand.
struct Needs {
  Record& record;
  std::set<std::pair<int, int>> seen;  // depth, slot
  std::vector<std::pair<const Slot*, const void*>> values;

  void add(const std::vector<PortLayout>& ports, int deeper) {
    for (const PortLayout& port : ports)
      for (const Reader& reader : port.from) add(reader, deeper);
  }
  void add(const Reader& reader, int deeper) {
    if (reader.up < deeper) return;  // stands in a level that was never reached
    Record* owner = &record;
    for (int i = deeper; i < reader.up; ++i) owner = owner->parent;
    if (!seen.emplace(owner->layout->depth, reader.slot).second) return;
    const Slot& slot = *owner->layout->slots[static_cast<std::size_t>(reader.slot)];
    if (owner->status(reader.slot) == Status::ready && !owner->released(reader.slot)) values.emplace_back(&slot, owner->at(slot.offset));
  }
};

}  // namespace

std::string dead_letter(const Plan& plan, const std::vector<StepLayout>& steps, Record& record) {
  std::vector<std::string> skipped;
  Needs needs{record, {}, {}};
  const LevelLayout& level = *record.layout;
  for (const int index : level.plan->steps) {
    const StepLayout& step = steps[static_cast<std::size_t>(index)];
    const Status status = record.status(step.slot);
    if (status == Status::skipped) skipped.push_back(step.plan->key);
    if (status == Status::skipped || status == Status::failed) needs.add(step.ports, 0);
  }
  for (const SinkLayout& sink : level.sinks) needs.add(sink.ports, 0);
  std::vector<RecordNotes::Error> errors = record.notes.errors;
  std::sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) { return a.error.key < b.error.key; });

  JsonWriter writer;
  writer.begin_object();
  writer.member("record"), writer.unsigned_integer(record.number);
  writer.member("document_id");
  if (record.document.empty()) writer.null();
  else writer.string(record.document);
  writer.member("error"), write_error(writer, errors.front().error);
  if (errors.size() > 1) {
    writer.member("also"), writer.begin_list();
    for (std::size_t i = 1; i < errors.size(); ++i) write_error(writer, errors[i].error);
    writer.end_list();
  }
  writer.member("skipped"), write_json(writer, skipped);
  writer.member("inputs"), writer.begin_object();
  for (const auto& [slot, value] : needs.values) {
    writer.member(slot->key);
    slot->type->write(writer, value);
  }
  writer.end_object();
  writer.member("marks"), write_marks(writer, record.notes);
  writer.member("pipeline"), writer.string(plan.path);
  writer.member("version"), writer.string(plan.version);
  writer.member("versions"), writer.begin_object();
  for (const auto& [slot, value] : needs.values)
    if (const auto known = plan.key_versions.find(slot->key); known != plan.key_versions.end()) {
      writer.member(slot->key);
      writer.string(known->second);
    }
  writer.end_object();
  writer.end_object();
  return writer.take() + '\n';
}

}  // namespace headrace::run
