#include "core/state/cached_store.hpp"

#include "bench/zipf.hpp"
#include "core/state/expiring_store.hpp"
#include "core/state/forwarding_store.hpp"
#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

// Counts the keys that it is asked for; fails on request; may do something in the middle of a read or a write.
class Watched final : public ForwardingStore {
 public:
  Watched() : ForwardingStore(make_memory_store()) {}
  std::optional<std::string> get(std::string_view key) const override {
    ++reads;
    auto value = ForwardingStore::get(key);
    if (after_read) std::exchange(after_read, nullptr)();
    return value;
  }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
    reads += static_cast<int>(keys.size());
    auto values = ForwardingStore::multi_get(keys);
    if (after_read) std::exchange(after_read, nullptr)();
    return values;
  }
  void write(const WriteBatch& batch, Durability durability) override {
    if (fails) throw StoreError("no");
    ForwardingStore::write(batch, durability);
  }
  mutable int reads = 0;
  mutable std::function<void()> after_read;
  bool fails = false;
};

}  // namespace

TEST_CASE("cached store: what was read, found absent, or written is not asked for again") {
  const auto inner = std::make_shared<Watched>();
  write(*inner, "old", "1");
  CachedStore store(inner, {});
  for (int i = 0; i < 3; ++i) {
    CHECK(store.get("old") == "1");
    CHECK(store.get("absent") == std::nullopt);
  }
  CHECK(inner->reads == 2);
  WriteBatch batch;
  batch.add("old", 4);
  batch.add("old", 5);
  batch.put("new", "x");
  batch.remove("absent");
  store.write(batch, Durability::buffered);
  CHECK(store.multi_get({"old", "new", "absent"}) == std::vector<std::optional<std::string>>{"10", "x", std::nullopt});
  CHECK(inner->reads == 2);
  CHECK(inner->get("old") == "10");
  CHECK(store.statistics().hits == 7);
  CHECK(store.statistics().misses == 2);
}

TEST_CASE("cached store: a write that comes between reading and remembering is what stays") {
  const auto inner = std::make_shared<Watched>();
  write(*inner, "k", "old");
  CachedStore store(inner, {});
  inner->after_read = [&] { write(store, "k", "new"); };
  CHECK(store.get("k") == "old");
  CHECK(store.get("k") == "new");
  CHECK(store.get("k") == "new");
}

TEST_CASE("cached store: a multi-get is of one moment when a batch comes between the cache and the store") {
  const auto inner = std::make_shared<Watched>();
  for (const char* key : {"a", "b"}) write(*inner, key, "old");
  CachedStore store(inner, {});
  store.get("a");
  inner->after_read = [&] {
    WriteBatch batch;
    for (const char* key : {"a", "b"}) batch.put(key, "new");
    store.write(batch, Durability::buffered);
  };
  const auto values = store.multi_get({"a", "b"});
  CHECK(values[0] == values[1]);
}

TEST_CASE("cached store: after a write that failed the store below is asked again") {
  const auto inner = std::make_shared<Watched>();
  write(*inner, "k", "old");
  CachedStore store(inner, {});
  store.get("k");
  inner->fails = true;
  CHECK_THROWS_AS(write(store, "k", "new"), StoreError);
  const int before = inner->reads;
  CHECK(store.get("k") == "old");
  CHECK(inner->reads == before + 1);
}

TEST_CASE("cached store: neither entries nor bytes go over what was allowed") {
  RandomNumbers random(4);
  for (const CacheLimits limits :
       {CacheLimits{1, 1 << 20}, CacheLimits{10, 1 << 20}, CacheLimits{5000, 1 << 20}, CacheLimits{100'000, 20'000}, CacheLimits{50, 1}}) {
    CAPTURE(limits.entries);
    CAPTURE(limits.bytes);
    CachedStore store(make_memory_store(), limits);
    for (int i = 0; i < 3000; ++i) {
      const std::string key = std::to_string(random.below(800));
      if (random.below(3)) store.get(key);
      else write(store, key, std::string(random.below(random.below(20) ? 100 : 30'000), 'x'));
      REQUIRE(store.statistics().entries <= limits.entries);
      REQUIRE(store.statistics().bytes <= limits.bytes);
    }
  }
}

TEST_CASE("cached store: under Zipf it comes near what is possible and leaves plain LRU behind; a scan over cold keys costs it little") {
  constexpr std::size_t kKeys = 50'000, kHeld = 500;
  const bench::Zipf zipf(kKeys);
  for (const bool cold_scans : {false, true}) {
    CAPTURE(cold_scans);
    RandomNumbers random(8);
    CachedStore store(make_memory_store(), {kHeld, 64 << 20});
    bench::PlainLru lru(kHeld);
    std::uint64_t draws = 0, hits = 0, lru_hits = 0;
    for (int i = 0; i < 200'000; ++i) {
      const bool cold = cold_scans && i % 2;
      const std::size_t key = cold ? kKeys + static_cast<std::size_t>(i) : zipf.draw(random);
      const auto before = store.statistics().hits;
      store.get(std::to_string(key));
      const bool lru_hit = lru.touch(key);
      if (cold || i < 50'000) continue;
      ++draws;
      hits += store.statistics().hits - before;
      lru_hits += lru_hit;
    }
    const double ours = static_cast<double>(hits) / static_cast<double>(draws),
                 plain = static_cast<double>(lru_hits) / static_cast<double>(draws);
    MESSAGE("hit ratio " << ours << ", plain LRU " << plain << ", possible " << zipf.share(kHeld));
    CHECK(ours > 0.9 * zipf.share(kHeld));
    CHECK(ours > plain + 0.05);
  }
}

TEST_CASE("cached store: a store that expires is refused, and told what to do") {
  const auto clock = make_virtual_clock();
  const auto expiring = std::make_shared<ExpiringStore>(make_memory_store(), Expiry{}, *clock);
  CHECK_THROWS_WITH_AS(CachedStore(expiring, {}),
                       "a cache would go on showing what its store has let expire: put the cache below the expiring store", StoreError);
}
