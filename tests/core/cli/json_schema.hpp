// A validator for that part of JSON Schema (draft 7) which our schemas use. A keyword that it does not know throws, so that no
// schema says more than is tested.
//
//   const JsonSchema schema(text);
//   schema.problems(load_config("news.yaml").root.view());   // none: it fits
#pragma once
#include <string>
#include <vector>

#include "core/value/json.hpp"

namespace headrace::cli_test {

class JsonSchema {
 public:
  explicit JsonSchema(const std::string& text) : document_(text) {}
  std::vector<std::string> problems(const ValueView& value) const;  // "graph.page: additional 'timout'"
  ValueView root() const { return document_.root(); }

 private:
  using Problems = std::vector<std::string>;
  void check(const ValueView& schema, const ValueView& value, const std::string& path, Problems& out) const;
  void check_keyword(std::string_view keyword, const ValueView& rule, const ValueView& schema, const ValueView& value,
                     const std::string& path, Problems& out) const;
  void check_object(std::string_view keyword, const ValueView& rule, const ValueView& schema, const ValueView& value,
                    const std::string& path, Problems& out) const;
  void check_choice(const ValueView& schema, const ValueView& value, const std::string& path, Problems& out) const;  // if, then, else
  bool fits(const ValueView& schema, const ValueView& value) const;
  ValueView definition(std::string_view reference) const;

  JsonDocument document_;
};

}  // namespace headrace::cli_test
