#include "core/state/sharded_store.hpp"

#include "core/state/batch_text.hpp"
#include "core/state/expiring_store.hpp"
#include "core/state/forwarding_store.hpp"
#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

// Dies, as a process would, at its Nth write among all shards: no shard takes anything after it.
class Mortal final : public ForwardingStore {
 public:
  Mortal(std::shared_ptr<Store> inner, int& writes_left, bool& keeps_last)
      : ForwardingStore(std::move(inner)), writes_left_(writes_left), keeps_last_(keeps_last) {}
  void write(const WriteBatch& batch, Durability durability) override {
    if (writes_left_-- > 0 || (writes_left_ == -1 && keeps_last_)) ForwardingStore::write(batch, durability);
    if (writes_left_ < 0) throw StoreError("died");
  }

 private:
  int& writes_left_;
  bool& keeps_last_;
};

struct Disk {
  std::vector<std::shared_ptr<Store>> engines;
  int writes_left = 1'000'000;
  bool keeps_last = false;
  explicit Disk(std::size_t shards) {
    for (std::size_t i = 0; i < shards; ++i) engines.push_back(make_memory_store());
  }
  std::unique_ptr<ShardedStore> open(std::size_t shards) {
    return std::make_unique<ShardedStore>(shards,
                                          [&](std::size_t i) { return std::make_shared<Mortal>(engines[i], writes_left, keeps_last); });
  }
};

std::string error_of(Disk& disk, std::size_t shards) {
  try {
    disk.open(shards);
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

WriteBatch wide_batch(RandomNumbers& random) {
  WriteBatch batch = random_batch(random);
  for (int i = 0; i < 6; ++i) batch.add("wide/" + std::to_string(i), 1);
  return batch;
}

}  // namespace

TEST_CASE("sharded store: every shard has its part, and a scan is in order and of any length") {
  Disk disk(4);
  const auto store = disk.open(4);
  Model model;
  for (int i = 0; i < 3000; ++i) {
    write(*store, "k/" + std::to_string(i), std::to_string(i));
    model["k/" + std::to_string(i)] = std::to_string(i);
  }
  CHECK(contents(*store) == model);
  CHECK(contents(*store, "k/29") == with_prefix(model, "k/29"));
  for (const auto& engine : disk.engines) CHECK(contents(*engine).size() > 600);
}

TEST_CASE("sharded store: another number of shards is refused, and so is a store that was filled without") {
  Disk disk(8);
  disk.open(4);
  const std::string advice = "go on with `shards: 4`, or begin with an empty folder";
  CHECK(error_of(disk, 2) == "a shard of the store says that it is 0/4 and would be opened as 0/2: " + advice);
  CHECK(error_of(disk, 8) == "a shard of the store says that it is 0/4 and would be opened as 0/8: " + advice);
  CHECK(contents(*disk.engines[5]).empty());
  CHECK(error_of(disk, 4) == "");
  std::swap(disk.engines[1], disk.engines[2]);
  CHECK(error_of(disk, 4).starts_with("a shard of the store says that it is 2/4 and would be opened as 1/4"));
  Disk bare(1);
  write(*bare.engines[0], "k", "1");
  CHECK(error_of(bare, 1) == "a store that was filled without shards cannot become one: begin with an empty folder");
  const auto clock = make_virtual_clock();
  CHECK_THROWS_AS(ShardedStore(1, [&](std::size_t) { return std::make_shared<ExpiringStore>(make_memory_store(), Expiry{}, *clock); }),
                  StoreError);
  CHECK(error_of(disk, 0) == "a store has 1 to 256 shards");
}

TEST_CASE("sharded store: a death at any write leaves whole batches only, and a failure that passes does too") {
  for (const bool keeps_last : {false, true}) {
    for (int dies_at = 0; dies_at < 60; ++dies_at) {
      CAPTURE(keeps_last);
      CAPTURE(dies_at);
      Disk disk(3);
      RandomNumbers random(static_cast<std::uint64_t>(dies_at));
      auto store = disk.open(3);
      disk.writes_left = dies_at;
      disk.keeps_last = keeps_last;
      Model before, after;
      try {
        for (;;) {
          const WriteBatch batch = wide_batch(random);
          before = after;
          apply_to(after, batch);
          store->write(batch, random.below(2) ? Durability::synced : Durability::buffered);
        }
      } catch (const StoreError&) {}
      try {
        const Model seen = contents(*store);
        CHECK((seen == before || seen == after));
      } catch (const StoreError&) {}  // nobody sees a half while it cannot be made whole
      disk.writes_left = 1'000'000;
      if (random.below(2)) store = disk.open(3);
      const Model left = contents(*store);
      CHECK((left == before || left == after));
      const WriteBatch next = wide_batch(random);
      Model expected = left;
      apply_to(expected, next);
      store->write(next, Durability::buffered);
      CHECK(contents(*disk.open(3)) == expected);
    }
  }
}

TEST_CASE("sharded store: its own keys cannot be written, and are not shown") {
  Disk disk(2);
  const auto store = disk.open(2);
  CHECK_THROWS_AS(write(*store, "\xFFheadrace/shard", "0/1"), StoreError);
  CHECK(store->get("\xFFheadrace/shard") == std::nullopt);
  CHECK(store->multi_get({"\xFFheadrace/shard"}).front() == std::nullopt);
  CHECK(contents(*store).empty());
}

TEST_CASE("batch as bytes: what is written is read; what is cut or changed is an error, never more") {
  RandomNumbers random(5);
  for (int round = 0; round < 200; ++round) {
    WriteBatch batch = random_batch(random);
    batch.put("timed", "x", std::chrono::seconds(5));
    const std::string bytes = to_bytes(batch);
    CHECK(to_bytes(batch_from(bytes)) == bytes);
    std::string changed = bytes.substr(0, random.below(bytes.size()) + 1);
    changed[random.below(changed.size())] = static_cast<char>(random.next());
    try {
      batch_from(changed);
    } catch (const StoreError&) {}
  }
}
