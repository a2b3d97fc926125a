#include "core/state/batched_store.hpp"

#include <atomic>
#include <thread>

#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

// Lets one write in at a time, when the test says so, and notes what comes.
class Gate final : public ForwardingStore {
 public:
  Gate() : ForwardingStore(make_memory_store()) {}
  void write(const WriteBatch& batch, Durability durability) override {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return passes_ > 0; });
    --passes_;
    sizes.push_back(batch.changes().size());
    durabilities.push_back(durability);
    if (fails) throw StoreError("the disk is full");
    ForwardingStore::write(batch, durability);
  }
  void pass(int writes) {
    const std::lock_guard lock(mutex_);
    passes_ += writes;
    changed_.notify_all();
  }
  void wait_for(int arrived) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= arrived; });
  }
  std::vector<std::size_t> sizes;
  std::vector<Durability> durabilities;
  bool fails = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int passes_ = 0, arrived_ = 0;
};

// One writer at the gate, and others queued behind it in this order.
struct Queue {
  explicit Queue(std::vector<Durability> asked, std::size_t most = 10'000) : store(gate, most) {
    join(Durability::buffered);
    gate->wait_for(1);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      join(asked[i]);
      while (store.waiting() < i + 2) std::this_thread::yield();
    }
  }
  void join(Durability durability) {
    const std::size_t self = threads.size();
    threads.emplace_back([this, self, durability] {
      try {
        write(store, "k/" + std::to_string(self), std::to_string(self), durability);
      } catch (const StoreError& error) {
        const std::lock_guard lock(mutex);
        failures[self] = error.what();
      }
    });
  }
  void finish(int writes) {
    gate->pass(writes);
    threads.clear();
  }
  const std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  BatchedStore store;
  std::mutex mutex;
  std::array<std::string, 8> failures;
  std::vector<std::jthread> threads;
};

constexpr auto buffered = Durability::buffered, synced = Durability::synced;

}  // namespace

TEST_CASE("batched store: those that wait go together, in the order in which they came") {
  Queue queue({buffered, buffered, buffered, buffered});
  queue.finish(2);
  CHECK(queue.gate->sizes == std::vector<std::size_t>{1, 4});
  CHECK(contents(queue.store).size() == 5);
}

TEST_CASE("batched store: one that needs a sync takes others along, but does not slow down those before it") {
  Queue queue({buffered, synced, buffered, synced});
  queue.finish(3);
  CHECK(queue.gate->sizes == std::vector<std::size_t>{1, 1, 3});
  CHECK(queue.gate->durabilities == std::vector{buffered, buffered, synced});
}

TEST_CASE("batched store: a group has an end") {
  Queue queue({buffered, buffered, buffered, buffered, buffered}, 2);
  queue.finish(4);
  CHECK(queue.gate->sizes == std::vector<std::size_t>{1, 2, 2, 1});
}

TEST_CASE("batched store: a failure reaches every caller of the group, and the next group is written") {
  Queue queue({buffered, buffered});
  queue.gate->fails = true;
  queue.finish(2);
  for (int i = 0; i < 3; ++i) CHECK(queue.failures[static_cast<std::size_t>(i)] == "the disk is full");
  queue.gate->fails = false;
  queue.gate->pass(1);
  write(queue.store, "after", "1");
  CHECK(contents(queue.store) == Model{{"after", "1"}});
}
