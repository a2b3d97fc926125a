#include "nodes/extract/line_doubts.hpp"

#include <algorithm>

#include "nodes/extract/house_lines.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/extract/site_name.hpp"
#include "nodes/extract/written_date.hpp"

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr std::size_t most_kickers = 8;                          // lines above the headline
constexpr std::size_t longest_byline = 160;                      // bytes; longer ones are sentences
constexpr std::size_t most_beside_names = 40;                    // bytes of a byline that are no names: "By", a role, a place
constexpr std::size_t most_beside_date = 30;                     // bytes of a dateline that are no date: "Published", a weekday, a time
constexpr std::size_t longest_caption = 250;                     // bytes; longer ones are paragraphs that have a picture
constexpr int caption_levels = 3;                                // how far up a line and its picture have an element to themselves
constexpr std::size_t tail_paragraph = 140, tail_sentence = 60;  // bytes of lines that are the article's
constexpr std::size_t longest_tail = 30;                         // lines behind the article

bool kept(const TextLine& line) { return line.doubt == Doubt::none; }
double linked_share(const TextLine& line) { return TextTree::share(line.linked, line.letters); }

bool is_dateline(std::string_view text) {
  if (text.size() > longest_byline) return false;
  const auto date = find_written_date(text, true);
  return date && text.size() - (date->end - date->begin) <= most_beside_date && !text.ends_with('.');
}

bool names_authors(const TextLine& line, const ArticleHead& head) {
  const std::string title = letters_of(head.title.value_or(""));
  if (line.text.size() > longest_byline + title.size()) return false;
  std::string letters = letters_of(line.text);
  if (!title.empty() && letters.starts_with(title)) letters.erase(0, title.size());
  std::size_t names = 0;
  for (const std::string& author : head.authors)
    if (const std::string name = letters_of(author); !name.empty() && letters.find(name) != letters.npos) names += name.size();
  return names > 0 && letters.size() - std::min(names, letters.size()) <= most_beside_names && !line.text.ends_with('.');
}

bool begins_byline(std::string_view text) {
  const bool by = text.starts_with("By ") || text.starts_with("BY ") || text.starts_with("by ");
  return by && text.size() > 3 && text.size() <= longest_byline / 2 && text[3] >= 'A' && text[3] <= 'Z' && !text.ends_with('.');
}

// A sentence with a picture beside it is a paragraph, unless it says whose the picture is.
bool is_caption(const TextLine& line, const TextTree& tree, std::size_t element) {
  const HtmlPage& page = tree.page();
  if (line.text.size() > longest_caption || linked_share(line) > 0.5 || is_heading(page[line.block].tag)) return false;
  if (ends_sentence(line.text) && !names_credit(line.text)) return false;
  std::size_t i = line.block;
  for (int level = 0; level <= caption_levels && i > element; ++level, i = page[i].parent) {
    if (tree[i].text > line.letters + line.letters / 4) return false;
    for (std::size_t k = i; k < page[i].end && k < i + 60; ++k)
      if (page[k].tag == Tag::img || page[k].tag == Tag::picture || page[k].tag == Tag::video) return level > 0 || k < line.first;
  }
  return false;
}

// A paragraph, or a sentence of some length without a link: the article itself again.
bool ends_tail(const TextLine& line) {
  if (line.text.size() >= tail_paragraph) return linked_share(line) < 0.2;
  return line.text.size() >= tail_sentence && line.linked == 0 && ends_sentence(line.text);
}

}  // namespace

void doubt_kicker(std::vector<TextLine>& lines, const ArticleHead& head) {
  if (!head.title) return;
  const std::string title = letters_of(*head.title);
  const auto last = lines.begin() + static_cast<std::ptrdiff_t>(std::min(lines.size(), most_kickers + 1));
  const auto headline = std::find_if(lines.begin(), last, [&](const TextLine& line) {
    return line.text.size() <= 2 * head.title->size() && letters_of(line.text) == title;
  });
  if (headline == last) return;
  std::for_each(lines.begin(), headline, [](TextLine& line) {
    if (kept(line) && !is_paragraph(line)) line.doubt = Doubt::headline;
  });
}

void doubt_tags(std::vector<TextLine>& lines, const HtmlPage& page) {
  const auto is_tag = [](const HtmlNode& node) {
    return node.tag == Tag::a && node.attribute("rel").find("tag") != std::string_view::npos;
  };
  for (TextLine& line : lines) {
    if (!kept(line) || linked_share(line) < 0.5) continue;
    bool tagged = is_tag(page[page[line.first].parent]);
    for (std::size_t i = line.first; i < line.end && !tagged; ++i) tagged = is_tag(page[i]);
    if (tagged) line.doubt = Doubt::link_list;
  }
}

void doubt_repeated_title(std::vector<TextLine>& lines, const ArticleHead& head) {
  if (!head.title) return;
  const std::string title = letters_of(*head.title);
  for (TextLine& line : lines)
    if (kept(line) && line.text.size() <= 2 * head.title->size() && letters_of(line.text) == title) line.doubt = Doubt::title;
}

void doubt_bylines(std::vector<TextLine>& lines, const ArticleHead& head) {
  for (TextLine& line : lines) {
    if (!kept(line)) continue;
    if (is_paragraph(line)) return;
    if (is_dateline(line.text) || is_reading_time(line.text) || names_authors(line, head) || begins_byline(line.text))
      line.doubt = Doubt::byline;
  }
}

void doubt_captions(std::vector<TextLine>& lines, const TextTree& tree, std::size_t element) {
  for (TextLine& line : lines)
    if (kept(line) && is_caption(line, tree, element)) line.doubt = Doubt::caption;
}

void doubt_what_leads_elsewhere(std::vector<TextLine>& lines) {
  std::size_t begin = lines.size(), seen = 0;
  for (std::size_t i = lines.size(); i-- > 0 && seen < longest_tail;) {
    if (!kept(lines[i]) && lines[i].doubt != Doubt::house_line) continue;
    ++seen;
    if (kept(lines[i]) && ends_tail(lines[i])) break;
    if (leads_elsewhere(lines[i].text)) begin = i;
  }
  for (std::size_t i = begin; i < lines.size(); ++i)
    if (kept(lines[i])) lines[i].doubt = Doubt::elsewhere;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i)
    if (kept(lines[i]) && leads_elsewhere(lines[i].text) && lines[i + 1].doubt == Doubt::link_list) lines[i].doubt = Doubt::elsewhere;
}

}  // namespace headrace
