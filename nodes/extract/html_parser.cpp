#include "nodes/extract/html_parser.hpp"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <utility>

namespace headrace {

namespace {

constexpr std::size_t memory_floor = 16u << 20;  // what any page may take ...
constexpr std::size_t memory_per_byte = 48;      // ... and what it may take more for its size
constexpr std::size_t memory_ceiling = 256u << 20;

// The parser's memory. (Its own release of a tree is recursive.) What it gives back while it works, a third of all, is taken again
// by its size, which stands in front of every piece. Formatting elements that are never closed could multiply without bound: hence
// a budget.
class ParserMemory {
 public:
  explicit ParserMemory(std::size_t budget) : slabs_(32 << 10, budget) {}
  static void* allocate(void* self, std::size_t size) { return static_cast<ParserMemory*>(self)->take(size); }
  static void release(void* self, void* piece) {
    if (piece) static_cast<ParserMemory*>(self)->give_back(static_cast<std::byte*>(piece));
  }
  std::size_t taken() const { return taken_; }
  std::size_t nodes() const { return nodes_; }  // an upper bound: pieces of their size
  std::jmp_buf exhausted;

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t unit = Slabs::alignment;  // the parser keeps nothing that wants more
  static constexpr std::size_t largest_reused = 64;      // in units; larger ones are few

  void* take(std::size_t size) {
    const std::size_t units = std::max<std::size_t>((size + unit - 1) / unit, 1);
    taken_ += units * unit;
    nodes_ += size == sizeof(GumboNode);
    if (units <= largest_reused && free_[units]) return std::exchange(free_[units], free_[units]->next);
    std::byte* const piece = slabs_.take(sizeof(std::size_t) + units * unit);
    if (!piece) std::longjmp(exhausted, 1);  // over frames of C only
    new (piece) std::size_t(units);
    return piece + sizeof(std::size_t);
  }
  void give_back(std::byte* piece) {
    const std::size_t units = *std::launder(reinterpret_cast<std::size_t*>(piece - sizeof(std::size_t)));
    if (units <= largest_reused) free_[units] = new (piece) Free{free_[units]};
  }

  Slabs slabs_;
  std::array<Free*, largest_reused + 1> free_{};  // by units
  std::size_t taken_ = 0, nodes_ = 0;
};

Tag tag_of(GumboTag tag) {
  static const auto table = [] {
    std::array<Tag, GUMBO_TAG_LAST + 1> out;
    out.fill(Tag::other);
#define HEADRACE_TAG(NAME, TAG) out[GUMBO_TAG_##NAME] = Tag::TAG
    HEADRACE_TAG(A, a), HEADRACE_TAG(ABBR, abbr), HEADRACE_TAG(ADDRESS, address), HEADRACE_TAG(ARTICLE, article),
        HEADRACE_TAG(ASIDE, aside);
    HEADRACE_TAG(B, b), HEADRACE_TAG(BASE, base), HEADRACE_TAG(BLOCKQUOTE, blockquote), HEADRACE_TAG(BODY, body), HEADRACE_TAG(BR, br),
        HEADRACE_TAG(BUTTON, button);
    HEADRACE_TAG(CAPTION, caption), HEADRACE_TAG(CENTER, center), HEADRACE_TAG(CITE, cite), HEADRACE_TAG(CODE, code), HEADRACE_TAG(DD, dd);
    HEADRACE_TAG(DEL, del), HEADRACE_TAG(DETAILS, details), HEADRACE_TAG(DIV, div), HEADRACE_TAG(DL, dl), HEADRACE_TAG(DT, dt),
        HEADRACE_TAG(EM, em);
    HEADRACE_TAG(FIGCAPTION, figcaption), HEADRACE_TAG(FIGURE, figure), HEADRACE_TAG(FONT, font), HEADRACE_TAG(FOOTER, footer);
    HEADRACE_TAG(FORM, form), HEADRACE_TAG(H1, h1), HEADRACE_TAG(H2, h2), HEADRACE_TAG(H3, h3), HEADRACE_TAG(H4, h4), HEADRACE_TAG(H5, h5);
    HEADRACE_TAG(H6, h6), HEADRACE_TAG(HEAD, head), HEADRACE_TAG(HEADER, header), HEADRACE_TAG(HR, hr), HEADRACE_TAG(HTML, html);
    HEADRACE_TAG(I, i), HEADRACE_TAG(IMG, img), HEADRACE_TAG(INPUT, input), HEADRACE_TAG(LABEL, label), HEADRACE_TAG(LI, li);
    HEADRACE_TAG(LINK, link), HEADRACE_TAG(MAIN, main), HEADRACE_TAG(META, meta), HEADRACE_TAG(NAV, nav), HEADRACE_TAG(NOSCRIPT, noscript);
    HEADRACE_TAG(OL, ol), HEADRACE_TAG(OPTION, option), HEADRACE_TAG(P, p), HEADRACE_TAG(PRE, pre), HEADRACE_TAG(Q, q),
        HEADRACE_TAG(SECTION, section);
    HEADRACE_TAG(SELECT, select), HEADRACE_TAG(SMALL, small), HEADRACE_TAG(SOURCE, source), HEADRACE_TAG(SPAN, span),
        HEADRACE_TAG(STRONG, strong);
    HEADRACE_TAG(SUB, sub), HEADRACE_TAG(SUMMARY, summary), HEADRACE_TAG(SUP, sup), HEADRACE_TAG(TABLE, table), HEADRACE_TAG(TBODY, tbody);
    HEADRACE_TAG(TD, td), HEADRACE_TAG(TEMPLATE, template_), HEADRACE_TAG(TFOOT, tfoot), HEADRACE_TAG(TH, th), HEADRACE_TAG(THEAD, thead);
    HEADRACE_TAG(TIME, time), HEADRACE_TAG(TITLE, title), HEADRACE_TAG(TR, tr), HEADRACE_TAG(U, u), HEADRACE_TAG(UL, ul),
        HEADRACE_TAG(VIDEO, video);
#undef HEADRACE_TAG
    return out;
  }();
  return table[tag];
}

// Null when the memory did not suffice. No object with a destructor stands between setjmp and longjmp.
const GumboNode* parse(std::string_view markup, ParserMemory& memory) {
  if (setjmp(memory.exhausted)) return nullptr;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &ParserMemory::allocate;
  options.deallocator = &ParserMemory::release;
  options.userdata = &memory;
  options.max_errors = 0;
  return gumbo_parse_with_options(&options, markup.data(), markup.size())->document;
}

// The parser's tree as a list.
class Flattening {
 public:
  void run(const GumboNode& document, std::size_t nodes) {
    out_.nodes.reserve(nodes);
    struct Level {
      const GumboVector* children;
      unsigned next;
      std::uint32_t self;
    };
    std::vector<Level> levels{{children_of(document), 0, 0}};
    while (!levels.empty()) {
      Level& level = levels.back();
      if (level.next == level.children->length) {
        if (levels.size() > 1) out_.nodes[level.self].end = static_cast<std::uint32_t>(out_.nodes.size());
        levels.pop_back();
        continue;
      }
      const auto& child = *static_cast<const GumboNode*>(level.children->data[level.next++]);
      const auto self = static_cast<std::uint32_t>(out_.nodes.size());
      if (!add(child, level.self)) continue;
      if (const GumboVector* below = children_of(child)) levels.push_back({below, 0, self});
    }
  }
  ParsedHtml take() { return std::move(out_); }

