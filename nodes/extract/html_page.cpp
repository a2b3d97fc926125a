#include "nodes/extract/html_page.hpp"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <utility>

#include "nodes/extract/html_source.hpp"
#include "nodes/support/charset.hpp"

namespace headrace {

// The parser's memory: taken in slabs, given back at once. (Its own release is recursive.) A page may ask for so much and no
// more; formatting elements that are never closed could otherwise multiply without bound.
struct HtmlPage::Memory {
  static constexpr std::size_t slab_size = 256 << 10;
  std::vector<std::unique_ptr<std::byte[]>> slabs;
  std::byte* next = nullptr;
  std::size_t left = 0, budget = 0, taken = 0;
  std::string markup;  // what the parser's views point into
  std::jmp_buf exhausted;

  static void* allocate(void* self, std::size_t size) { return static_cast<Memory*>(self)->take(size); }
  static void release(void*, void*) {}

  void* take(std::size_t size) {
    size = (size + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
    if (size > left && !refill(size)) std::longjmp(exhausted, 1);  // over frames of C only
    left -= size;
    taken += size;
    return std::exchange(next, next + size);
  }
  void clear(std::size_t new_budget) {
    slabs.clear();
    next = nullptr;
    left = 0;
    budget = new_budget;
  }
  bool refill(std::size_t size) noexcept {
    const std::size_t slab = std::max(size, slab_size);
    if (slab > budget) return false;
    try {
      slabs.push_back(std::make_unique_for_overwrite<std::byte[]>(slab));
    } catch (const std::bad_alloc&) {
      return false;
    }
    budget -= slab;
    next = slabs.back().get();
    left = slab;
    return true;
  }
};

namespace {

constexpr std::size_t max_markup = 16u << 20;    // bytes of a page that are looked at
constexpr std::size_t memory_floor = 16u << 20;  // what any page may take ...
constexpr std::size_t memory_per_byte = 48;      // ... and what it may take more for its size
constexpr std::size_t memory_ceiling = 256u << 20;
constexpr std::size_t steps_floor = 1u << 20;  // what any page may take ...
constexpr std::size_t steps_per_byte = 16;     // ... and what it may take more for its size
constexpr std::size_t bytes_per_step = 16;     // of the parser's memory, of texts that are copied

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
const GumboNode* parse(const char* markup, std::size_t size, void* memory, std::jmp_buf& exhausted, void* (*allocate)(void*, std::size_t),
                       void (*release)(void*, void*)) {
  if (setjmp(exhausted)) return nullptr;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate;
  options.deallocator = release;
  options.userdata = memory;
  options.max_errors = 0;
  return gumbo_parse_with_options(&options, markup, size)->document;
}

const GumboVector* children_of(const GumboNode& node) {
  switch (node.type) {
    case GUMBO_NODE_DOCUMENT: return &node.v.document.children;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE: return &node.v.element.children;
    default: return nullptr;
  }
}

std::optional<HtmlNode> flat_node(const GumboNode& node, std::uint32_t parent) {
  HtmlNode out;
  out.parent = parent;
  switch (node.type) {
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
      out.tag = tag_of(node.v.element.tag);
      out.attributes = &node.v.element.attributes;
      return out;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_WHITESPACE:
    case GUMBO_NODE_CDATA:
      out.tag = Tag::text;
      out.text = node.v.text.text;
      return out;
    default: return std::nullopt;
  }
}

std::vector<HtmlNode> flatten(const GumboNode& document) {
  struct Level {
    const GumboVector* children;
    unsigned next;
    std::uint32_t self;
  };
  std::vector<HtmlNode> nodes;
  std::vector<Level> levels{{children_of(document), 0, 0}};
  while (!levels.empty()) {
    Level& level = levels.back();
    if (level.next == level.children->length) {
      if (levels.size() > 1) nodes[level.self].end = static_cast<std::uint32_t>(nodes.size());
      levels.pop_back();
      continue;
    }
    const auto& child = *static_cast<const GumboNode*>(level.children->data[level.next++]);
    const auto flat = flat_node(child, level.self);
    if (!flat) continue;
    const auto self = static_cast<std::uint32_t>(nodes.size());
    nodes.push_back(*flat);
    nodes.back().end = self + 1;
    if (const GumboVector* below = children_of(child)) levels.push_back({below, 0, self});
  }
  return nodes;
}

const GumboAttribute* find_attribute(const void* attributes, std::string_view name) {
  if (!attributes) return nullptr;
  const auto& list = *static_cast<const GumboVector*>(attributes);
  for (unsigned i = 0; i < list.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(list.data[i]);
    if (name == attribute->name) return attribute;
  }
  return nullptr;
}

// Length of the white space that begins at text[at]: ASCII, NBSP, and the blanks of U+2000 to U+200B.
std::size_t space_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  if (byte(0) == ' ' || (byte(0) >= '\t' && byte(0) <= '\r')) return 1;
  if (byte(0) == 0xC2 && byte(1) == 0xA0) return 2;
  if (byte(0) == 0xE2 && byte(1) == 0x80 && byte(2) >= 0x80 && byte(2) <= 0x8A) return 3;
  return 0;
}

}  // namespace

std::string_view HtmlNode::attribute(std::string_view name) const {
  const GumboAttribute* found = find_attribute(attributes, name);
  return found ? std::string_view(found->value) : std::string_view{};
}
bool HtmlNode::has_attribute(std::string_view name) const { return find_attribute(attributes, name) != nullptr; }

HtmlPage::HtmlPage(std::string_view bytes, std::optional<std::string_view> content_type) : memory_(std::make_unique<Memory>()), steps_(0) {
  DecodedText decoded = decode_text(bytes.substr(0, max_markup), content_type, Markup::html);
  HtmlSource source = reduce_html(decoded.text);
  json_ld_ = std::move(source.json_ld);
  memory_->markup = std::move(source.markup);
  steps_ = Steps(steps_floor + steps_per_byte * decoded.text.size());
  steps_.take(source.steps);
  decoded = {};  // the parser needs the memory
  parse_markup();
}

// Of a page that asks for too much memory, less is read until that suffices.
void HtmlPage::parse_markup() {
  const std::string& markup = memory_->markup;
  const std::size_t budget = std::min(memory_floor + memory_per_byte * markup.size(), memory_ceiling);
  for (std::size_t length = markup.size(); nodes_.empty(); length /= 4) {
    memory_->clear(budget);
    const GumboNode* document = parse(markup.data(), length, memory_.get(), memory_->exhausted, &Memory::allocate, &Memory::release);
    if (document) nodes_ = flatten(*document);
    if (length == 0) break;
  }
  steps_.take(memory_->taken / bytes_per_step + nodes_.size());
}
HtmlPage::~HtmlPage() = default;
HtmlPage::HtmlPage(HtmlPage&&) noexcept = default;

std::string HtmlPage::text_of(std::size_t i, std::size_t most) const {
  std::size_t climbed = 0;
  const auto block_of = [&](std::size_t k) {
    for (; k > i && !is_block(nodes_[k].tag); k = nodes_[k].parent) ++climbed;
    return k;
  };
  std::string out;
  std::size_t block = i, k = i;
  for (; k < nodes_[i].end && out.size() < most && steps_.left(); ++k) {
    if (nodes_[k].tag == Tag::br) append_squeezed(out, " ");
    if (nodes_[k].tag != Tag::text) continue;
    if (const std::size_t own = block_of(k); own != block) append_squeezed(out, " "), block = own;
    steps_.take(climbed + append_squeezed(out, nodes_[k].text, most) / bytes_per_step);
    climbed = 0;
  }
  steps_.take(k - i);
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_heading(Tag tag) { return tag >= Tag::h1 && tag <= Tag::h6; }

bool is_block(Tag tag) {
  switch (tag) {
    case Tag::address:
    case Tag::article:
    case Tag::aside:
    case Tag::blockquote:
    case Tag::body:
    case Tag::caption:
    case Tag::center:
    case Tag::dd:
    case Tag::details:
    case Tag::div:
    case Tag::dl:
    case Tag::dt:
    case Tag::figcaption:
    case Tag::figure:
    case Tag::footer:
    case Tag::form:
    case Tag::h1:
    case Tag::h2:
    case Tag::h3:
    case Tag::h4:
    case Tag::h5:
    case Tag::h6:
    case Tag::head:
    case Tag::header:
    case Tag::hr:
    case Tag::html:
    case Tag::li:
    case Tag::main:
    case Tag::nav:
    case Tag::ol:
    case Tag::option:
    case Tag::p:
    case Tag::pre:
    case Tag::section:
    case Tag::summary:
    case Tag::table:
    case Tag::tbody:
    case Tag::td:
    case Tag::tfoot:
    case Tag::th:
    case Tag::thead:
    case Tag::title:
    case Tag::tr:
    case Tag::ul: return true;
    default: return false;
  }
}

std::size_t append_squeezed(std::string& out, std::string_view text, std::size_t most) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (out.size() >= most && (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) break;
    if (const std::size_t space = space_length(text, at)) {
      if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
      at += space;
    } else {
      out += text[at++];
    }
  }
  return at;
}

std::string squeezed(std::string_view text) {
  std::string out;
  append_squeezed(out, text);
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace headrace
