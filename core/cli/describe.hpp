// What `show` says of nodes and keys, read off the registry.
#pragma once
#include "core/graph/spec.hpp"

namespace headrace::cli {

enum class Format { text, json, markdown, jsonschema };

std::string describe_node(const NodeSpec& spec, Format format);
std::string describe_key(const KeyInfo& key, Format format);

std::string call_kind(const NodeSpec& spec);  // "pure, may drop", "source"
// Rows of columns, padded; the last column is not.
std::string format_columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace headrace::cli
