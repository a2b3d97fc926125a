// A batch as bytes, to be written down before it is applied.
#pragma once
#include "core/state/store.hpp"

namespace headrace {

std::string to_bytes(const WriteBatch& batch);
WriteBatch batch_from(std::string_view bytes);  // throws StoreError for what to_bytes() did not write

}  // namespace headrace
