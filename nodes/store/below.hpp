// The store that a wrapper's field names, shared with the pipeline, which closes it after the wrapper.
#pragma once
#include "core/node.hpp"
#include "core/state/store.hpp"

namespace headrace {

inline std::shared_ptr<Store> below(const Use<Store>& store) {
  const auto kept = std::make_shared<Use<Store>>(store);
  return {kept, &**kept};
}

}  // namespace headrace
