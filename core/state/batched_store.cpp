#include "core/state/batched_store.hpp"

namespace headrace {

BatchedStore::BatchedStore(std::shared_ptr<Store> inner, std::size_t most_changes)
    : ForwardingStore(std::move(inner)), most_changes_(most_changes) {}

// The first of those that wait writes for all of its group while the others sleep.
void BatchedStore::write(const WriteBatch& batch, Durability durability) {
  Waiter self{batch, durability};
  std::unique_lock lock(mutex_);
  waiters_.push_back(&self);
  self.turn.wait(lock, [&] { return self.done || waiters_.front() == &self; });
  if (!self.done) {
    const std::deque<Waiter*> members(waiters_.begin(), waiters_.begin() + static_cast<std::ptrdiff_t>(group()));
    lock.unlock();
    const std::string failure = write_group(members, durability);
    lock.lock();
    waiters_.erase(waiters_.begin(), waiters_.begin() + static_cast<std::ptrdiff_t>(members.size()));
    for (Waiter* member : members) {
      member->done = true;
      member->failure = failure;
      if (member != &self) member->turn.notify_one();
    }
    if (!waiters_.empty()) waiters_.front()->turn.notify_one();
  }
  if (!self.failure.empty()) throw StoreError(self.failure);
}

std::size_t BatchedStore::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiters_.size();
}

// How many go together: a synced one may take the others along, but does not join those that need not wait for a sync.
std::size_t BatchedStore::group() const {
  std::size_t members = 0, changes = 0;
  for (const Waiter* waiter : waiters_) {
    if (waiter->durability == Durability::synced && waiters_.front()->durability != Durability::synced) break;
    ++members;
    if ((changes += waiter->batch.changes().size()) >= most_changes_) break;
  }
  return members;
}

// Gives what went wrong. Each caller throws an exception of its own: one that several threads hold is not safe to look at.
std::string BatchedStore::write_group(const std::deque<Waiter*>& members, Durability durability) try {
  if (members.size() == 1) {
    inner().write(members.front()->batch, durability);
    return {};
  }
  WriteBatch together;
  for (const Waiter* member : members) together.append(member->batch);
  inner().write(together, durability);
  return {};
} catch (const std::exception& error) {
  return *error.what() ? error.what() : "the store failed without a word";
}

}  // namespace headrace
