// Writes later, many changes as one; see docs/stores.md for what a crash loses.
//   resources:
//     counts: {node: write_back_store, delay: 1s, store: {node: rocksdb, path: "${out}/counts"}}
#include "core/state/write_back_store.hpp"

#include "nodes/store/below.hpp"

namespace headrace {
namespace {

class WriteBackStoreNode final : public ForwardingStore {
 public:
  struct Config {
    Use<Store> store;
    ByteSize bytes{4u << 20};
    Duration delay = std::chrono::seconds(1);
    static constexpr auto fields() {
      return std::tuple(field("store", &Config::store, "The store below. Nobody else writes to it."),
                        field("bytes", &Config::bytes, "Changes are written when they come to as much."),
                        field("delay", &Config::delay, "Changes are written when they are as old; a crash loses those that are not."));
    }
  };
  WriteBackStoreNode(const Config& config, Services& services)
      : ForwardingStore(std::make_shared<WriteBackStore>(below(config.store), WriteBackLimits{config.bytes.bytes, config.delay},
                                                         services.clock, services.log)) {}
};
HEADRACE_RESOURCE(WriteBackStoreNode, Store, "write_back_store",
                  "Holds writes in memory for a while and gives them to another store as one.")

}  // namespace
}  // namespace headrace
