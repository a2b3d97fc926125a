#include "nodes/extract/main_text.hpp"

#include <algorithm>

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr std::size_t little_text = 250;  // bytes below which other sources are tried
constexpr double much_more = 2;           // times the text that another source must have
constexpr std::size_t probe = 40;         // bytes of a line by which it is looked for in another text

std::size_t kept_bytes(const std::vector<TextLine>& lines) {
  std::size_t out = 0;
  for (const TextLine& line : lines)
    if (line.doubt == Doubt::none) out += line.text.size();
  return out;
}

std::string element_name(const HtmlPage& page, std::size_t i) {
  std::string out = page[i].tag == Tag::article ? "article"
                    : page[i].tag == Tag::main  ? "main"
                    : page[i].tag == Tag::body  ? "body"
                                                : "element";
  for (const auto name : std::initializer_list<AttributeName>{"id", "class", "itemprop"})
    if (const auto value = page[i].attribute(name); !value.empty())
      return out + " " + std::string(name.text()) + "=" + squeezed(value.substr(0, 60));
  return out;
}

// The body that JSON-LD holds, one paragraph a line.
std::string paragraphs_of(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    if (const std::string line = plain_text(body.substr(0, end), body.npos); !line.empty()) (out += out.empty() ? "" : "\n") += line;
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return out;
}

// Whether the other text holds what was found already: it is then the same article and not its teaser or another one's.
bool agrees(const std::vector<TextLine>& lines, const std::string& other) {
  for (const TextLine& line : lines)
    if (line.doubt == Doubt::none && line.text.size() >= probe) return other.find(line.text.substr(0, probe)) != other.npos;
  return true;
}

// Where no element stands out: every line of the page that reads like prose.
std::vector<TextLine> prose_of_page(const TextTree& tree) {
  std::vector<TextLine> lines = cut_lines(tree, 0);
  for (TextLine& line : lines)
    if (line.doubt == Doubt::none && !tree.is_prose(line.block)) line.doubt = Doubt::lone_heading;
  return lines;
}

}  // namespace

double MainText::confidence() const {
  if (other) return 0.7;
  std::size_t all = 0;
  for (const TextLine& line : lines) all += line.text.size();
  const std::size_t kept = kept_bytes(lines);
  const double much = std::min(1.0, static_cast<double>(kept) / 1000);
  return 0.2 + 0.4 * much + 0.4 * TextTree::share(kept, all);
}

std::string MainText::text() const {
  if (other) return *other;
  std::string out;
  for (const TextLine& line : lines)
    if (line.doubt == Doubt::none) (out += out.empty() ? "" : "\n") += line.text;
  return out;
}

MainText find_main_text(const PageParts& parts, const TextTree& tree, const ArticleHead& head, Favor favor) {
  MainText out;
  if (parts.page.size() == 0) return out;
  if (const auto element = find_main_element(tree, headline_node(parts, head.title.value_or("")))) {
    out.lines = cut_lines(tree, *element);
    apply_rules(out.lines, tree, *element, head, favor);
    out.source = element_name(parts.page, *element);
  }
  const std::size_t found = kept_bytes(out.lines);
  if (parts.json.body && parts.json.body->size() > much_more * static_cast<double>(found) && parts.json.body->size() >= little_text) {
    std::string body = paragraphs_of(*parts.json.body);
    if (agrees(out.lines, body)) {
      out.other = std::move(body);
      out.source = "JSON-LD articleBody";
      return out;
    }
  }
  if (found >= little_text) return out;
  std::vector<TextLine> prose = prose_of_page(tree);
  if (static_cast<double>(kept_bytes(prose)) > much_more * static_cast<double>(std::max(found, little_text))) {
    out.lines = std::move(prose);
    out.source = "prose of the whole page";
  }
  return out;
}

}  // namespace headrace
