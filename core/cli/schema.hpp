// JSON Schema: of values and nodes (draft 2020-12), for services that send them; of pipeline files (draft 7, which is what
// editors know), for those who write them.
#pragma once
#include "core/graph/spec.hpp"

namespace headrace::cli {

void write_schema(JsonWriter& writer, const TypeInfo& type);
// How a node is written in a pipeline: {"node": "fetch", "timeout": ...}; its inputs and its value stand in $defs.
void write_node_schema(JsonWriter& writer, const NodeSpec& spec);
void write_field_schema(JsonWriter& writer, const FieldSpec& field);

// Of every pipeline file and of its _test.yaml: sections, nodes, their fields and ports, decorators. It knows nothing of the keys
// of one file, so it finds fewer mistakes than `check`.
std::string pipeline_file_schema();

}  // namespace headrace::cli
