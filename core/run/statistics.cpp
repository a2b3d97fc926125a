#include "core/run/statistics.hpp"

#include <numeric>

namespace headrace::run {

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
}

std::uint64_t Histogram::quantile(double q) const {
  const auto count = std::accumulate(buckets_.begin(), buckets_.end(), std::uint64_t{0});
  if (count == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(q * static_cast<double>(count - 1));
  std::uint64_t seen = 0;
  std::size_t i = 0;
  while (seen + buckets_[i] <= wanted) seen += buckets_[i++];
  const double low = static_cast<double>(std::uint64_t{1} << (i / 2)) * (i % 2 ? 1.5 : 1.0);
  return static_cast<std::uint64_t>(low * (i % 2 ? 7.0 / 6.0 : 1.25));  // the middle of the bucket
}

Statistics::Shard& Statistics::new_shard() {
  const std::lock_guard lock(mutex_);
  return *shards_.emplace_back(std::make_unique<Shard>(keys_));
}

KeyStatistics Statistics::total(std::size_t key) const {
  KeyStatistics out;
  Histogram times;
  std::uint64_t timed = 0, timed_ns = 0;
  const std::lock_guard lock(mutex_);
  for (const auto& shard : shards_) {
    const KeyCounters& counters = (*shard)[key];
    out.calls += counters.calls;
    out.errors += counters.errors;
    out.skipped += counters.skipped;
    out.dropped += counters.dropped;
    out.bytes += counters.bytes;
    out.max_ns = std::max(out.max_ns, counters.max_ns);
    timed += counters.timed;
    timed_ns += counters.timed_ns;
    if (counters.histogram) times.add(*counters.histogram);
  }
  if (timed)
    out.total_ns =
        static_cast<std::uint64_t>(static_cast<double>(timed_ns) * (static_cast<double>(out.calls) / static_cast<double>(timed)));
  out.p50_ns = times.quantile(0.5);
  out.p99_ns = std::min(times.quantile(0.99), out.max_ns);
  out.p50_ns = std::min(out.p50_ns, out.max_ns);
  return out;
}

}  // namespace headrace::run
