#include "core/run/capture.hpp"

namespace headrace {

Capture::Capture(const Plan& plan, std::vector<int> slots, std::function<void(CapturedRecord)> done)
    : plan_(&plan), slots_(std::move(slots)), done_(std::move(done)), lists_(slots_.size()) {
  for (JsonWriter& list : lists_) list.begin_list();
}

void Capture::keep_child(const RetiredRecord& record) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = plan_->slots[static_cast<std::size_t>(slots_[i])];
    if (slot.level != record.level()) continue;
    if (const void* value = record.value(slots_[i])) slot.type->write(lists_[i], value);
  }
}

void Capture::keep_own(const RetiredRecord& record) {
  now_.slots.resize(slots_.size());
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = plan_->slots[static_cast<std::size_t>(slots_[i])];
    if (slot.level != 0) {
      lists_[i].end_list();
      now_.slots[i] = {Status::ready, lists_[i].take()};
      lists_[i].begin_list();
      continue;
    }
    now_.slots[i].status = record.status(slots_[i]);
    if (const void* value = record.value(slots_[i])) {
      JsonWriter writer;
      slot.type->write(writer, value);
      now_.slots[i].json = writer.take();
    }
  }
}

void Capture::see(const RetiredRecord& record) {
  for (const KeyError& error : record.errors()) now_.errors.push_back(error);
  for (const KeyError& covered : record.fallbacks()) now_.fallbacks.push_back(covered);
  if (record.level() != 0) return keep_child(record);
  keep_own(record);
  now_.verdict = record.verdict();
  now_.reason = record.reason();
  now_.dropped_key = record.dropped_key();
  done_(std::exchange(now_, {}));
}

}  // namespace headrace
