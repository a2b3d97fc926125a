#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::string words(int different, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "word" + std::to_string(i % different) + " ";
  return out;
}

bool is_thin(const std::string& config, std::optional<std::string> text) {
  TestNode node("is_thin", config);
  if (text) node.given<"text">(*text);
  return node.call<bool>().value();
}

}  // namespace

TEST_CASE("is_thin: few words, or the same ones") {
  CHECK(is_thin("{}", std::nullopt));
  CHECK(is_thin("{}", ""));
  CHECK(is_thin("{}", words(39, 39)));
  CHECK_FALSE(is_thin("{}", words(40, 40)));
  CHECK_FALSE(is_thin("{min_words: 3}", "one two three"));
  CHECK(is_thin("{}", words(9, 100)));
  CHECK_FALSE(is_thin("{}", words(10, 100)));
  CHECK_FALSE(is_thin("{most_repeated: 100}", words(9, 100)));
  CHECK_FALSE(is_thin("{}", words(500, 1'000'000)));  // only its beginning is looked at
}
