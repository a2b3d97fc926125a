// Joins the writes of many threads to one batch for the store below: group commit.
//
//   BatchedStore store(open_rocksdb("state"));
//   store.write(batch, Durability::synced);   // from any thread: those that wait at the same time share one sync
//
// Nothing waits for company: a write that comes alone is written at once, those that come while it is on its way go together
// afterwards, in the order in which they came. Every caller has at least the durability that it asked for; one that asked for
// less never waits for another's sync. A failure is thrown to every caller of the group.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>

#include "core/state/forwarding_store.hpp"

namespace headrace {

class BatchedStore final : public ForwardingStore {
 public:
  // A group ends with the write that makes it `most_changes` or more.
  explicit BatchedStore(std::shared_ptr<Store> inner, std::size_t most_changes = 10'000);
  void write(const WriteBatch& batch, Durability durability) override;
  std::size_t waiting() const;  // writes that have not been answered

 private:
  struct Waiter {
    const WriteBatch& batch;
    const Durability durability;
    std::condition_variable turn{};
    bool done = false;
    std::string failure{};
  };
  std::size_t group() const;
  std::string write_group(const std::deque<Waiter*>& members, Durability durability);

  const std::size_t most_changes_;
  mutable std::mutex mutex_;
  std::deque<Waiter*> waiters_;  // the first is at work
};

}  // namespace headrace
