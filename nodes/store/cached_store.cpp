// Keeps in memory what is read most; see docs/stores.md.
//   resources:
//     store: {node: cached_store, entries: 100000, store: {node: rocksdb, path: "${out}/state"}}
#include "core/state/cached_store.hpp"

#include <cstdio>

#include "nodes/store/below.hpp"

namespace headrace {
namespace {

class CachedStoreNode final : public ForwardingStore {
 public:
  struct Config {
    Use<Store> store;
    std::int64_t entries = 100'000;
    ByteSize bytes{64u << 20};
    static constexpr auto fields() {
      return std::tuple(field("store", &Config::store, "The store below. Nobody else writes to it."),
                        field("entries", &Config::entries, "The most keys that are kept.", in_range(1, 1e9)),
                        field("bytes", &Config::bytes, "The most memory that keys and values take."));
    }
  };
  CachedStoreNode(const Config& config, Services& services) : CachedStoreNode(open(config), services) {}
  ~CachedStoreNode() override {
    const CacheStatistics now = cache_->statistics();
    char ratio[16];
    std::snprintf(ratio, sizeof ratio, "%.3f", now.hit_ratio());
    log_.event(LogLevel::info, "store", "cache_closed",
               {{"hits", std::to_string(now.hits)}, {"misses", std::to_string(now.misses)}, {"hit_ratio", ratio}});
  }

 private:
  CachedStoreNode(const std::shared_ptr<CachedStore>& cache, Services& services)
      : ForwardingStore(cache), cache_(cache), log_(services.log) {}
  static std::shared_ptr<CachedStore> open(const Config& config) {
    return std::make_shared<CachedStore>(below(config.store), CacheLimits{static_cast<std::size_t>(config.entries), config.bytes.bytes});
  }
  const std::shared_ptr<CachedStore> cache_;
  Log& log_;
};
HEADRACE_RESOURCE(CachedStoreNode, Store, "cached_store", "Keeps what is read most of another store in memory.")

}  // namespace
}  // namespace headrace
