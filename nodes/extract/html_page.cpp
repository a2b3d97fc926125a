#include "nodes/extract/html_page.hpp"

#include <algorithm>

#include "nodes/extract/html_parser.hpp"
#include "nodes/extract/html_source.hpp"
#include "nodes/support/charset.hpp"

namespace headrace {

namespace {

constexpr std::size_t max_markup = 16u << 20;  // bytes of a page that are looked at
constexpr std::size_t steps_floor = 1u << 20;  // what any page may take ...
constexpr std::size_t steps_per_byte = 16;     // ... and what it may take more for its size
constexpr std::size_t bytes_per_step = 16;     // of the parser's memory, of texts that are copied

// Length of the white space that begins at text[at]: ASCII, NBSP, and the blanks of U+2000 to U+200B.
std::size_t space_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  if (byte(0) == ' ' || (byte(0) >= '\t' && byte(0) <= '\r')) return 1;
  if (byte(0) == 0xC2 && byte(1) == 0xA0) return 2;
  if (byte(0) == 0xE2 && byte(1) == 0x80 && byte(2) >= 0x80 && byte(2) <= 0x8A) return 3;
  return 0;
}

void append_space(std::string& out) {
  if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
}

}  // namespace

const HtmlAttribute* HtmlNode::find(AttributeName name) const {
  const auto end = attributes + attribute_count;
  const auto* const found = std::find_if(attributes, end, [&](const HtmlAttribute& each) { return each.name == name.number; });
  return found == end ? nullptr : found;
}

HtmlPage::HtmlPage(std::string_view bytes, std::optional<std::string_view> content_type) {
  HtmlSource source = [&] {  // the decoded text goes before the parser comes, which needs the memory
    const DecodedText decoded = decode_text(bytes.substr(0, max_markup), content_type, Markup::html);
    steps_ = Steps(steps_floor + steps_per_byte * decoded.text.size());
    return reduce_html(decoded.text);
  }();
  json_ld_ = std::move(source.json_ld);
  ParsedHtml parsed = parse_html(std::move(source.markup));
  nodes_ = std::move(parsed.nodes);
  kept_ = std::move(parsed.kept);
  steps_.take(source.steps + parsed.taken / bytes_per_step + nodes_.size());
}

std::string HtmlPage::text_of(std::size_t i, std::size_t most) const {
  std::size_t climbed = 0;
  const auto block_of = [&](std::size_t k) {
    for (; k > i && !is_block(nodes_[k].tag); k = nodes_[k].parent) ++climbed;
    return k;
  };
  std::string out;
  std::size_t block = i, k = i;
  for (; k < nodes_[i].end && out.size() < most && steps_.left(); ++k) {
    if (nodes_[k].tag == Tag::br) append_space(out);
    if (nodes_[k].tag != Tag::text) continue;
    if (const std::size_t own = block_of(k); own != block) append_space(out), block = own;
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
      append_space(out);
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
