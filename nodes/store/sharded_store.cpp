// Several stores that look like one; see docs/stores.md.
//   resources:
//     store: {node: sharded_store, shards: 8, path: "${out}/state"}
#include "core/state/sharded_store.hpp"

#include "core/node.hpp"
#include "core/state/forwarding_store.hpp"

namespace headrace {
namespace {

class ShardedStoreNode final : public ForwardingStore {
 public:
  struct Config {
    std::int64_t shards = 8;
    std::optional<Path> path;
    static constexpr auto fields() {
      return std::tuple(field("shards", &Config::shards, "How many. Cannot be changed once the folder is there.", in_range(1, 256)),
                        field("path", &Config::path, "The folder, with a RocksDB for each shard; without, the shards are in memory."));
    }
  };
  explicit ShardedStoreNode(const Config& config) : ForwardingStore(open(config)) {}

 private:
  static std::shared_ptr<Store> open(const Config& config) try {
    return std::make_shared<ShardedStore>(static_cast<std::size_t>(config.shards), [&](std::size_t shard) -> std::shared_ptr<Store> {
      return config.path ? open_rocksdb(config.path->text + "/" + std::to_string(shard)) : make_memory_store();
    });
  } catch (const StoreError& error) {
    throw NodeError("unavailable", error.what());
  }
};
HEADRACE_RESOURCE(ShardedStoreNode, Store, "sharded_store", "Spreads its keys over several stores, in a folder or in memory.")

}  // namespace
}  // namespace headrace
