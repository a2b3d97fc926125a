// The ways in which the text of an article is looked for. Each may find one; which is meant is a choice: by rules (main_text.hpp)
// or by a model (text_choice.hpp).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "nodes/extract/page_parts.hpp"
#include "nodes/extract/text_lines.hpp"

namespace headrace {

enum class TextWay : std::uint8_t {
  scored,      // the element for which paragraphs speak loudest
  strict,      // the same, without what is not clear
  lenient,     // the same, with what is not clear
  hinted,      // the element that calls itself the article
  dense,       // the element around the stretch of the page that is mostly prose
  json_ld,     // the articleBody that the page declares
  whole_page,  // every line that reads like prose
};
inline constexpr std::size_t text_ways = 7;

struct MainText {
  TextWay way = TextWay::scored;
  std::vector<TextLine> lines;       // of the chosen element, those in doubt too
  std::string source;                // what was chosen, for people
  std::optional<std::string> other;  // the text, when it comes from elsewhere: JSON-LD

  double confidence() const;  // 0..1: much text, few lines in doubt
  std::string text() const;   // one paragraph a line; empty when the page has no prose
  std::size_t bytes() const;  // of what is kept
};

class TextSearch {
 public:
  // `head` is left out where the text repeats it. Borrows all of them.
  TextSearch(const PageParts& parts, const TextTree& tree, const ArticleHead& head);
  // Nothing where the page has no such text. Lines are kept by the rules, as `favor` says; ways that do so themselves ignore it.
  std::optional<MainText> by(TextWay way, Favor favor = Favor::balanced) const;

 private:
  std::optional<std::size_t> hinted_element() const;
  std::optional<std::size_t> dense_element() const;
  MainText lines_of(std::size_t element, TextWay way, Favor favor) const;
  const PageParts& parts_;
  const TextTree& tree_;
  const ArticleHead& head_;
  const std::optional<std::size_t> scored_;  // three ways begin there
};

}  // namespace headrace
