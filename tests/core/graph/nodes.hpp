// Tiny nodes and keys for the tests of plans. They are registered once, in nodes.cpp.
#pragma once
#include "core/node.hpp"
#include "core/state/store.hpp"

namespace plan_test {

struct Doc {
  std::string id;
  std::optional<std::string> title;
  int length = 0;
  static constexpr auto fields() {
    return std::tuple(headrace::field("id", &Doc::id, "Identity."), headrace::field("title", &Doc::title, "Headline."),
                      headrace::field("length", &Doc::length, "Letters."));
  }
};

// A resource of the tests.
class Model {
 public:
  static constexpr std::string_view interface_name = "test model", default_node = "t_model", file_node = "t_model_file";
  virtual ~Model() = default;
};
class Client {
 public:
  static constexpr std::string_view interface_name = "test client", default_node = "", file_node = "";
  virtual ~Client() = default;
};

}  // namespace plan_test

HEADRACE_KEY("t_number", "A number.", int)
HEADRACE_KEY("t_other", "Another number.", int)
HEADRACE_KEY("t_text", "A text.", std::string)
HEADRACE_KEY("t_doc", "A document.", plan_test::Doc)
HEADRACE_KEY("t_docs", "A document of an expansion.", plan_test::Doc)
