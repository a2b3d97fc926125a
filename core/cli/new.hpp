// What `new` prints: a pipeline of named nodes, and the files of a node.
#pragma once
#include "core/graph/spec.hpp"

namespace headrace::cli {

// A pipeline file that passes `check`. A port takes the key of its name, else a field of its name and type in a key before it,
// else it becomes an input of the pipeline; a field that must be set becomes a parameter.
std::string new_pipeline(const std::vector<const NodeSpec*>& nodes);

struct NewNode {
  std::string name;  // "count_words"
  enum class Kind { pure, drop, async, sink, source } kind = Kind::pure;
  std::vector<std::string> reads;  // "text", "language?", "tide:double": a new key with its type
  std::string gives = "string";    // a C++ type, a key, or a new struct; nothing of a sink
};

struct NewFile {
  std::string name, text;
};

// NAME.cpp, NAME_test.cpp and CMakeLists.txt, and NAME.hpp if there are new keys or types: they build as they are, and the test
// passes. Throws UsageError when a name or a type cannot be one.
std::vector<NewFile> new_node(const NewNode& node);

}  // namespace headrace::cli
