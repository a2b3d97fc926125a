#include <algorithm>
#include <array>
#include <string_view>

#include "nodes/extract/boilerplate.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/extract/text_lines.hpp"

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr double linked = 0.5;                 // an element with a larger share of linked text is a list of links
constexpr std::size_t paragraph = 100;         // bytes of a line that is surely prose
constexpr std::size_t most_ending_lines = 25;  // that are taken off the end
constexpr double linked_prose = 0.8;           // a paragraph or a heading may be linked more than that

bool is_link_list(const TextTree& tree, std::size_t i) {
  const Tag tag = tree.page()[i].tag;
  const bool container = tag == Tag::ul || tag == Tag::ol || tag == Tag::dl || tag == Tag::table || tag == Tag::div ||
                         tag == Tag::section || tag == Tag::p || tag == Tag::li || is_heading(tag);
  return container && tree[i].text > 0 && tree.link_density(i) > (is_heading(tag) || tag == Tag::p ? linked_prose : linked);
}

// By node below the element: doubt of the outermost container that casts one.
std::vector<Doubt> doubts_of_containers(const TextTree& tree, std::size_t element) {
  const HtmlPage& page = tree.page();
  std::vector<Doubt> out(page.size(), Doubt::none);
  tree.walk(element, page[element].end, [&](std::size_t i) {
    if (i == element || page[i].tag == Tag::text) return;
    if (out[page[i].parent] != Doubt::none) out[i] = out[page[i].parent];
    else if (page[i].tag == Tag::h1) out[i] = Doubt::headline;
    else if (is_link_list(tree, i)) out[i] = Doubt::link_list;
  });
  return out;
}

// A heading waits for prose that follows it; without any it is left out.
void doubt_lone_headings(std::vector<TextLine>& lines, const HtmlPage& page) {
  bool followed = false;
  for (std::size_t i = lines.size(); i-- > 0;) {
    TextLine& line = lines[i];
    if (line.doubt != Doubt::none) continue;
    if (!is_heading(page[line.block].tag)) followed = true;
    else if (!followed) line.doubt = Doubt::lone_heading;
  }
}

template <std::size_t N> bool holds_any(std::string_view low, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return low.find(word) != low.npos; });
}

// "Follow us on Twitter", "Sign up for our newsletter"; short lines as "Tags: wall, harbour" as well.
bool ends_article(std::string_view text) {
  static constexpr auto calls =
      std::to_array<std::string_view>({"newsletter", "sign up", "subscribe", "follow us", "follow him on", "follow her on",
                                       "facebook, twitter", "join the conversation", "all rights reserved", "click here"});
  static constexpr auto marks =
      std::to_array<std::string_view>({"on twitter", "on facebook", "on instagram", "comment", "tags:", "tags ", "filed under", "more from",
                                       "related ", "read more", "©", "this slideshow", "advert"});
  const std::string low = lower_ascii(text.substr(0, 400));
  return holds_any(low, calls) || (text.size() < paragraph && holds_any(low, marks));
}

bool is_link(const TextLine& line) {
  return line.text.size() < paragraph && TextTree::share(line.linked, line.letters) > linked && line.text.find("://") == std::string::npos;
}

// Behind the last paragraph, only short lines and lists of links stand: those of the site are taken off, from the end.
void doubt_ending(std::vector<TextLine>& lines) {
  std::size_t left = most_ending_lines;
  for (std::size_t i = lines.size(); i-- > 0 && left > 0;) {
    TextLine& line = lines[i];
    if (line.doubt != Doubt::none) continue;
    --left;
    if (is_link(line) || ends_article(line.text)) line.doubt = Doubt::ending;
    else if (line.text.size() >= paragraph) return;
  }
}

bool is_prose(const TextLine& line) { return line.text.size() >= paragraph && TextTree::share(line.linked, line.letters) < 0.3; }

// What is not clear belongs to the article.
void believe(std::vector<TextLine>& lines) {
  for (TextLine& line : lines) {
    const bool unclear = line.doubt == Doubt::link_list || line.doubt == Doubt::house_line || line.doubt == Doubt::ending;
    if (unclear || (line.doubt == Doubt::pruned && is_prose(line))) line.doubt = Doubt::none;
  }
}

// What is not clear does not: short lines before the first paragraph and behind the last one.
void disbelieve(std::vector<TextLine>& lines) {
  const auto first =
      std::find_if(lines.begin(), lines.end(), [](const TextLine& line) { return line.doubt == Doubt::none && is_prose(line); });
  if (first == lines.end()) return;
  std::for_each(lines.begin(), first, [](TextLine& line) {
    if (line.doubt == Doubt::none) line.doubt = Doubt::ending;
  });
  for (std::size_t i = lines.size(); i-- > 0 && !(lines[i].doubt == Doubt::none && is_prose(lines[i]));)
    if (lines[i].doubt == Doubt::none) lines[i].doubt = Doubt::ending;
}

}  // namespace

void apply_rules(std::vector<TextLine>& lines, const TextTree& tree, std::size_t element, const std::optional<std::string>& title,
                 Favor favor) {
  const std::vector<Doubt> containers = doubts_of_containers(tree, element);
  for (TextLine& line : lines) {
    if (line.doubt != Doubt::none) continue;
    if (containers[line.block] != Doubt::none) line.doubt = containers[line.block];
    else if (title && line.text == *title) line.doubt = Doubt::title;
    else if (is_house_line(line.text)) line.doubt = Doubt::house_line;
  }
  doubt_ending(lines);
  doubt_lone_headings(lines, tree.page());
  if (favor == Favor::recall) believe(lines);
  if (favor == Favor::precision) disbelieve(lines);
}

}  // namespace headrace
