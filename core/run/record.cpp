#include "core/run/record.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace headrace::run {

RecordPool::RecordPool(const Layout& layout) : layout_(layout), blocks_(layout.levels.size()) {}

RecordPool::~RecordPool() {
  recycle();
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    auto& [mutex, all, free] = blocks_[i];
    std::sort(all.begin(), all.end());
    std::sort(free.begin(), free.end());
    std::vector<void*> at_work;
    std::set_difference(all.begin(), all.end(), free.begin(), free.end(), std::back_inserter(at_work));
    for (void* block : at_work) clear(*static_cast<Record*>(block));
    for (void* block : all) ::operator delete(block, std::align_val_t(layout_.levels[i].align));
  }
}

Record* RecordPool::create(const LevelLayout& level) {
  Blocks& blocks = blocks_[index_of(level)];
  void* block = nullptr;
  {
    const std::lock_guard lock(blocks.mutex);
    if (blocks.free.empty()) {
      if (blocks.all.size() == blocks.all.capacity()) blocks.all.reserve(std::max<std::size_t>(64, 2 * blocks.all.size()));
      blocks.free.reserve(blocks.all.capacity());
      blocks.all.push_back(block = ::operator new(level.size, std::align_val_t(level.align)));
    } else {
      block = blocks.free.back();
      blocks.free.pop_back();
    }
  }
  return construct(block, level);
}

void RecordPool::destroy(Record& record) {
  destroyed_.emplace_back(index_of(*record.layout), &record);
  clear(record);
}

void RecordPool::recycle() {
  for (std::size_t i = 0; i < destroyed_.size();) {
    const std::size_t level = destroyed_[i].first;
    const std::lock_guard lock(blocks_[level].mutex);
    for (; i < destroyed_.size() && destroyed_[i].first == level; ++i) blocks_[level].free.push_back(destroyed_[i].second);
  }
  destroyed_.clear();
}

Record* RecordPool::renew(Record& ended) {
  const LevelLayout& level = *ended.layout;
  clear(ended);
  return construct(&ended, level);
}

Record* RecordPool::construct(void* memory, const LevelLayout& level) {
  auto* record = new (memory) Record;
  record->layout = &level;
  std::uninitialized_fill_n(&record->status(0), level.statuses, Status::empty);
  std::uninitialized_copy(level.readers.begin(), level.readers.end(), &record->readers(0));
  std::uninitialized_copy(level.pending.begin(), level.pending.end(), &record->pending(0));
  record->left.store(static_cast<int>(level.pending.size()), std::memory_order_relaxed);
  return record;
}

// Only the memory is left.
void RecordPool::clear(Record& record) noexcept {
  const LevelLayout& level = *record.layout;
  for (const int index : level.to_destroy) {
    const Slot& slot = *level.slots[static_cast<std::size_t>(index)];
    if (record.status(index) == Status::ready && !record.released(index)) slot.type->destroy(record.at(slot.offset));
  }
  record.~Record();
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
