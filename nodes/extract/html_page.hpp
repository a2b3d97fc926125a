// A page as a flat list of its elements and texts in document order. A subtree is the stretch [i, end): every walk is a loop,
// so no page can exhaust the stack.
//
//   const HtmlPage page(bytes, content_type);
//   for (std::size_t i = 0; i < page.size(); ++i)
//     if (page[i].tag == Tag::a) links.push_back(page[i].attribute("href"));
//
// The views it gives live as long as the page. Immutable once built, but for the count of steps: one thread at a time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/extract/attribute_names.hpp"
#include "nodes/extract/slabs.hpp"
#include "nodes/extract/steps.hpp"

namespace headrace {

enum class Tag : std::uint8_t {
  text,  // not an element
  other,
  a,
  abbr,
  address,
  article,
  aside,
  b,
  base,
  blockquote,
  body,
  br,
  button,
  caption,
  center,
  cite,
  code,
  dd,
  del,
  details,
  div,
  dl,
  dt,
  em,
  figcaption,
  figure,
  font,
  footer,
  form,
  h1,
  h2,
  h3,
  h4,
  h5,
  h6,
  head,
  header,
  hr,
  html,
  i,
  img,
  input,
  label,
  li,
  link,
  main,
  meta,
  nav,
  noscript,
  ol,
  option,
  p,
  picture,
  pre,
  q,
  section,
  select,
  small,
  source,
  span,
  strong,
  sub,
  summary,
  sup,
  table,
  tbody,
  td,
  template_,
  tfoot,
  th,
  thead,
  time,
  title,
  tr,
  u,
  ul,
  video,
};

struct HtmlAttribute {
  std::string_view value;
  std::uint8_t name = 0;  // its number
};

struct HtmlNode {
  Tag tag = Tag::other;
  std::uint16_t attribute_count = 0;
  std::uint32_t parent = 0, end = 0;  // end: one past the last node of the subtree
  std::string_view text;              // of Tag::text, entities resolved
  const HtmlAttribute* attributes = nullptr;

  // Empty when the attribute is missing or empty.
  std::string_view attribute(AttributeName name) const {
    const HtmlAttribute* const found = find(name);
    return found ? found->value : std::string_view{};
  }
  bool has_attribute(AttributeName name) const { return find(name) != nullptr; }

 private:
  const HtmlAttribute* find(AttributeName name) const;
};

class HtmlPage {
 public:
  // Never throws for what a page holds. Of one that would need more memory than any real page does, a part is read.
  HtmlPage(std::string_view bytes, std::optional<std::string_view> content_type);

  std::size_t size() const { return nodes_.size(); }
  const HtmlNode& operator[](std::size_t i) const { return nodes_[i]; }
  const std::vector<std::string>& json_ld() const { return json_ld_; }
  // The text below a node, white space squeezed, a blank where a block begins or ends; it ends when it has `most` bytes or a
  // little more, or when the page's steps do.
  std::string text_of(std::size_t i, std::size_t most = std::string::npos) const;
  // What reading the page has taken, and what it may take: so much for each of its bytes.
  Steps& steps() const { return steps_; }

 private:
  std::vector<HtmlNode> nodes_;
  Slabs kept_;  // what they point into
  std::vector<std::string> json_ld_;
  mutable Steps steps_{0};
};

bool is_block(Tag tag);  // begins a line of its own
bool is_heading(Tag tag);

// Appends `text` with each run of white space (NBSP included) as one blank, and none at the start of a line, until `out` has `most`
// bytes and ends with a character. Gives the bytes of `text` that were looked at.
std::size_t append_squeezed(std::string& out, std::string_view text, std::size_t most = std::string::npos);
std::string squeezed(std::string_view text);  // trimmed as well

}  // namespace headrace
