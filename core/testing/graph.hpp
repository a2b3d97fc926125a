// A pipeline under test, with any of its nodes replaced: the real ones are never built.
//
//   Graph graph = Graph::load("pipelines/article.yaml");
//   graph.replace("page", Page{.url = "https://a.example/", .body = {"<p>Tide</p>"}});
//   graph.replace("topics", [](In<"article">) { return std::vector<Topic>{{"sea", 1}}; });
//   graph.given<"url">("https://a.example/");
//   const GraphResult result = graph.run_one();
//   CHECK(result.get<"article">()->text == "Tide");
//   CHECK(result.calls("topics") == 1);
//
// One record, on the serial executor, in virtual time, without sources and sinks, state in memory. A wrong pipeline, key or
// type throws std::runtime_error with the diagnostics that users would see.
#pragma once
#include "core/run/capture.hpp"
#include "core/testing/mocks.hpp"

namespace headrace::testing {

class GraphResult {
 public:
  GraphResult(CapturedRecord record, std::map<std::string, std::size_t, std::less<>> slots, RunReport report)
      : record_(std::move(record)), slots_(std::move(slots)), report_(std::move(report)) {}
  Verdict verdict() const { return record_.verdict; }
  const std::string& reason() const { return record_.reason; }  // of a drop
  const std::vector<KeyError>& errors() const { return record_.errors; }
  Status status(std::string_view key) const { return slot(key).status; }
  std::string json(std::string_view key) const { return slot(key).json; }
  std::uint64_t calls(std::string_view key) const;  // of its node, retries counted
  const RunReport& report() const { return report_; }

  // The value of a key of the vocabulary; nothing when it was dropped, failed, skipped or absent.
  template <FixedString Name> std::optional<typename Key<Name>::type> get() const { return get<typename Key<Name>::type>(Name.view()); }
  template <class T> std::optional<T> get(std::string_view key) const {
    const auto& at = slot(key);
    if (at.status != Status::ready) return std::nullopt;
    return from_json<T>(at.json);
  }

 private:
  const CapturedRecord::Slot& slot(std::string_view key) const;  // throws std::out_of_range for an unknown key
  CapturedRecord record_;
  std::map<std::string, std::size_t, std::less<>> slots_;
  RunReport report_;
};

class Graph {
 public:
  static Graph load(std::string path);                          // a file
  static Graph parse(std::string yaml, std::string base = "");  // its text; relative paths start from `base`

  Graph& set(std::string param, std::string value);
  Graph& replace(std::string key, Mock by);  // mock_failure(...), mock_delay(...), mock_sequence(...)
  template <class T>
  requires(!std::same_as<T, Mock>) Graph& replace(std::string key, T by) {
    if constexpr (requires { &T::operator(); }) return replace(std::move(key), mock_callable(std::move(by)));
    else return replace(std::move(key), mock_value(std::move(by)));
  }
  template <FixedString Name> Graph& given(typename Key<Name>::type value) {
    return given(std::string(Name.view()), AnyValue::of(std::move(value)));
  }
  Graph& given(std::string key, AnyValue value);  // an input or a source; taken over by the next run

  GraphResult run_one();

 private:
  std::string path_, text_, base_;
  CompileOptions options_;
  std::vector<std::pair<std::string, AnyValue>> given_;
};

}  // namespace headrace::testing
