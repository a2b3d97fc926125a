// Mocks in C++: any node of a shipped pipeline replaced by a value, a lambda, a failure, a delay.
#include "core/testing/graph.hpp"

#include <doctest/doctest.h>

#include "nodes/keys.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

Graph article() { return Graph::load(HEADRACE_SOURCE_DIR "/pipelines/article.yaml"); }

const Page page{.url = "https://a.example/tide",
                .body = Bytes("<html><head><title>Tide</title></head><body><article><h1>Tide</h1>"
                              "<p>The tide came in at nine and went out again at three, as it does.</p></article></body></html>"),
                .content_type = "text/html; charset=utf-8"};

}  // namespace

TEST_CASE("a value stands in for a node, which is never built") {
  Graph graph = article();
  graph.replace("page", page).given<"url">("https://a.example/tide");
  const GraphResult result = graph.run_one();
  CHECK(result.verdict() == Verdict::done);
  CHECK(result.get<"article">()->title == "Tide");
  CHECK(result.calls("page") == 1);
}

TEST_CASE("a lambda with ports stands in for a node") {
  Graph graph = article();
  graph.replace("page", page).replace("topics", [](In<"article"> of) { return std::vector<Topic>{{of->title.value_or("none"), 1}}; });
  const GraphResult result = graph.given<"url">("https://a.example/tide").run_one();
  REQUIRE(result.get<"topics">());
  CHECK(result.get<"topics">()->at(0).topic == "Tide");
}

TEST_CASE("a failure skips what needs the key, and names it") {
  Graph graph = article();
  graph.replace("page", mock_failure({"unavailable", "connection reset", false, {}})).given<"url">("https://a.example/tide");
  const GraphResult result = graph.run_one();
  CHECK(result.verdict() == Verdict::failed);
  REQUIRE(result.errors().size() == 1);
  CHECK(result.errors()[0].key == "page");
  CHECK(result.status("article") == Status::skipped);
  CHECK_FALSE(result.get<"article">());
}

TEST_CASE("an hour's delay takes no time") {
  Graph graph = Graph::parse("inputs: [text]\ngraph: {language: {node: constant, value: en}}\n");
  graph.replace("language", mock_delay(std::chrono::hours(1), mock_value(std::string("de")))).given<"text">("x");
  CHECK(graph.run_one().get<"language">() == "de");
}

TEST_CASE("a wrong type, an unknown key and a wrong file say so") {
  CHECK_THROWS_WITH_AS(article().replace("page", 7).run_one(), doctest::Contains("the key is Page"), std::runtime_error);
  CHECK_THROWS_WITH_AS(article().replace("pgae", page).run_one(), doctest::Contains("page"), std::runtime_error);
  CHECK_THROWS_AS(Graph::load("no/such/file.yaml").run_one(), std::runtime_error);
}
