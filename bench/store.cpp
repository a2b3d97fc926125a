// What each store costs an operation, beside the bare engine in the same run: gets of keys drawn by Zipf's law, puts one at a
// time, puts in batches of 100. Two threads write at once where the row says so.
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

#include "bench/workload.hpp"
#include "bench/zipf.hpp"
#include "core/state/batched_store.hpp"
#include "core/state/cached_store.hpp"
#include "core/state/expiring_store.hpp"
#include "core/state/sharded_store.hpp"
#include "core/state/write_back_store.hpp"

namespace {

using headrace::Durability;
using headrace::Store;
using headrace::WriteBatch;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "headrace_bench_XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no folder for the stores");
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

struct Sizes {
  std::size_t keys, gets, puts, synced;
};
Sizes sizes_of(const bench::Settings& settings) { return settings.quick ? Sizes{200, 100, 100, 2} : Sizes{100'000, 50'000, 20'000, 100}; }

std::string key_of(std::size_t number) { return "document/" + std::to_string(number); }

void fill(Store& store, std::size_t keys) {
  for (std::size_t i = 0; i < keys;) {
    WriteBatch batch;
    for (std::size_t end = std::min(i + 1000, keys); i < end; ++i) batch.put(key_of(i), std::string(100, static_cast<char>('a' + i % 26)));
    store.write(batch, Durability::buffered);
  }
}

// ---- operations ----------------------------------------------------------------------------------------------------------

double get_keys(Store& store, const std::vector<std::string>& drawn) {
  return bench::time_per(drawn.size(), bench::By::wall, [&] {
    for (const std::string& key : drawn) bench::keep(store.get(key));
  });
}

void put_keys(Store& store, std::size_t from, std::size_t puts, std::size_t in_a_batch, Durability durability) {
  const std::string value(100, 'v');
  for (std::size_t i = 0; i < puts;) {
    WriteBatch batch;
    for (const std::size_t end = std::min(i + in_a_batch, puts); i < end; ++i) batch.put(key_of(from + i * 7919 % puts), value);
    store.write(batch, durability);
  }
}

double put_alone(Store& store, std::size_t puts, std::size_t in_a_batch) {
  return bench::time_per(puts, bench::By::wall, [&] {
    put_keys(store, 0, puts, in_a_batch, Durability::buffered);
    store.write({}, Durability::buffered);
  });
}

double put_from_threads(Store& store, std::size_t puts, std::size_t threads, Durability durability) {
  return bench::time_per(puts * threads, bench::By::wall, [&] {
    std::vector<std::jthread> writers;
    for (std::size_t i = 0; i < threads; ++i)
      writers.emplace_back([&store, i, puts, durability] { put_keys(store, i * puts, puts, 1, durability); });
  });
}

// ---- stores --------------------------------------------------------------------------------------------------------------

// All over engines of one kind, each of its own, filled alike.
struct Stores {
  Stores(bool rocksdb, std::size_t keys) {
    std::size_t engines = 0;
    const auto engine = [&]() -> std::shared_ptr<Store> {
      if (!rocksdb) return headrace::make_memory_store();
      return headrace::open_rocksdb(folder.path + "/" + std::to_string(engines++));
    };
    bare = engine();
    wrapped = {
        {"cached",
         std::make_shared<headrace::CachedStore>(engine(), headrace::CacheLimits{std::max<std::size_t>(keys / 100, 2), 64u << 20})},
        {"batched", std::make_shared<headrace::BatchedStore>(engine())},
        {"write-back", std::make_shared<headrace::WriteBackStore>(engine(), headrace::WriteBackLimits{}, *clock)},
        {"expiring", std::make_shared<headrace::ExpiringStore>(engine(), headrace::Expiry{std::chrono::hours(24)}, *clock)},
        {"sharded", std::make_shared<headrace::ShardedStore>(4, [&](std::size_t) { return engine(); })},
    };
    fill(*bare, keys);
    for (auto& [name, store] : wrapped) fill(*store, keys);
  }
  Folder folder;
  const std::unique_ptr<headrace::Clock> clock = headrace::make_real_clock();  // nobody drives it: no timer goes off
  std::shared_ptr<Store> bare;
  std::vector<std::pair<std::string, std::shared_ptr<Store>>> wrapped;
};

using Operation = std::function<double(Store&)>;

void add_rows(bench::Report& report, const Stores& stores, const std::string& engine, const std::string& operation,
              const bench::Settings& settings, const Operation& run) {
  std::vector<bench::Measure> measures = {[&] { return run(*stores.bare); }};
  for (const auto& [name, store] : stores.wrapped) measures.push_back([&run, &store = *store] { return run(store); });
  const auto times = bench::in_turns(std::min(settings.repetitions, 9), measures);
  for (std::size_t i = 0; i < stores.wrapped.size(); ++i)
    report.rows.push_back({stores.wrapped[i].first + ", " + engine + ", " + operation, times[i + 1], "bare " + engine, times[0]});
}

void measure(bench::Report& report, bool rocksdb, const bench::Settings& settings) {
  const Sizes sizes = sizes_of(settings);
  const Stores stores(rocksdb, sizes.keys);
  headrace::RandomNumbers random(1);
  const bench::Zipf zipf(sizes.keys);
  std::vector<std::string> drawn;
  for (std::size_t i = 0; i < sizes.gets; ++i) drawn.push_back(key_of(zipf.draw(random)));
  const std::string engine = rocksdb ? "rocksdb" : "memory";
  const auto rows = [&](const std::string& operation, const Operation& run) { add_rows(report, stores, engine, operation, settings, run); };
  rows("get", [&](Store& store) { return get_keys(store, drawn); });
  rows("put", [&](Store& store) { return put_alone(store, sizes.puts, 1); });
  rows("batch of 100", [&](Store& store) { return put_alone(store, sizes.puts, 100); });
  rows("put, 2 threads", [&](Store& store) { return put_from_threads(store, sizes.puts / 2, 2, Durability::buffered); });
  if (rocksdb) rows("synced put, 8 threads", [&](Store& store) { return put_from_threads(store, sizes.synced, 8, Durability::synced); });
}

// The engines beside each other.
void compare_engines(bench::Report& report, const bench::Settings& settings) {
  const Sizes sizes = sizes_of(settings);
  const Folder folder;
  const auto memory = headrace::make_memory_store(), rocksdb = headrace::open_rocksdb(folder.path);
  const auto times = bench::in_turns(std::min(settings.repetitions, 9), {[&] { return put_alone(*rocksdb, sizes.puts, 100); },
                                                                         [&] { return put_alone(*memory, sizes.puts, 100); }});
  report.rows.push_back({"rocksdb, batch of 100", times[0], "memory", times[1]});
}

// Misses of a cache that holds one key in a hundred, in thousandths of the gets: the part that the store below still sees.
void compare_misses(bench::Report& report, const bench::Settings& settings) {
  const std::size_t keys = settings.quick ? 2'000 : 1'000'000, held = keys / 100, draws = keys;
  const bench::Zipf zipf(keys);
  headrace::RandomNumbers random(2);
  headrace::CachedStore cached(headrace::make_memory_store(), {held, 1u << 30});
  bench::PlainLru lru(held);
  std::uint64_t lru_misses = 0, before = 0;
  for (std::size_t i = 0; i < 2 * draws; ++i) {  // the first half warms both
    if (i == draws) lru_misses = 0, before = cached.statistics().misses;
    const std::size_t key = zipf.draw(random);
    bench::keep(cached.get(std::to_string(key)));
    lru_misses += !lru.touch(key);
  }
  const auto spread = [&](std::uint64_t misses) {
    const double part = 1000 * static_cast<double>(misses) / static_cast<double>(draws);
    return bench::Spread{part, part, part};
  };
  report.rows.push_back({"cached, misses in 1000", spread(cached.statistics().misses - before), "plain LRU", spread(lru_misses)});
}

bench::Report run(const bench::Settings& settings) {
  bench::Report report{"ns per key", {}};
  compare_engines(report, settings);
  measure(report, false, settings);
  measure(report, true, settings);
  compare_misses(report, settings);
  return report;
}

[[maybe_unused]] const bool known = bench::add({"store", "Each wrapper of a store beside the bare engine.", run});

}  // namespace
