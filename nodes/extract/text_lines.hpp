// The lines of text in an element, each with what a decision about it needs: kept, or left out as no part of the article.
#pragma once
#include <string>
#include <vector>

#include "nodes/extract/text_tree.hpp"

namespace headrace {

struct TextLine {
  // Why a line is left out; `none` keeps it.
  enum class Doubt : std::uint8_t {
    none,
    pruned,
    headline,
    link_list,
    house_line,
    title,
    byline,
    caption,
    lone_heading,
    ending,
    elsewhere,
    model
  };

  std::string text;                       // white space squeezed
  std::uint32_t first = 0, end = 0;       // its text is that of the nodes [first, end) ...
  std::uint32_t block = 0;                // ... whose nearest block element is this
  std::uint32_t letters = 0, linked = 0;  // bytes without white space; those of them in links
  Doubt doubt = Doubt::none;
};

// The article's element: where the paragraphs speak loudest, made wider while that adds prose. Nothing on a page without prose.
// `headline`: the node of the page's headline, or 0.
std::optional<std::size_t> find_main_element(const TextTree& tree, std::size_t headline);

// All lines of the element, also those in pruned blocks (in doubt from the start); inline elements that are pruned are left out.
std::vector<TextLine> cut_lines(const TextTree& tree, std::size_t element);

// What counts when it is not clear whether a line belongs to the article.
enum class Favor : std::uint8_t { precision, balanced, recall };

// What is known of the article without its text, and stands above it: it is left out.
struct ArticleHead {
  std::optional<std::string> title;
  std::vector<std::string> authors;
};

// Casts doubt on what belongs to the site and not to the article.
void apply_rules(std::vector<TextLine>& lines, const TextTree& tree, std::size_t element, const ArticleHead& head, Favor favor);

// A paragraph and hardly linked, as far as it is kept.
bool is_paragraph(const TextLine& line);

std::string_view doubt_name(TextLine::Doubt doubt);

}  // namespace headrace
