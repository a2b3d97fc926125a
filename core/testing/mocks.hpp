// What may stand in for a node, in C++ and in the `mock:` map of a test file. The real node is never built, and what only it
// needed is not asked for.
//
//   CompileOptions options;
//   options.replace.push_back(mock("page", mock_value(Page{.url = "http://a.example/", ...})));
//   options.replace.push_back(mock("topics", mock_failure({"unavailable", "model is gone", true})));
//   options.replace.push_back(mock("story", mock_callable([](In<"article"> article) { return StoryRef{...}; })));
//   options.replace.push_back(mock("page", mock_sequence({mock_failure({"timeout", "too slow", true}), mock_value(page)})));
//
// In YAML:
//   mock:
//     page:    {fail: connection reset, kind: unavailable, retryable: true, retry_after: 2s}
//     article: {delay: 5s, value: {title: Tide}}          # on the clock of the run
//     topics:  {sequence: [[], {fail: gone}, [{topic: sea, score: 1}]]}   # one a call; the last one stays
//     story:   {file: story.json}
//     admitted: {drop: seen}
//     language: {node: constant, value: en}
//     title:   Tide                                       # any other value is the value itself; {value: ...} says so
#pragma once
#include "core/graph/diagnostic_codes.hpp"
#include "core/graph/plan.hpp"
#include "core/node.hpp"

namespace headrace::testing {

// One answer. Exactly one of read, failure and drop is set.
struct MockAnswer {
  // Checks that a value of `type` can be had, and gives what constructs it at a place. Null after a complaint.
  using Fill = std::function<void(void* out)>;
  std::function<Fill(const TypeInfo& type, std::vector<Diagnostic>& diagnostics)> read{};
  std::function<std::vector<ConfigTree>()> elements{};  // of a list written in YAML: the children of a key that expands
  std::optional<Failure> failure{};
  std::string drop{};
  Duration delay{};
};

struct Mock {
  std::vector<MockAnswer> answers{};       // one a call; the last one stays
  std::shared_ptr<const NodeSpec> node{};  // or another node altogether
  std::optional<ConfigTree> entry{};       // or an entry, as in a file: {node: ..., fields, in}
};

Mock mock_value(ConfigTree value);                // read by the type of the key
Mock mock_file(std::string path, Place at = {});  // .json and .yaml hold a value; other files are bytes or a text
Mock mock_failure(Failure failure);
Mock mock_drop(std::string reason);
Mock mock_delay(Duration delay, Mock then);   // asynchronous
Mock mock_sequence(std::vector<Mock> mocks);  // stateful
Mock mock_node(ConfigTree entry);             // a registered node: {node: ..., fields, in}

template <class T> Mock mock_value(T value) {
  MockAnswer answer;
  answer.read = [value = std::move(value)](const TypeInfo& type, std::vector<Diagnostic>& diagnostics) -> MockAnswer::Fill {
    if (*type.id == typeid(T)) return [value](void* out) { new (out) T(value); };
    diagnostics.push_back({Severity::error,
                           std::string(codes::bad_mock.code),
                           "the mock is " + type_of<T>().name() + ", and the key is " + type.name(),
                           "",
                           {}});
    return nullptr;
  };
  return {{std::move(answer)}, nullptr, {}};
}

// A lambda whose parameters are ports: it may also be a sink, or take a Reply.
template <class F> Mock mock_callable(F callable) {
  return {{}, std::make_shared<NodeSpec>(detail::spec_of_callable("mock", std::move(callable))), {}};
}

// A resource given in C++: it lives as long as the last run that uses it.
template <class Interface> Mock mock_resource(std::shared_ptr<Interface> resource) {
  NodeSpec spec;
  spec.name = "mock";
  spec.doc = "A resource given in C++.";
  spec.kind = Kind::resource;
  spec.provides = detail::interface_info<Interface>();
  spec.build_resource = [resource](BuildContext&) { return std::static_pointer_cast<void>(resource); };
  return {{}, std::make_shared<NodeSpec>(std::move(spec)), {}};
}

Replacement mock(std::string key, Mock mock, Place at = {});

// Reads a `mock:` map.
std::vector<Replacement> read_mocks(const ConfigTree& map, std::vector<Diagnostic>& diagnostics);

}  // namespace headrace::testing
