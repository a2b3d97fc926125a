#include "nodes/cluster/story_terms.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace headrace;

TEST_CASE("story_terms: sorted, without function words, title above text") {
  const auto terms = story_terms("Harbour flooded", "The harbour and the storm");
  REQUIRE(terms.size() == 3);
  for (std::size_t i = 1; i < terms.size(); ++i) CHECK(terms[i - 1].term < terms[i].term);
  const auto weight = [&](std::string_view word) {
    const auto one = story_terms("", word).at(0).term;
    for (const auto& each : terms)
      if (each.term == one) return each.weight;
    return 0u;
  };
  CHECK(weight("harbour") > weight("flooded"));
  CHECK(weight("flooded") > weight("storm"));
  CHECK(weight("storm") == 16);
  CHECK(story_terms("storms", "").at(0).term == story_terms("STORM", "").at(0).term);
  CHECK(story_terms("", "").empty());
  CHECK(story_terms("", "and the of").empty());
}

TEST_CASE("story_terms: at most so many, the strongest, of equal ones the first") {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "word" + std::to_string(i) + "q ";
  const auto terms = story_terms("", text + "word999q");
  CHECK(terms.size() == max_story_terms);
  const auto holds = [&](std::string_view word) {
    const auto one = story_terms("", word).at(0).term;
    for (const auto& each : terms)
      if (each.term == one) return true;
    return false;
  };
  CHECK(holds("word999q"));
  CHECK(holds("word98q"));
  CHECK_FALSE(holds("word99q"));
}
