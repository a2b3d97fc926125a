#include "nodes/poll/api/json_path.hpp"

#include <doctest/doctest.h>

using namespace headrace;
using namespace headrace::api;

namespace {

std::string found(const std::string& expression, const std::string& json) {
  const JsonDocument document(json);
  std::string out;
  for (const std::string& each : Expression(expression).all(document.root())) out += each + ";";
  return out;
}

}  // namespace

TEST_CASE("paths lead to members, elements and what fits; texts are put together") {
  const std::string json = R"({"a": {"b": 1, "$type": "t"}, "list": [{"n": "x", "ok": true}, {"n": "y", "ok": false}, null, 7],
                              "uri": "at://x/post/3k", "none": null, "empty": "", "deep": [[1, 2], [3]], "f": 1.5, "big": 18446744073709551615})";
  struct Row {
    const char *expression, *found;
  };
  const Row rows[] = {{"a.b", "1;"},          {"a.$type", "t;"},      {"list[*].n", "x;y;"},
                      {"list[1].n", "y;"},    {"list[9].n", ""},      {"list[ok=true].n", "x;"},
                      {"a[b=1].$type", "t;"}, {"a[b=2].$type", ""},   {"deep[*][*]", "1;2;3;"},
                      {"deep[0][1]", "2;"},   {"f", "1.5;"},          {"none", ""},
                      {"none.more", ""},      {"empty", ""},          {"a", ""},
                      {"list.n", ""},         {"nothing", ""},        {"https://x.example/{uri:last}?b={a.b}", "https://x.example/3k?b=1;"},
                      {"{nothing}/x", ""},    {"{list[*].n}", "x;y;"}};
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(found(row.expression, json) == row.found);
  }
  CHECK_NOTHROW(found("big", json));
  CHECK(JsonPath("$").find(JsonDocument("[1]").root()).size() == 1);
}

TEST_CASE("mistakes in paths and texts are said") {
  for (const char* text : {"", "a..b", "a.", ".a", "a[", "a[x]", "a[=1]", "a b", "a]b", "{a", "a}", "{}", "{a{b}}", "{a..b}", "[*]x"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(Expression{std::string_view(text)}, BadSyntax);
  }
  std::string deep = "a";
  for (int i = 0; i < 40; ++i) deep += ".a";
  CHECK_THROWS_WITH_AS(JsonPath{std::string_view(deep)}, doctest::Contains("more than 32 steps"), BadSyntax);
}
