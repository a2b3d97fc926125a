#include "core/cli/new_node_text.hpp"

namespace headrace::cli {

namespace {

using Kind = NewNode::Kind;

constexpr std::string_view pure_body = R"(  $type operator()($parameters) const {
    $type value{};
    return value;
  }
)";

constexpr std::string_view drop_body = R"(  struct Config {
    bool keep = true;
    static constexpr auto fields() { return std::tuple(field("keep", &Config::keep, "Whether records go on.")); }
  };
  explicit $class(Config config) : config_(config) {}

  Maybe<$type> operator()($parameters) const {
    if (!config_.keep) return Drop{"unwanted"};
    $type value{};
    return value;
  }

 private:
  Config config_;
)";

constexpr std::string_view async_body = R"(  void operator()($parameters$commaReply<$type> reply) const {
    $type value{};
    reply(std::move(value));
  }
)";

constexpr std::string_view sink_body = R"(  void operator()($parameters) { ++taken_; }

 private:
  std::uint64_t taken_ = 0;
)";

constexpr std::string_view source_body = R"(  void operator()(Emit<$type> emit) {
    $type value{};
    if (!emit(std::move(value))) return;  // the pipeline stops
  }
)";

constexpr std::string_view node_file = R"(#include "core/node.hpp"
$includes
using namespace headrace;

namespace {

class $class {
 public:
$body};

}  // namespace

HEADRACE_NODE($class, "$name", "Say in one sentence what it does.")
)";

constexpr std::string_view value_check = R"(  TestNode node("$name");
  CHECK(node$given.call<$type>().status() == Status::ready);
)";

constexpr std::string_view drop_check = R"(  TestNode strict("$name", "{keep: false}");
  CHECK(strict$given.call<$type>().reason() == "unwanted");
)";

constexpr std::string_view sink_check = R"(  TestNode node("$name");
  CHECK(node$given.call_sink() == Status::ready);
)";

constexpr std::string_view source_check = R"(  TestNode node("$name");
  CHECK(node.run<$type>().values.size() == 1);
)";

constexpr std::string_view test_file = R"(#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
$includes
using namespace headrace;
using headrace::testing::TestNode;

TEST_CASE("$name") {
$checks}
)";

constexpr std::string_view build_file = R"(cmake_minimum_required(VERSION 3.25)
project($name LANGUAGES CXX)
find_package(headrace REQUIRED)
find_package(doctest REQUIRED)

# The command headrace with one node more.
add_executable($name $name.cpp)
target_link_libraries($name PRIVATE headrace::main)

enable_testing()
add_executable($name_test $name.cpp $name_test.cpp)
target_link_libraries($name_test PRIVATE headrace::nodes doctest::doctest)
add_test(NAME $name COMMAND $name_test)
)";

constexpr std::string_view struct_text = R"(
struct $type {
  std::string text;
  static constexpr auto fields() { return std::tuple(headrace::field("text", &$type::text, "Say what it holds.")); }
};
)";

std::string_view body_of(Kind kind) {
  switch (kind) {
    case Kind::pure: return pure_body;
    case Kind::drop: return drop_body;
    case Kind::async: return async_body;
    case Kind::sink: return sink_body;
    case Kind::source: return source_body;
  }
  return "";
}

std::string checks_of(Kind kind) {
  switch (kind) {
    case Kind::pure:
    case Kind::async: return std::string(value_check);
    case Kind::drop: return std::string(value_check) + std::string(drop_check);
    case Kind::sink: return std::string(sink_check);
    case Kind::source: return std::string(source_check);
  }
  return "";
}

void put(std::string& text, std::string_view word, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += by.size()) text.replace(at, word.size(), by);
}

std::string filled(std::string_view text, const NodeWords& words) {
  std::string out(text);
  put(out, "$name", words.name);
  put(out, "$class", words.class_name);
  put(out, "$type", words.type);
  put(out, "$includes\n", words.includes + "\n");
  put(out, "$parameters", words.parameters);
  put(out, "$comma", words.parameters.empty() ? "" : ", ");
  put(out, "$given", words.given);
  return out;
}

}  // namespace

std::string new_node_text(Kind kind, const NodeWords& words) {
  std::string text(node_file);
  put(text, "$body", body_of(kind));
  return filled(text, words);
}

std::string new_test_text(Kind kind, const NodeWords& words) {
  std::string text(test_file);
  put(text, "$checks", checks_of(kind));
  return filled(text, words);
}

std::string new_build_text(const NodeWords& words) { return filled(build_file, words); }

std::string new_struct_text(const std::string& name) { return filled(struct_text, {"", "", name, "", "", ""}); }

}  // namespace headrace::cli
