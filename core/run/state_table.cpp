#include "core/run/state_table.hpp"

namespace headrace::run {

void StateTable::begin(Record& record) {
  record_ = &record;
  ticket_ = next_ticket_++;
  const std::lock_guard lock(record.notes.mutex);
  record.notes.tickets.push_back({instance_, ticket_});
}

std::optional<std::string> StateTable::get(std::string_view key) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = overlay_.find(key); found != overlay_.end()) return found->second.value;
  }
  return store_.get(prefix_ + std::string(key));
}

void StateTable::change(std::string key, std::optional<std::string> value) {
  if (!record_) {  // while the node opens: nothing to settle with
    WriteBatch batch;
    if (value) batch.put(prefix_ + key, std::move(*value));
    else batch.remove(prefix_ + key);
    return store_.write(batch, Durability::buffered);
  }
  {
    const std::lock_guard lock(mutex_);
    overlay_.insert_or_assign(key, Pending{value, ticket_});
  }
  const std::lock_guard lock(record_->notes.mutex);
  record_->notes.changes.push_back({instance_, ticket_, std::move(key), std::move(value)});
}

void StateTable::scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) {
  // The overlay first: what the settler takes off it meanwhile is in the store by then.
  std::map<std::string, Pending> laid_over;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = overlay_.lower_bound(prefix); it != overlay_.end() && it->first.starts_with(prefix); ++it) laid_over.insert(*it);
  }
  std::map<std::string, std::string> merged;
  store_.scan(prefix_ + std::string(prefix), [&](std::string_view key, std::string_view value) {
    merged.emplace(key.substr(prefix_.size()), value);
    return true;
  });
  for (auto& [key, pending] : laid_over) {
    if (pending.value) merged[key] = std::move(*pending.value);
    else merged.erase(key);
  }
  for (const auto& [key, value] : merged) visit(key, value);
}

void StateTable::commit(const StateChange& change, WriteBatch& batch) const {
  if (change.value) batch.put(prefix_ + change.key, *change.value);
  else batch.remove(prefix_ + change.key);
}

void StateTable::committed(const StateChange& change) {
  const std::lock_guard lock(mutex_);
  if (const auto found = overlay_.find(change.key); found != overlay_.end() && found->second.ticket == change.ticket) overlay_.erase(found);
}

}  // namespace headrace::run
