#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

TEST_CASE("parse_date: as people write dates") {
  struct Row {
    const char *text, *time;
  };
  const Row rows[] = {
      {"2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"},
      {"2026-03-01t12:00:00.5+02:00", "2026-03-01T10:00:00.5Z"},
      {"2026-03-01 12:00", "2026-03-01T12:00:00Z"},
      {"2026-03-01", "2026-03-01"},
      {"20260301", "2026-03-01"},
      {"2026/3/1", "2026-03-01"},
      {"Sun, 01 Mar 2026 12:00:00 GMT", "2026-03-01T12:00:00Z"},
      {"  Sun, 1 Mar 2026 12:00 -0330 ", "2026-03-01T15:30:00Z"},
      {"Sun, 01 Mar 26 12:00:00 EST", "2026-03-01T17:00:00Z"},
      {"Sunday, March 1st, 2026 1:05 p.m.", "2026-03-01T13:05:00Z"},
      {"1. März 2026", "2026-03-01"},
      {"dim. 1 mars 2026 12:00 CET", "2026-03-01T11:00:00Z"},
      {"mar, 3 mar 2026", "2026-03-03"},
      {"03/31/2026 12:00 AM", "2026-03-31T00:00:00Z"},
      {"31.03.2026", "2026-03-31"},
      {"Sun, 01 Mar 2026 12:00:00 +0100 (CET)", "2026-03-01T11:00:00Z"},
      {"1 Jul 2026 12:00:00 Europe/Berlin", "2026-07-01T10:00:00Z"},
      {"1 Feb 2026 12:00:00 Europe/Berlin", "2026-02-01T11:00:00Z"},
  };
  TestNode parse("parse_date");
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(format_time(parse.given<"text">(row.text).call<Time>().value()) == row.time);
  }
}

TEST_CASE("parse_date: what is no date is refused") {
  TestNode parse("parse_date");
  for (const std::string text :
       {"", "yesterday", "2026-13-01", "2026-02-30", "12:00", "Sun, 01 Mar 2026 25:00:00", "1 Mar", "Sun, 01 Mar 2026 12:00:00 XYZ",
        "2026-03-01T12:00:00+99:99", "99999999999999999999", "1 2 3 4 5", "03/257/2026", "257/03/2026", "- - -"}) {
    CAPTURE(text);
    CHECK(parse.given<"text">(text).call<Time>().failure().kind == "bad_date");
  }
  CHECK(parse.given<"text">(std::string(1'000'000, '1')).call<Time>().failure().kind == "bad_date");
}
