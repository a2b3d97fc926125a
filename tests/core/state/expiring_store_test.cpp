#include "core/state/expiring_store.hpp"

#include <thread>

#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

struct Bench {
  const std::unique_ptr<Clock> clock = make_virtual_clock();
  const std::shared_ptr<Store> below = make_memory_store();
  std::optional<ExpiringStore> store;
  explicit Bench(Expiry expiry) { store.emplace(below, expiry, *clock); }
  void pass(Duration time) const {
    const Duration end = clock->elapsed() + time;
    clock->after(time, [] {});
    while (clock->elapsed() < end) {
      clock->run_due();
      std::this_thread::yield();
    }
  }
};

void put(Store& store, std::string key, std::string value, Duration time_to_live) {
  WriteBatch batch;
  batch.put(std::move(key), std::move(value), time_to_live);
  store.write(batch, Durability::buffered);
}

}  // namespace

TEST_CASE("expiring store: a value goes when its own time is over, or else that of the store") {
  Bench bench({1min, 1h});  // no sweep in the time of this test: nothing is shown that is merely still there
  write(*bench.store, "minute", "1");
  put(*bench.store, "second", "1", 1s);
  put(*bench.store, "hour", "1", 1h);
  put(*bench.store, "instant", "1", 1ns);
  const auto at_first = bench.store->snapshot();
  bench.pass(1s);
  CHECK(contents(*bench.store) == Model{{"hour", "1"}, {"minute", "1"}});
  CHECK(bench.store->get("second") == std::nullopt);
  const auto later = bench.store->snapshot();
  bench.pass(59s);
  CHECK(bench.store->multi_get({"hour", "minute"}) == std::vector<std::optional<std::string>>{"1", std::nullopt});
  CHECK(contents(*later).size() == 2);
  CHECK(contents(*at_first).size() == 4);
  CHECK(contents(*bench.below).size() == 4);
}

TEST_CASE("expiring store: writing again begins a new time; a counter keeps that of its first addition, and begins anew after it") {
  Bench bench({10s, 1h});
  const auto count = [&] {
    WriteBatch batch;
    batch.add("n", 1);
    bench.store->write(batch, Durability::buffered);
  };
  write(*bench.store, "k", "1");
  count();
  bench.pass(6s);
  write(*bench.store, "k", "2");
  count();
  bench.pass(6s);
  CHECK(bench.store->get("k") == "2");
  CHECK(bench.store->get("n") == std::nullopt);
  count();
  CHECK(bench.store->get("n") == "1");
}

TEST_CASE("expiring store: a batch that adds applies in its order") {
  Bench bench({10s, 1h});
  WriteBatch batch;
  batch.add("a", 1);
  batch.put("a", "5");
  batch.add("a", 2);
  batch.put("b", "9");
  batch.remove("b");
  batch.add("b", 1);
  batch.add("c", 1);
  batch.remove("c");
  bench.store->write(batch, Durability::buffered);
  CHECK(contents(*bench.store) == Model{{"a", "7"}, {"b", "1"}});
}

TEST_CASE("expiring store: what has expired is removed below, a slice at a time, and the sweep rests when nothing can expire") {
  Bench bench({{}, 5s});
  for (int i = 0; i < 7000; ++i) put(*bench.store, std::to_string(i), "x", i % 7 == 0 ? Duration() : Duration(1s));
  while (contents(*bench.below).size() > 1000) {
    bench.clock->run_due();
    std::this_thread::yield();
  }
  CHECK(contents(*bench.store).size() == 1000);
  CHECK(bench.clock->elapsed() < 1min);
  for (int rounds = 0; rounds < 20; ++rounds) bench.pass(1s);
  CHECK(bench.clock->until_due() == Duration::max());
}

TEST_CASE("expiring store: what an earlier run left is swept; what was not written through it is refused") {
  Bench bench({1s, 5s});
  write(*bench.store, "old", "x");
  bench.store.reset();
  bench.pass(10s);
  bench.store.emplace(bench.below, Expiry{1s, 5s}, *bench.clock);
  while (!contents(*bench.below).empty()) {
    bench.clock->run_due();
    std::this_thread::yield();
  }
  bench.store.reset();
  write(*bench.below, "bare", "x");
  bench.store.emplace(bench.below, Expiry{}, *bench.clock);
  CHECK_THROWS_AS(bench.store->get("bare"), StoreError);
}
