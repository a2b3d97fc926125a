// JSON Schema (draft 2020-12) of values and of nodes, for editors and for services that send them.
#pragma once
#include "core/graph/spec.hpp"

namespace headrace::cli {

void write_schema(JsonWriter& writer, const TypeInfo& type);
// How a node is written in a pipeline: {"node": "fetch", "timeout": ...}; its inputs and its value stand in $defs.
void write_node_schema(JsonWriter& writer, const NodeSpec& spec);

}  // namespace headrace::cli
