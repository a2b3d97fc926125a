// Always-on statistics of each key: exact counts, sampled times.
//
// Counters live in shards, one a thread, so that counting is an addition. Calls of keys above 5 us are timed one by one; of
// cheaper ones every 64th record is timed step by step and scaled. Histograms have two buckets an octave: quantiles are
// right within a third. The first timed calls of a key find it cheap or not, once for the run: see Engine::pass_on().
#pragma once
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/run/report.hpp"

namespace headrace::run {

// The clock of statistics: real even when the run's time is virtual.
inline std::int64_t ticks() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

class Histogram {
 public:
  void add(std::uint64_t ns) { ++buckets_[bucket(ns)]; }
  void add(const Histogram& other);
  std::uint64_t quantile(double q) const;  // 0 when empty

 private:
  static std::size_t bucket(std::uint64_t ns) {
    const auto width = static_cast<std::size_t>(std::bit_width(ns | 1));  // 1..64
    return 2 * (width - 1) + (width > 1 ? (ns >> (width - 2) & 1) : 0);
  }
  std::array<std::uint32_t, 128> buckets_{};
};

struct KeyCounters {
  std::uint64_t calls = 0, errors = 0, skipped = 0, dropped = 0, bytes = 0;
  std::uint64_t timed = 0, timed_ns = 0, max_ns = 0;
  std::unique_ptr<Histogram> histogram;
  void time(std::uint64_t ns) {
    ++timed;
    timed_ns += ns;
    if (ns > max_ns) max_ns = ns;
    if (!histogram) histogram = std::make_unique<Histogram>();
    histogram->add(ns);
  }
};

class Statistics {
 public:
  static constexpr std::uint64_t sample_every = 64;
  static constexpr std::uint64_t always_above_ns = 5000;
  static constexpr std::uint64_t cheap_below_ns = 2000;  // about what handing a step to another thread costs

  explicit Statistics(std::size_t keys)
      : keys_(keys), slow_(std::make_unique<std::atomic<bool>[]>(keys)), cost_(std::make_unique<std::atomic<Cost>[]>(keys)) {}
  static bool samples(std::uint64_t record) { return record < 8 || record % sample_every == 0; }  // the first ones, to judge by
  using Shard = std::vector<KeyCounters>;
  Shard& new_shard();  // one for each thread that counts; lives as long as this

  bool slow(std::size_t key) const { return slow_[key].load(std::memory_order_relaxed); }
  bool cheap(std::size_t key) const { return cost_[key].load(std::memory_order_relaxed) == Cost::cheap; }
  void timed(Shard& shard, std::size_t key, std::uint64_t ns) {
    shard[key].time(ns);
    const bool above = ns > always_above_ns;
    if (above != slow(key) && (above || shard[key].timed % 256 == 0)) slow_[key].store(above, std::memory_order_relaxed);
    if (shard[key].timed == 2) judge(key, shard[key].timed_ns - shard[key].max_ns);  // the better one: the other was cold
  }
  // The sum over all threads. Exact only when they have come to rest.
  KeyStatistics total(std::size_t key) const;

 private:
  enum class Cost : std::uint8_t { unknown, cheap, dear };
  void judge(std::size_t key, std::uint64_t ns) {
    Cost unknown = Cost::unknown;
    cost_[key].compare_exchange_strong(unknown, ns < cheap_below_ns ? Cost::cheap : Cost::dear, std::memory_order_relaxed);
  }
  std::size_t keys_;
  std::unique_ptr<std::atomic<bool>[]> slow_;
  std::unique_ptr<std::atomic<Cost>[]> cost_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace headrace::run
