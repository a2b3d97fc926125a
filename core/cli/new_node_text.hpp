// The texts of a new node: what stands the same in each, with its own words put in.
#pragma once
#include "core/cli/new.hpp"

namespace headrace::cli {

struct NodeWords {
  std::string name, class_name, type;  // count_words, CountWords, int
  std::string includes;                // lines, besides the author's interface
  std::string parameters;              // [[maybe_unused]] In<"text"> text
  std::string given;                   // .given<"text">({})
};

std::string new_node_text(NewNode::Kind kind, const NodeWords& words);
std::string new_test_text(NewNode::Kind kind, const NodeWords& words);
std::string new_build_text(const NodeWords& words);
std::string new_struct_text(const std::string& name);

}  // namespace headrace::cli
