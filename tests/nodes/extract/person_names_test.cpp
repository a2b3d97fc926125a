#include "nodes/extract/person_names.hpp"

#include <doctest/doctest.h>

#include "core/run/random.hpp"

using namespace headrace;

namespace {

const SiteName coast("www.thecoast.example", {"The Coast"});

std::string names(std::string_view byline, bool lone_words = false) {
  std::string out;
  for (const std::string& name : person_names(byline, coast, lone_words)) (out += out.empty() ? "" : "; ") += name;
  return out;
}

}  // namespace

TEST_CASE("person_names: who a byline names") {
  struct Row {
    const char* byline;
    const char* names;
  };
  const Row rows[] = {
      {"Ada Quay", "Ada Quay"},
      {"By Ada Quay", "Ada Quay"},
      {"BY ADA QUAY", "Ada Quay"},
      {"by: Ada Quay", "Ada Quay"},
      {"Written by Ada Quay and Ben Mole", "Ada Quay; Ben Mole"},
      {"Ada Quay, Ben Mole and Cy Pole", "Ada Quay; Ben Mole; Cy Pole"},
      {"Ada Quay & Ben Mole", "Ada Quay; Ben Mole"},
      {"Von Ada Quay und Ben Mole", "Ada Quay; Ben Mole"},
      {"Par Ada Quay et Ben Mole", "Ada Quay; Ben Mole"},
      {"Por Ada Quay y Ben Mole", "Ada Quay; Ben Mole"},
      {"Di Stefano", "Di Stefano"},
      {"Quay, Ada", "Ada Quay"},
      {"Quay, Ada van", "Ada van Quay"},
      {"Ada Quay, Staff Writer", "Ada Quay"},
      {"Ada Quay Senior Correspondent", "Ada Quay"},
      {"Ada Quay, MS, RDN", "Ada Quay"},
      {"Ada Quay, AP National Political Writer", "Ada Quay"},
      {"Ada Quay BBC News", "Ada Quay"},
      {"Ada Quay, CNN Business", "Ada Quay"},
      {"Ada Quay | Pier Daily", "Ada Quay"},
      {"Ada Quay - New York", "Ada Quay"},
      {"Ada Quay, New York", "Ada Quay"},
      {"Ada Quay in Hull", "Ada Quay"},
      {"Ada Quay for The Coast", "Ada Quay"},
      {"By Ada Quay Published 3 May 2026", "Ada Quay"},
      {"By Ada Quay Monday, May 4, 2026", "Ada Quay"},
      {"Posted on 3 May 2026 by Ada Quay", "Ada Quay"},
      {"Ada (AQ) Quay", "Ada Quay"},
      {"Ada Quay (with Ben Mole)", "Ada Quay"},
      {"Ludwig van der Quay III", "Ludwig van der Quay III"},
      {"A. J. O'HARA-MOLE", "A. J. O'Hara-Mole"},
      {"Адам Смирнов", "Адам Смирнов"},
      {"肖春芳", "肖春芳"},
      {"Ada Quay, ada@coast.example", "Ada Quay"},
      {"Ada Quay; Ada Quay", "Ada Quay"},
      // nobody
      {"", ""},
      {"The Coast", ""},
      {"Coast", ""},
      {"Coast Staff", ""},
      {"Staff Reports", ""},
      {"Associated Press", ""},
      {"European Space Agency", ""},
      {"News Desk", ""},
      {"admin", ""},
      {"AFP", ""},
      {"ada_quay1", ""},
      {"https://coast.example/ada", ""},
      {"@adaquay", ""},
      {"the tide was high that day", ""},
      {"3 May 2026", ""},
      {"Ada", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.byline);
    CHECK(names(row.byline) == row.names);
  }
}

TEST_CASE("person_names: a single word is a name only where names stand") {
  CHECK(names("Madonna", true) == "Madonna");
  CHECK(names("Reuters", true) == "Reuters");  // no list knows all of them
  CHECK(names("REUTERS", true).empty());
  CHECK(names("Staff", true).empty());
}

TEST_CASE("person_names: whatever is in a byline, names are short, few and clean") {
  RandomNumbers random(5);
  const std::string_view pieces[] = {"By ",      "Ada ", "QUAY", ", ", " and ", "|", "(",    ")",  " van ",
                                     "\xC3\xA9", "\xE8", "'",    "-",  ".",     "1", " on ", "\n", "Staff"};
  for (int round = 0; round < 3'000; ++round) {
    std::string byline;
    for (std::size_t count = random.below(30); count-- > 0;) byline += pieces[random.below(std::size(pieces))];
    CAPTURE(byline);
    const auto found = person_names(byline, coast, round % 2 == 0);
    CHECK(found.size() <= 16);
    for (const std::string& name : found) {
      CHECK_FALSE(name.empty());
      CHECK(name.size() <= 60);
      CHECK(name.find_first_of("0123456789@|") == name.npos);
    }
  }
}
