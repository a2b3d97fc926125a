#include "nodes/extract/json_repair.hpp"

#include <doctest/doctest.h>

#include "core/run/random.hpp"
#include "core/value/json.hpp"

using namespace headrace;

TEST_CASE("repaired_json: what pages get wrong") {
  struct Row {
    const char* broken;
    const char* sound;
  };
  const Row rows[] = {
      {R"({"a": 1})", R"({"a": 1})"},
      {R"(<![CDATA[ {"a": [1]} ]]>)", R"({"a": [1]})"},
      {"<!-- {\"a\": 1} -->", R"({"a": 1})"},
      {R"({"a": 1,})", R"({"a": 1})"},
      {R"({"a": [1, 2, ], })", R"({"a": [1, 2]})"},
      {"{\"a\": \"x\ny\"}", R"({"a": "x y"})"},
      {R"({"a": "the "old" wall"})", R"({"a": "the \"old\" wall"})"},
      {R"({"a": "it\'s"})", R"({"a": "it's"})"},
      {R"({"a": 1}; more)", R"({"a": 1})"},
      {R"({"a": "cut)", R"({"a": "cut"})"},
      {R"({"a": {"b": [1, )", R"({"a": {"b": [1]}})"},
      {R"({"a":)", R"({"a":null})"},
      {"{/* why */ \"a\": 1 // so\n}", R"({ "a": 1 })"},
      {R"({"url": "http://a.example/"})", R"({"url": "http://a.example/"})"},
      {R"({"a": 1]})", R"({"a": 1})"},
      {"", ""},
      {"no JSON at all", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.broken);
    const std::string repaired = repaired_json(row.broken);
    std::string wanted(row.sound), got(repaired);
    std::erase(wanted, ' ');
    std::erase(got, ' ');
    CHECK(got == wanted);
    if (!repaired.empty()) CHECK_NOTHROW(JsonDocument{repaired});
  }
}

TEST_CASE("repaired_json: any text ends, with brackets in step") {
  RandomNumbers random(3);
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (std::size_t count = random.below(60); count-- > 0;) text += "{}[]\",:\\ a1/*-<!>\n"[random.below(18)];
    CAPTURE(text);
    const std::string repaired = repaired_json(text);
    CHECK(repaired.size() <= 2 * text.size() + 8);
    bool in_string = false;
    int depth = 0;
    for (std::size_t i = 0; i < repaired.size(); ++i) {
      if (in_string && repaired[i] == '\\') ++i;
      else if (repaired[i] == '"') in_string = !in_string;
      else if (!in_string) depth += (repaired[i] == '{' || repaired[i] == '[') - (repaired[i] == '}' || repaired[i] == ']');
    }
    CHECK(depth == 0);
    CHECK_FALSE(in_string);
  }
}
