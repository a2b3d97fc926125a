// Every pile of wrappers over every engine is a store like any other: what a map would hold, in any order of operations and
// from any thread.
#include <atomic>
#include <thread>

#include "core/state/forwarding_store.hpp"
#include "tests/core/state/pile.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

struct UnderTest {  // what the operations need of a pile
  std::function<Store&()> store;
  std::function<void()> reopen, tick;
};

// Random operations on a store and on a map, side by side. Stops at the first difference.
class Trial {
 public:
  Trial(UnderTest under_test, std::uint64_t seed) : under_test_(std::move(under_test)), random_(seed) {}

  // How many operations it took to see a difference; 0 when there is none.
  std::size_t run(std::size_t operations) {
    for (std::size_t i = 1; i <= operations; ++i)
      if (!step() || (i == operations && !agrees(under_test_.store(), model_))) return i;
    return 0;
  }

 private:
  bool step() {
    Store& store = under_test_.store();
    switch (random_.below(16)) {
      case 0: return get(store);
      case 1: return scan_from(store);
      case 2: return stop_early(store);
      case 3: return snapshot(store);
      case 4: return snapshot_again();
      case 5: return under_test_.tick(), true;
      case 6: return random_.below(20) > 0 || reopen();
      case 7: return multi_get(store);
      default: return write(store);
    }
  }
  bool write(Store& store) {
    const WriteBatch batch = random_batch(random_);
    store.write(batch, random_.below(40) ? Durability::buffered : Durability::synced);
    apply_to(model_, batch);
    return true;
  }
  bool get(const Store& store) {
    const std::string key = random_key(random_);
    return store.get(key) == expected(model_, key);
  }
  bool multi_get(const Store& store) {
    std::vector<std::string> keys;
    std::vector<std::optional<std::string>> values;
    for (auto i = random_.below(6); i > 0; --i) {
      keys.push_back(random_key(random_));
      values.push_back(expected(model_, keys.back()));
    }
    return store.multi_get(keys) == values;
  }
  bool scan_from(const Store& store) {
    const std::string prefix = random_key(random_), from = random_key(random_);
    Model seen, wanted = with_prefix(model_, prefix);
    wanted.erase(wanted.begin(), wanted.lower_bound(from));
    store.scan_from(prefix, from, [&](std::string_view key, std::string_view value) { return seen.emplace(key, value), true; });
    return seen == wanted;
  }
  bool stop_early(const Store& store) {
    const std::string prefix = random_key(random_);
    const auto stop_after = random_.below(5) + 1;
    std::vector<std::string> seen, wanted;
    store.scan(prefix, [&](std::string_view key, std::string_view) { return seen.emplace_back(key), seen.size() < stop_after; });
    for (const auto& [key, value] : with_prefix(model_, prefix))
      if (wanted.size() < stop_after) wanted.push_back(key);
    return seen == wanted;
  }
  bool snapshot(const Store& store) {
    if (snapshots_.size() == 3) {
      const bool same = agrees(*snapshots_.front().view, snapshots_.front().model);
      snapshots_.erase(snapshots_.begin());
      return same;
    }
    snapshots_.push_back({store.snapshot(), model_});
    return true;
  }
  bool snapshot_again() {
    if (snapshots_.empty()) return true;
    const Taken& taken = snapshots_[random_.below(snapshots_.size())];
    return agrees(*taken.view, taken.model);
  }
  bool reopen() {
    snapshots_.clear();
    under_test_.reopen();
    return agrees(under_test_.store(), model_);
  }
  static std::optional<std::string> expected(const Model& model, const std::string& key) {
    const auto found = model.find(key);
    return found == model.end() ? std::nullopt : std::optional(found->second);
  }
  bool agrees(const StoreView& view, const Model& model) {
    const std::string key = random_key(random_);
    return contents(view) == model && view.get(key) == expected(model, key) && view.multi_get({key}).front() == expected(model, key);
  }

  struct Taken {
    std::unique_ptr<StoreView> view;
    Model model;
  };
  UnderTest under_test_;
  RandomNumbers random_;
  Model model_;
  std::vector<Taken> snapshots_;  // at most three, the oldest first
};

// A failing (seed, operations) as small as a short search finds; nothing when all agree.
struct Failing {
  std::uint64_t seed = 0;
  std::size_t operations = 0;
};
using Attempt = std::function<std::size_t(std::uint64_t seed, std::size_t operations)>;

std::optional<Failing> find_failing(const Attempt& attempt, std::uint64_t seeds, std::size_t operations) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const std::size_t failed = attempt(seed, operations);
    if (!failed) continue;
    for (std::size_t fewer = 2; fewer < failed; fewer *= 2)
      for (std::uint64_t other = 1; other <= 100; ++other)
        if (const std::size_t sooner = attempt(other, fewer)) return Failing{other, sooner};
    return Failing{seed, failed};
  }
  return std::nullopt;
}

