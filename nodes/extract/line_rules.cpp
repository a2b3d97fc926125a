#include <algorithm>
#include <string_view>

#include "nodes/extract/boilerplate.hpp"
#include "nodes/extract/text_lines.hpp"

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr double linked = 0.5;               // an element with a larger share of linked text is a list of links
constexpr double linked_prose = 0.8;         // a paragraph or a heading may be linked more than that

bool is_link_list(const TextTree& tree, std::size_t i) {
  const Tag tag = tree.page()[i].tag;
  const bool container = tag == Tag::ul || tag == Tag::ol || tag == Tag::dl || tag == Tag::table || tag == Tag::div || tag == Tag::section ||
                         tag == Tag::p || tag == Tag::li || is_heading(tag);
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

}  // namespace

void apply_rules(std::vector<TextLine>& lines, const TextTree& tree, std::size_t element, const std::optional<std::string>& title) {
  const std::vector<Doubt> containers = doubts_of_containers(tree, element);
  for (TextLine& line : lines) {
    if (line.doubt != Doubt::none) continue;
    if (containers[line.block] != Doubt::none) line.doubt = containers[line.block];
    else if (title && line.text == *title) line.doubt = Doubt::title;
    else if (is_house_line(line.text)) line.doubt = Doubt::house_line;
  }
  doubt_lone_headings(lines, tree.page());
}

}  // namespace headrace
