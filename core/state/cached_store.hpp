// Keeps what is read most in memory. Reads fill it, writes go through to the store below and keep it right.
//
//   CachedStore store(open_rocksdb("state"), {.entries = 100'000, .bytes = 64 << 20});
//
// Promises what the store below promises, if nobody writes to that one directly: a value that is read is never older than the
// last write that was answered, and a multi-get is of one moment. Snapshots and scans are those of the store below. Keys known
// to be absent are cached as well. Refuses a store whose values expire: the cache would outlive them; cache below it.
#pragma once
#include <mutex>

#include "core/state/forwarding_store.hpp"
#include "core/state/tiny_lfu_cache.hpp"

namespace headrace {

struct CacheStatistics {
  std::uint64_t hits = 0, misses = 0, bytes = 0;
  std::size_t entries = 0;
  double hit_ratio() const { return hits + misses ? static_cast<double>(hits) / static_cast<double>(hits + misses) : 0; }
};

class CachedStore final : public ForwardingStore {
 public:
  CachedStore(std::shared_ptr<Store> inner, CacheLimits limits);  // throws StoreError for a store that expires
  std::optional<std::string> get(std::string_view key) const override;
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override;
  void write(const WriteBatch& batch, Durability durability) override;
  CacheStatistics statistics() const;

 private:
  // A part of the keys. While one of them is being written nothing enters the stripe, and what was read before a write began
  // does not enter it after: `epoch` counts the beginnings and ends of writes.
  struct alignas(64) Stripe {
    explicit Stripe(CacheLimits limits) : cache(limits) {}
    std::mutex mutex;
    TinyLfuCache cache;
    std::uint64_t epoch = 0, writers = 0, hits = 0, misses = 0;
  };
  struct Look {
    std::optional<TinyLfuCache::Value> cached;
    std::uint64_t epoch;
  };
  struct Write;
  Stripe& stripe(std::string_view key) const;
  Look look(std::string_view key) const;
  void fill(std::string_view key, const std::optional<std::string>& value, std::uint64_t epoch) const;
  bool unchanged(const std::vector<std::string>& keys, const std::vector<Look>& looks) const;

  std::vector<std::unique_ptr<Stripe>> stripes_;
};

}  // namespace headrace
