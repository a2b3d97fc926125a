#include "nodes/support/words.hpp"

#include <doctest/doctest.h>

#include "core/run/random.hpp"

using namespace headrace;

TEST_CASE("Words: folded, without punctuation") {
  struct Row {
    const char* text;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {"", {}},
      {" \n", {}},
      {"The Tide, at 9.30", {"the", "tide", "at", "9", "30"}},
      {"Straße STRASSE", {"strasse", "strasse"}},
      {"Caf\xC3\xA9 CAFE\xCC\x81", {"caf\xC3\xA9", "caf\xC3\xA9"}},
      {"Wirt\xC2\xADschaft", {"wirtschaft"}},
      {"prime minister's", {"prime", "minister", "s"}},
      {"ΟΔΟΣ", {"οδοσ"}},
      {"東京 tower", {"東", "京", "tower"}},
      {"ﬁre ＡＢＣ", {"fire", "abc"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Words words(row.text);
    std::vector<std::string> got;
    for (std::size_t i = 0; i < words.size(); ++i) got.emplace_back(words[i]);
    CHECK(got == row.words);
  }
}

TEST_CASE("Words: any bytes give words, and a limit is kept") {
  RandomNumbers random(3);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    for (std::uint64_t left = random.below(50); left > 0; --left) bytes += static_cast<char>(random.below(256));
    const Words words(bytes);
    for (std::size_t i = 0; i < words.size(); ++i) CHECK_FALSE(words[i].empty());
  }
  CHECK(Words("one two three", 7).size() == 2);
}
