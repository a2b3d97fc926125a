#include "core/run/record.hpp"

namespace headrace::run {

Record* Record::create(const LevelLayout& layout) {
  void* memory = ::operator new(layout.size, std::align_val_t(layout.align));
  auto* record = new (memory) Record;
  record->layout = &layout;
  const std::size_t slots = layout.slots.size(), steps = layout.pending.size();
  for (std::size_t i = 0; i < layout.statuses; ++i) new (&record->status(static_cast<int>(i))) Status(Status::empty);
  for (std::size_t i = 0; i < slots; ++i) new (&record->readers(static_cast<int>(i))) std::atomic<int>(layout.readers[i]);
  for (std::size_t i = 0; i < steps; ++i) new (&record->pending(static_cast<int>(i))) std::atomic<int>(layout.pending[i]);
  record->left.store(static_cast<int>(steps), std::memory_order_relaxed);
  return record;
}

void Record::destroy() noexcept {
  const LevelLayout& shape = *layout;
  for (std::size_t i = 0; i < shape.slots.size(); ++i) {
    const int slot = static_cast<int>(i);
    if (status(slot) == Status::ready && !released(slot) && !shape.slots[i]->type->trivial) shape.slots[i]->type->destroy(at(shape.slots[i]->offset));
  }
  this->~Record();
  ::operator delete(static_cast<void*>(this), std::align_val_t(shape.align));
}

const void* value_at(Record& owner, const Reader& reader) {
  const void* value = owner.at(reader.offset);
  if (reader.path)
    for (const auto get : *reader.path)
      if (!(value = get(value))) return nullptr;
  return value;
}

Found find_value(Record& record, const Reader& reader) {
  Record* owner = &record;
  for (int i = 0; i < reader.up; ++i) owner = owner->parent;
  switch (owner->status(reader.slot)) {
    case Status::ready: break;
    case Status::dropped:
    case Status::failed:
    case Status::skipped: return {nullptr, true};
    default: return {};
  }
  return {value_at(*owner, reader), false};
}

Found find_value(Record& record, const PortLayout& port) {
  Found found;
  for (const Reader& reader : port.from) {
    const Found one = find_value(record, reader);
    if (one.value) return {one.value, false};
    found.blocked |= one.blocked;
  }
  return found;
}

}  // namespace headrace::run
