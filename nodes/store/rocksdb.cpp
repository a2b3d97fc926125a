// State that survives the process, in a folder that one process at a time may have open.
//   resources:
//     store: {node: rocksdb, path: "${out}/state"}
#include "core/node.hpp"
#include "core/state/forwarding_store.hpp"

namespace headrace {
namespace {

class RocksDb final : public ForwardingStore {
 public:
  struct Config {
    Path path;
    static constexpr auto fields() { return std::tuple(field("path", &Config::path, "The folder; made when missing.", required())); }
  };
  explicit RocksDb(const Config& config) : ForwardingStore(open(config.path.text)) {}

 private:
  static std::unique_ptr<Store> open(const std::string& path) try { return open_rocksdb(path); } catch (const StoreError& error) {
    throw NodeError("unavailable", error.what());
  }
};
HEADRACE_RESOURCE(RocksDb, Store, "rocksdb", "Keeps state in an embedded RocksDB.")

}  // namespace
}  // namespace headrace