Attempt attempt_on(const std::vector<std::string>& wrappers, Base base) {
  return [=](std::uint64_t seed, std::size_t operations) {
    Pile pile(wrappers, base);
    const auto tick = [&] { pile.clock().run_due(); };
    return Trial({[&]() -> Store& { return *pile; }, [&] { pile.reopen(); }, tick}, seed).run(operations);
  };
}

void check_all(Base base, std::uint64_t seeds, std::size_t operations) {
  for (const auto& wrappers : all_piles()) {
    const auto failing = find_failing(attempt_on(wrappers, base), seeds, operations);
    if (failing) FAIL_CHECK(Pile::name(wrappers, base) << ": seed " << failing->seed << ", operation " << failing->operations);
  }
}

// Loses the removal of what was added to, and only that.
class Forgetful final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void write(const WriteBatch& batch, Durability durability) override {
    WriteBatch kept;
    for (const auto& change : batch.changes())
      if (!std::holds_alternative<WriteBatch::Remove>(change) || inner().get(key_of(change)).value_or("x").find('-') != 0)
        kept.change(change);
    inner().write(kept, durability);
  }
};

}  // namespace

TEST_CASE("store piles: random operations over memory leave what a map would hold") { check_all(Base::memory, 12, 250); }

TEST_CASE("store piles: random operations over rocksdb leave what a map would hold") { check_all(Base::rocksdb, 1, 300); }

TEST_CASE("store piles: a store that forgets is found, and the way to see it is short") {
  const auto failing = find_failing(
      [](std::uint64_t seed, std::size_t operations) {
        Forgetful store(make_memory_store());
        return Trial({[&]() -> Store& { return store; }, [] {}, [] {}}, seed).run(operations);
      },
      20, 400);
  REQUIRE(failing);
  CHECK(failing->operations <= 16);
}

namespace {

// What several threads may rely on: sums add up, one's own writes are seen at once, batches are whole, nothing goes back.
class Crowd {
 public:
  explicit Crowd(Pile& pile) : pile_(pile) {}
  int run(int threads, int rounds) {
    std::atomic<int> at_work{threads};
    std::vector<std::jthread> crowd;
    for (int i = 0; i < threads; ++i) {
      crowd.emplace_back([this, i, rounds, &at_work] {
        work(i, rounds);
        --at_work;
      });
    }
    while (at_work > 0) {  // time passes: flushes and sweeps run beside them
      pile_.clock().run_due();
      std::this_thread::yield();
    }
    return wrong_;
  }

 private:
  void work(int self, int rounds) {
    RandomNumbers random(static_cast<std::uint64_t>(self) + 1);
    const std::string own = "own/" + std::to_string(self), other = "own/" + std::to_string((self + 1) % 3);
    std::int64_t other_last = 0;
    for (int round = 1; round <= rounds; ++round) {
      WriteBatch batch;
      batch.add("sum/a", 1);
      batch.add("sum/b", 1);
      batch.put(own, std::to_string(round));
      pile_->write(batch, random.below(50) ? Durability::buffered : Durability::synced);
      expect(pile_->get(own) == std::to_string(round));
      const std::int64_t other_now = counter_value(pile_->get(other).value_or("0"));
      expect(other_now >= other_last);
      other_last = other_now;
      const auto sums = pile_->multi_get({"sum/a", "unused", "sum/b"});
      expect(sums[0] == sums[2] && counter_value(sums[0].value_or("")) >= round);
      if (random.below(10) == 0) expect_whole(*pile_->snapshot());
      if (random.below(10) == 0) expect_whole(*pile_);
    }
  }
  void expect_whole(const StoreView& view) {
    std::vector<std::string> sums;
    view.scan("sum/", [&](std::string_view, std::string_view value) { return sums.emplace_back(value), true; });
    expect(sums.size() == 2 && sums[0] == sums[1]);
  }
  void expect(bool right) { wrong_ += !right; }
  Pile& pile_;
  std::atomic<int> wrong_{0};
};

void check_crowds(Base base, int rounds) {
  for (const auto& wrappers : all_piles()) {
    CAPTURE(Pile::name(wrappers, base));
    Pile pile(wrappers, base);
    CHECK(Crowd(pile).run(3, rounds) == 0);
    for (const bool reopened : {false, true}) {
      if (reopened) pile.reopen();
      CHECK(pile->get("sum/a") == std::to_string(3 * rounds));
      CHECK(pile->get("sum/b") == std::to_string(3 * rounds));
    }
  }
}

}  // namespace

TEST_CASE("store piles: threads over memory see whole batches, their own writes, and sums that agree") { check_crowds(Base::memory, 150); }
TEST_CASE("store piles: threads over rocksdb see whole batches, their own writes, and sums that agree") {
  check_crowds(Base::rocksdb, 100);
}
