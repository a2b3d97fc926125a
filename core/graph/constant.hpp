// The node `constant`: a value written in the configuration. Its type is the one that the vocabulary gives to its key, or
// any value where the vocabulary does not know the key.
//
//   graph:
//     language: {node: constant, value: en}
#pragma once
#include "core/graph/spec.hpp"

namespace headrace {

inline constexpr std::string_view constant_name = "constant";
std::shared_ptr<const NodeSpec> constant_node(const TypeInfo& type);

}  // namespace headrace
