#include <algorithm>

#include "nodes/extract/boilerplate.hpp"
#include "nodes/extract/house_lines.hpp"
#include "nodes/extract/line_doubts.hpp"
#include "nodes/extract/text_lines.hpp"

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr double linked = 0.5;                 // an element with a larger share of linked text is a list of links
constexpr std::size_t paragraph = 100;         // bytes of a line that is surely prose
constexpr std::size_t most_ending_lines = 25;  // that are taken off the end
constexpr double linked_prose = 0.8;           // a paragraph or a heading may be linked more than that
constexpr std::size_t many_headlines = 3;      // h1 elements of a text that divides itself by them

bool is_link_list(const TextTree& tree, std::size_t i) {
  const Tag tag = tree.page()[i].tag;
  const bool container = tag == Tag::ul || tag == Tag::ol || tag == Tag::dl || tag == Tag::table || tag == Tag::div ||
                         tag == Tag::section || tag == Tag::p || tag == Tag::li || is_heading(tag);
  return container && tree[i].text > 0 && tree.link_density(i) > (is_heading(tag) || tag == Tag::p ? linked_prose : linked);
}

// Some texts divide themselves by h1; the page's headline is then the first of them.
std::size_t first_section(const TextTree& tree, std::size_t element) {
  std::size_t headlines = 0, second = 0;
  tree.walk(element, tree.page()[element].end, [&](std::size_t i) {
    if (tree.page()[i].tag == Tag::h1 && ++headlines == 2) second = i;
  });
  return headlines >= many_headlines ? second : tree.page()[element].end;
}

// By node below the element: doubt of the outermost container that casts one.
std::vector<Doubt> doubts_of_containers(const TextTree& tree, std::size_t element) {
  const HtmlPage& page = tree.page();
  const std::size_t sections = first_section(tree, element);
  std::vector<Doubt> out(page.size(), Doubt::none);
  tree.walk(element, page[element].end, [&](std::size_t i) {
    if (i == element || page[i].tag == Tag::text) return;
    if (out[page[i].parent] != Doubt::none) out[i] = out[page[i].parent];
    else if (page[i].tag == Tag::h1 && i < sections) out[i] = Doubt::headline;
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
    if (is_link(line) || calls_reader(line.text)) line.doubt = Doubt::ending;
    else if (line.text.size() >= paragraph) return;
  }
}

bool reads_like_prose(const TextLine& line) { return line.text.size() >= paragraph && TextTree::share(line.linked, line.letters) < 0.3; }

// What is not clear belongs to the article.
void believe(std::vector<TextLine>& lines) {
  for (TextLine& line : lines) {
    const bool unclear = line.doubt == Doubt::link_list || line.doubt == Doubt::house_line || line.doubt == Doubt::ending ||
                         line.doubt == Doubt::caption || line.doubt == Doubt::elsewhere;
    if (unclear || (line.doubt == Doubt::pruned && reads_like_prose(line))) line.doubt = Doubt::none;
  }
}

// What is not clear does not: short lines before the first paragraph and behind the last one.
void disbelieve(std::vector<TextLine>& lines) {
  const auto first = std::find_if(lines.begin(), lines.end(), is_paragraph);
  if (first == lines.end()) return;
  std::for_each(lines.begin(), first, [](TextLine& line) {
    if (line.doubt == Doubt::none) line.doubt = Doubt::ending;
  });
  for (std::size_t i = lines.size(); i-- > 0 && !is_paragraph(lines[i]);)
    if (lines[i].doubt == Doubt::none) lines[i].doubt = Doubt::ending;
}

}  // namespace

bool is_paragraph(const TextLine& line) { return line.doubt == Doubt::none && reads_like_prose(line); }

void apply_rules(std::vector<TextLine>& lines, const TextTree& tree, std::size_t element, const ArticleHead& head, Favor favor) {
  const std::vector<Doubt> containers = doubts_of_containers(tree, element);
  for (TextLine& line : lines) {
    if (line.doubt != Doubt::none) continue;
    if (containers[line.block] != Doubt::none) line.doubt = containers[line.block];
    else if (is_house_line(line.text)) line.doubt = Doubt::house_line;
  }
  doubt_tags(lines, tree.page());
  doubt_kicker(lines, head);
  doubt_repeated_title(lines, head);
  doubt_bylines(lines, head);
  doubt_captions(lines, tree, element);
  doubt_what_leads_elsewhere(lines);
  doubt_ending(lines);
  doubt_lone_headings(lines, tree.page());
  if (favor == Favor::recall) believe(lines);
  if (favor == Favor::precision) disbelieve(lines);
}

}  // namespace headrace