 private:
  static const GumboVector* children_of(const GumboNode& node) {
    switch (node.type) {
      case GUMBO_NODE_DOCUMENT: return &node.v.document.children;
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE: return &node.v.element.children;
      default: return nullptr;
    }
  }

  bool add(const GumboNode& node, std::uint32_t parent) {
    HtmlNode out;
    out.parent = parent;
    out.end = static_cast<std::uint32_t>(out_.nodes.size()) + 1;
    switch (node.type) {
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE:
        out.tag = tag_of(node.v.element.tag);
        add_attributes(out, node.v.element.attributes);
        break;
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_WHITESPACE:
      case GUMBO_NODE_CDATA:
        out.tag = Tag::text;
        out.text = out_.kept.keep(node.v.text.text);
        break;
      default: return false;
    }
    out_.nodes.push_back(out);
    return true;
  }

  void add_attributes(HtmlNode& node, const GumboVector& given) {
    const auto each = [&](unsigned i) -> const GumboAttribute& { return *static_cast<const GumboAttribute*>(given.data[i]); };
    std::uint16_t known = 0;
    for (unsigned i = 0; i < given.length; ++i) known += known < UINT16_MAX && number_of_attribute(each(i).name) >= 0;
    if (known == 0) return;
    auto* const first = reinterpret_cast<HtmlAttribute*>(out_.kept.must_take(known * sizeof(HtmlAttribute)));
    for (unsigned i = 0; i < given.length && node.attribute_count < known; ++i)
      if (const int number = number_of_attribute(each(i).name); number >= 0)
        new (first + node.attribute_count++) HtmlAttribute{out_.kept.keep(each(i).value), static_cast<std::uint8_t>(number)};
    node.attributes = first;
  }

  ParsedHtml out_;
};

}  // namespace

ParsedHtml parse_html(std::string markup) {
  const std::size_t budget = std::min(memory_floor + memory_per_byte * markup.size(), memory_ceiling);
  std::size_t taken = 0;
  for (std::size_t length = markup.size();; length /= 4) {
    ParserMemory memory(budget);
    const GumboNode* const document = parse(std::string_view(markup).substr(0, length), memory);
    taken += memory.taken();
    if (!document && length > 0) continue;
    markup = std::string();  // the tree has copies
    Flattening flattening;
    if (document) flattening.run(*document, memory.nodes());
    ParsedHtml out = flattening.take();
    out.taken = taken;
    return out;
  }
}

}  // namespace headrace
