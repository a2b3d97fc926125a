#include "core/run/record.hpp"

#include <memory>

namespace headrace::run {

Record* Record::create(const LevelLayout& layout) { return construct(::operator new(layout.size, std::align_val_t(layout.align)), layout); }

Record* Record::renew(Record* ended) {
  const LevelLayout& shape = *ended->layout;
  ended->clear();
  return construct(ended, shape);
}

Record* Record::construct(void* memory, const LevelLayout& layout) {
  auto* record = new (memory) Record;
  record->layout = &layout;
  std::uninitialized_fill_n(&record->status(0), layout.statuses, Status::empty);
  std::uninitialized_copy(layout.readers.begin(), layout.readers.end(), &record->readers(0));
  std::uninitialized_copy(layout.pending.begin(), layout.pending.end(), &record->pending(0));
  record->left.store(static_cast<int>(layout.pending.size()), std::memory_order_relaxed);
  return record;
}

void Record::destroy() noexcept {
  const std::align_val_t align{layout->align};
  clear();
  ::operator delete(static_cast<void*>(this), align);
}

// Only the memory is left.
void Record::clear() noexcept {
  const LevelLayout& shape = *layout;
  for (const int slot : shape.to_destroy)
    if (status(slot) == Status::ready && !released(slot)) shape.slots[static_cast<std::size_t>(slot)]->type->destroy(at(shape.slots[static_cast<std::size_t>(slot)]->offset));
  this->~Record();
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
