// State that lives as long as the pipeline: for calls, tests and demonstrations. The default `store`.
//   resources:
//     store: memory_store
#include "core/node.hpp"
#include "core/state/forwarding_store.hpp"

namespace headrace {
namespace {

class MemoryStore final : public ForwardingStore {
 public:
  MemoryStore() : ForwardingStore(make_memory_store()) {}
};
HEADRACE_RESOURCE(MemoryStore, Store, "memory_store", "Keeps state in memory; it is gone when the pipeline ends.")

}  // namespace
}  // namespace headrace
