// The article's words, without what stands around it.
#pragma once
#include <optional>
#include <string>

#include "nodes/extract/page_parts.hpp"
#include "nodes/extract/text_lines.hpp"

namespace headrace {

struct MainText {
  std::vector<TextLine> lines;       // of the chosen element, those in doubt too
  std::string source;                // what was chosen, for people
  std::optional<std::string> other;  // the text, when it comes from elsewhere: JSON-LD

  double confidence() const;  // 0..1: much text, few lines in doubt
  std::string text() const;   // one paragraph a line; empty when the page has no prose
};

// `head` is left out where the text repeats it.
MainText find_main_text(const PageParts& parts, const TextTree& tree, const ArticleHead& head, Favor favor);

}  // namespace headrace
