// Lets values go when their time is over; see docs/stores.md.
//   resources:
//     sessions: {node: expiring_store, time_to_live: 24h, store: {node: rocksdb, path: "${out}/sessions"}}
#include "core/state/expiring_store.hpp"

#include "nodes/store/below.hpp"

namespace headrace {
namespace {

class ExpiringStoreNode final : public ForwardingStore {
 public:
  struct Config {
    Use<Store> store;
    Duration time_to_live{};
    Duration sweep = std::chrono::seconds(10);
    static constexpr auto fields() {
      return std::tuple(field("store", &Config::store, "The store below. It is read through this one only."),
                        field("time_to_live", &Config::time_to_live, "Of values that do not bring a time of their own; 0: for ever."),
                        field("sweep", &Config::sweep, "How often a slice of the keys is searched for what has expired."));
    }
  };
  ExpiringStoreNode(const Config& config, Services& services)
      : ForwardingStore(std::make_shared<ExpiringStore>(below(config.store), Expiry{config.time_to_live, config.sweep}, services.clock,
                                                        services.log)) {}
};
HEADRACE_RESOURCE(ExpiringStoreNode, Store, "expiring_store", "Lets the values of another store go when their time is over.")

}  // namespace
}  // namespace headrace
