#include "nodes/extract/main_text.hpp"

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t little_text = 250;  // bytes below which other sources are tried
constexpr std::size_t much_more = 2;      // times the text that another source must have
constexpr std::size_t probe = 40;         // bytes of a line by which it is looked for in another text

// Whether the other text holds what was found already: it is then the same article and not its teaser or another one's.
bool agrees(const std::vector<TextLine>& lines, const std::string& other) {
  for (const TextLine& line : lines)
    if (line.doubt == TextLine::Doubt::none && line.text.size() >= probe) return other.find(line.text.substr(0, probe)) != other.npos;
  return true;
}

}  // namespace

MainText find_main_text(const TextSearch& search, Favor favor) {
  MainText scored = search.by(TextWay::scored, favor).value_or(MainText{});
  const std::size_t found = scored.bytes();
  if (auto declared = search.by(TextWay::json_ld);
      declared && declared->bytes() > much_more * found && declared->bytes() >= little_text && agrees(scored.lines, *declared->other))
    return *std::move(declared);
  if (found >= little_text) return scored;
  if (auto page = search.by(TextWay::whole_page); page && page->bytes() > much_more * std::max(found, little_text)) return *std::move(page);
  return scored;
}

}  // namespace headrace
