#include "core/state/write_back_store.hpp"

#include <atomic>
#include <thread>

#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

// The store below, with all that a test wants to know of it. It outlives the store under test, as a disk would.
class Below final : public ForwardingStore {
 public:
  Below() : ForwardingStore(make_memory_store()) {}
  void write(const WriteBatch& batch, Durability durability) override {
    ++writes;
    last = durability;
    if (fails > 0) {
      --fails;
      throw StoreError("the disk is full");
    }
    ForwardingStore::write(batch, durability);
    if (fails < 0) throw StoreError("it was written, but nobody knows");
  }
  std::atomic<int> writes{0}, fails{0};
  Durability last = Durability::buffered;
};

struct Bench {
  const std::unique_ptr<Clock> clock = make_virtual_clock();
  const std::shared_ptr<Below> below = std::make_shared<Below>();
  std::optional<WriteBackStore> store;
  explicit Bench(WriteBackLimits limits = {}) { store.emplace(below, limits, *clock); }
  void wait_until_written() const {
    while (below->writes == 0) std::this_thread::yield();
  }
};

void add(Store& store, std::string key, std::int64_t amount) {
  WriteBatch batch;
  batch.add(std::move(key), amount);
  store.write(batch, Durability::buffered);
}

}  // namespace

TEST_CASE("write-back: what is held is seen at once and written when it is old enough, the last of each key") {
  Bench bench({1 << 20, 2s});
  for (int i = 1; i <= 100; ++i) write(*bench.store, "k", std::to_string(i));
  CHECK(bench.store->get("k") == "100");
  CHECK(contents(*bench.store) == Model{{"k", "100"}});
  CHECK(bench.below->writes == 0);
  CHECK(bench.clock->run_due() == 1);
  CHECK(bench.clock->elapsed() == 2s);
  bench.wait_until_written();
  bench.store->write({}, Durability::synced);
  CHECK(contents(*bench.below) == Model{{"k", "100"}});
  CHECK(bench.below->writes == 2);
}

TEST_CASE("write-back: it is written when it has become large, when a sync is asked for, and at the close") {
  Bench bench({10'000, 1h});
  write(*bench.store, "small", "1");
  CHECK(bench.below->writes == 0);
  write(*bench.store, "large", std::string(20'000, 'x'));
  CHECK(bench.below->writes == 1);
  CHECK(bench.below->last == Durability::buffered);
  write(*bench.store, "sure", "1", Durability::synced);
  CHECK(bench.below->last == Durability::synced);
  CHECK(contents(*bench.below).size() == 3);
  write(*bench.store, "late", "1");
  CHECK(contents(*bench.below).size() == 3);
  bench.store.reset();
  CHECK(contents(*bench.below).size() == 4);
}

TEST_CASE("write-back: a crash leaves the state after some batch, none of them half, none before an earlier one") {
  RandomNumbers random(12);
  for (int round = 0; round < 100; ++round) {
    Bench bench({random.below(4000) + 1, 1s});
    std::vector<Model> states(1);
    std::size_t synced = 0;
    for (auto i = random.below(60); i > 0; --i) {
      const WriteBatch batch = random_batch(random);
      const bool sync = random.below(20) == 0;
      bench.store->write(batch, sync ? Durability::synced : Durability::buffered);
      states.push_back(states.back());
      apply_to(states.back(), batch);
      if (sync) synced = states.size() - 1;
    }
    const Model left = contents(*bench.below);  // as if it died here
    CHECK(std::find(states.begin() + static_cast<std::ptrdiff_t>(synced), states.end(), left) != states.end());
  }
}

TEST_CASE("write-back: a flush that fails loses nothing, and counts nothing twice") {
  for (const int fails : {1, -1}) {  // before, and after, the store below has it
    CAPTURE(fails);
    Bench bench({1 << 20, 1s});
    write(*bench.below, "n", "5");
    bench.below->fails = fails;
    add(*bench.store, "n", 3);
    CHECK_THROWS_AS(bench.store->write({}, Durability::synced), StoreError);
    add(*bench.store, "n", 10);
    CHECK(bench.store->get("n") == "18");
    CHECK(contents(*bench.store->snapshot()) == Model{{"n", "18"}});
    bench.below->fails = 0;
    bench.store->write({}, Durability::synced);
    CHECK(bench.below->get("n") == "18");
  }
}

TEST_CASE("write-back: a timed flush that fails is tried again") {
  Bench bench({1 << 20, 1s});
  bench.below->fails = 1;
  write(*bench.store, "k", "1");
  while (bench.below->writes < 2) {
    bench.clock->run_due();
    std::this_thread::yield();
  }
  CHECK(bench.clock->elapsed() == 2s);
  bench.store.reset();
  CHECK(bench.below->get("k") == "1");
}

TEST_CASE("write-back: while the store below takes nothing, no more is held than was allowed") {
  Bench bench({2000, 1h});
  bench.below->fails = 1000;
  int taken = 0;
  for (int i = 0; i < 100; ++i) {
    try {
      write(*bench.store, "k/" + std::to_string(i), std::string(500, 'x'));
      ++taken;
    } catch (const StoreError&) {}
  }
  CHECK(contents(*bench.store).size() < 12);
  CHECK(taken < 10);
  bench.below->fails = 0;
}
