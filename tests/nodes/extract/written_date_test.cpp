#include "nodes/extract/written_date.hpp"

#include <doctest/doctest.h>

#include "core/run/random.hpp"

using namespace headrace;

namespace {

std::string first_date(std::string_view text, bool month_first = false) {
  const auto found = find_written_date(text, month_first);
  return found ? format_time(found->time) : "none";
}

}  // namespace

TEST_CASE("find_written_date: dates of many languages") {
  struct Row {
    const char* text;
    const char* date;
  };
  const Row rows[] = {
      {"Published 3 May 2026", "2026-05-03"},
      {"May 3, 2026", "2026-05-03"},
      {"Sunday, May 3rd, 2026", "2026-05-03"},
      {"3rd of May, 2026", "2026-05-03"},
      {"Sept. 9, 2025", "2025-09-09"},
      {"03-May-2026", "2026-05-03"},
      {"3. Mai 2026", "2026-05-03"},
      {"9. März 2026", "2026-03-09"},
      {"le 14 février 2026", "2026-02-14"},
      {"1er août 2025", "2025-08-01"},
      {"15 juillet 2025", "2025-07-15"},
      {"5 de marzo de 2026", "2026-03-05"},
      {"10 de diciembre del 2025", "2025-12-10"},
      {"7 giugno 2025", "2025-06-07"},
      {"21 gennaio 2026", "2026-01-21"},
      {"2 de outubro de 2025", "2025-10-02"},
      {"4 maart 2026", "2026-03-04"},
      {"6 oktober 2025", "2025-10-06"},
      {"12 grudnia 2025", "2025-12-12"},
      {"8 listopada 2025", "2025-11-08"},
      {"3 мая 2026", "2026-05-03"},
      {"11 НОЯБРЯ 2025", "2025-11-11"},
      {"24 серпня 2025", "2025-08-24"},
      {"5 Şubat 2026", "2026-02-05"},
      {"17 Agustus 2025", "2025-08-17"},
      {"2026年5月3日", "2026-05-03"},
      {"2026년 5월 3일", "2026-05-03"},
      {"2026-05-03", "2026-05-03"},
      {"2026/5/3", "2026-05-03"},
      {"2026.05.03 10:15", "2026-05-03"},
      {"03.05.2026", "2026-05-03"},
      {"25/12/2025", "2025-12-25"},
      {"12/25/2025", "2025-12-25"},
      // with the time, where its zone is said
      {"May 3, 2026 at 2:05 p.m. EDT", "2026-05-03T18:05:00Z"},
      {"3 May 2026, 14:05 BST", "2026-05-03T13:05:00Z"},
      {"Sun, 03 May 2026 14:05:06 GMT", "2026-05-03T14:05:06Z"},
      {"3 May 2026 14:05 +0200", "2026-05-03T12:05:00Z"},
      {"3 May 2026 14:05", "2026-05-03"},
      // nothing
      {"", "none"},
      {"May 2026", "none"},
      {"31 February 2026", "none"},
      {"3 May 1812", "none"},
      {"call 555 2026", "none"},
      {"maybe 3 2026", "none"},
      {"market 12, 2026", "none"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(first_date(row.text) == row.date);
  }
}

TEST_CASE("find_written_date: what comes first in 5/3/2026 depends on the country") {
  CHECK(first_date("5/3/2026", true) == "2026-05-03");
  CHECK(first_date("5/3/2026", false) == "2026-03-05");
}

TEST_CASE("find_written_date: any text is read in its own length") {
  RandomNumbers random(7);
  const std::string_view pieces[] = {"3", "May", " ", "2026", "/", "-", ".", "年", "de", ":", "05", "\xD0", "pm", "EST", "+", ","};
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (std::size_t count = random.below(40); count-- > 0;) text += pieces[random.below(std::size(pieces))];
    CAPTURE(text);
    if (const auto found = find_written_date(text, false)) {
      CHECK(found->begin < found->end);
      CHECK(found->end <= text.size());
    }
  }
}
