// The node behind `fallback: {key: ...}`: gives a copy of the value of its only port, `key`. Its type must have a copy.
#pragma once
#include "core/graph/spec.hpp"

namespace headrace {

std::shared_ptr<const NodeSpec> copy_node(const TypeInfo& type);

}  // namespace headrace
