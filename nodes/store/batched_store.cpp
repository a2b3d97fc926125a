// Joins the writes of many threads; see docs/stores.md.
//   resources:
//     store: {node: batched_store, store: {node: rocksdb, path: "${out}/state"}}
#include "core/state/batched_store.hpp"

#include "nodes/store/below.hpp"

namespace headrace {
namespace {

class BatchedStoreNode final : public ForwardingStore {
 public:
  struct Config {
    Use<Store> store;
    std::int64_t changes = 10'000;
    static constexpr auto fields() {
      return std::tuple(
          field("store", &Config::store, "The store below."),
          field("changes", &Config::changes, "A group of writes that has as many changes takes no further one.", in_range(1, 1e6)));
    }
  };
  explicit BatchedStoreNode(const Config& config)
      : ForwardingStore(std::make_shared<BatchedStore>(below(config.store), static_cast<std::size_t>(config.changes))) {}
};
HEADRACE_RESOURCE(BatchedStoreNode, Store, "batched_store", "Writes for many threads at once to another store: group commit.")

}  // namespace
}  // namespace headrace
