#include "nodes/extract/text_candidates.hpp"

#include <algorithm>

#include "nodes/extract/boilerplate.hpp"

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr std::size_t least_hinted = 250;  // bytes of prose in an element that calls itself the article
constexpr double break_cost = 30;          // bytes that a block without prose takes off a dense stretch, besides its own

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

bool calls_itself_article(const HtmlNode& node) {
  return node.tag == Tag::article || node.tag == Tag::main || named_article(node) || node.attribute("role") == "main";
}

}  // namespace

std::size_t MainText::bytes() const {
  if (other) return other->size();
  std::size_t out = 0;
  for (const TextLine& line : lines)
    if (line.doubt == Doubt::none) out += line.text.size();
  return out;
}

double MainText::confidence() const {
  if (other) return 0.7;
  std::size_t all = 0;
  for (const TextLine& line : lines) all += line.text.size();
  const std::size_t kept = bytes();
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

TextSearch::TextSearch(const PageParts& parts, const TextTree& tree, const ArticleHead& head)
    : parts_(parts),
      tree_(tree),
      head_(head),
      scored_(parts.page.size() == 0 ? std::nullopt : find_main_element(tree, headline_node(parts, head.title.value_or("")))) {}

// Of several the one with the most prose that is not linked; of equals the innermost.
std::optional<std::size_t> TextSearch::hinted_element() const {
  std::optional<std::size_t> best;
  double most = 0;
  tree_.walk(0, parts_.page.size(), [&](std::size_t i) {
    const auto prose = static_cast<double>(tree_[i].prose);
    if (tree_[i].prose < least_hinted || prose * (1 - tree_.link_density(i)) < most || !calls_itself_article(parts_.page[i])) return;
    best = i;
    most = prose * (1 - tree_.link_density(i));
  });
  return best;
}

// The stretch of blocks with the largest sum, where prose counts for its length and all else against it; then the innermost element
// around it.
std::optional<std::size_t> TextSearch::dense_element() const {
  const HtmlPage& page = parts_.page;
  double sum = 0, best = 0;
  std::size_t begin = 0, first = 0, last = 0;
  tree_.walk(0, page.size(), [&](std::size_t i) {
    const auto& sums = tree_[i];
    if (sums.own == 0) return;
    if (sum <= 0) sum = 0, begin = i;
    const double own = sums.own, linked = sums.own_linked;
    sum += tree_.is_prose(i) ? own - 3 * linked : -own - break_cost;
    if (sum > best) best = sum, first = begin, last = i;
  });
  if (best == 0) return {};
  std::size_t around = first == last ? first : page[first].parent;
  while (around > 0 && page[around].end <= last) around = page[around].parent;
  return around;
}

MainText TextSearch::lines_of(std::size_t element, TextWay way, Favor favor) const {
  MainText out{way, cut_lines(tree_, element), element_name(parts_.page, element), {}};
  apply_rules(out.lines, tree_, element, head_, favor);
  return out;
}

std::optional<MainText> TextSearch::by(TextWay way, Favor favor) const {
  if (parts_.page.size() == 0) return {};
  std::optional<std::size_t> element;
  switch (way) {
    case TextWay::strict: favor = Favor::precision, element = scored_; break;
    case TextWay::lenient: favor = Favor::recall, element = scored_; break;
    case TextWay::scored: element = scored_; break;
    case TextWay::hinted: element = hinted_element(); break;
    case TextWay::dense: element = dense_element(); break;
    case TextWay::json_ld:
      if (!parts_.json.body || parts_.json.body->empty()) return {};
      return MainText{way, {}, "JSON-LD articleBody", paragraphs_of(*parts_.json.body)};
    case TextWay::whole_page: {
      MainText out{way, cut_lines(tree_, 0), "prose of the whole page", {}};
      for (TextLine& line : out.lines)
        if (line.doubt == Doubt::none && !tree_.is_prose(line.block)) line.doubt = Doubt::lone_heading;
      return out;
    }
  }
  if (!element) return {};
  return lines_of(*element, way, favor);
}

}  // namespace headrace
