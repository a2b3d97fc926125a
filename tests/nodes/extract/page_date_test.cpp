#include "nodes/extract/page_date.hpp"

#include <doctest/doctest.h>

using namespace headrace;

TEST_CASE("parse_page_date reads ISO 8601 as it is written") {
  struct Row {
    const char* text;
    const char* time;
  };
  const Row rows[] = {
      {"2026-03-01", "2026-03-01"},
      {" 2026-03-01 ", "2026-03-01"},
      {"2026/3/1", "2026-03-01"},
      {"2026-03-01T09:30", "2026-03-01T09:30:00Z"},
      {"2026-03-01T09:30:15Z", "2026-03-01T09:30:15Z"},
      {"2026-03-01T09:30:15+02:00", "2026-03-01T07:30:15Z"},
      {"2026-03-01T09:30:15-0530", "2026-03-01T15:00:15Z"},
      {"2026-03-01 09:30:15 +0200", "2026-03-01T07:30:15Z"},
      {"2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00Z"},
      {"2024-02-29", "2024-02-29"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto time = parse_page_date(row.text);
    REQUIRE(time);
    CHECK(format_time(*time) == row.time);
  }
  for (const char* bad : {"", "yesterday", "2026", "2026-13-01", "2026-02-30", "0026-01-01", "2026-03-01T25:00", "2026-03-01T09:30:00 CET",
                          "2026-03-01x", "2026-03-01T09:30+99:00"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_page_date(bad));
  }
}

TEST_CASE("date_in_url finds a day among the path's segments") {
  CHECK(format_time(*date_in_url("https://example.org/news/2026/03/01/tide")) == "2026-03-01");
  CHECK(format_time(*date_in_url("https://example.org/2026-3-1-tide")) == "2026-03-01");
  for (const char* none : {"https://example.org/2026/tide", "https://example.org/?d=2026/03/01/", "https://example.org/2026/03/011/x", ""})
    CHECK_FALSE(date_in_url(none));
}
