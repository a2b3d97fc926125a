// Dates as people write them: "Published 3 May 2026, 14:05 BST", "3. Mai 2026", "5 de marzo de 2026", "2026年5月3日".
#pragma once
#include <optional>
#include <string_view>

#include "core/value/types.hpp"

namespace headrace {

struct WrittenDate {
  Time time;              // with a time of day only where a zone is written too
  std::size_t begin = 0;  // where it stands, in bytes
  std::size_t end = 0;
};

// The first date of the text that has day, month and year. Months are known in English, German, French, Spanish, Italian,
// Portuguese, Dutch, Danish, Norwegian, Swedish, Polish, Czech, Russian, Ukrainian, Turkish, Indonesian, Chinese, Japanese and
// Korean. `month_first` says what 5/3/2026 is where it could be either. Linear in the text.
std::optional<WrittenDate> find_written_date(std::string_view text, bool month_first);

}  // namespace headrace
