// What is taken out of a page before the parser sees it, held against the parser itself: the words of the page and the attributes
// of its first element are those that it finds in the page as it came.
#include "nodes/extract/html_source.hpp"

#include <gumbo.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "nodes/extract/attribute_names.hpp"
#include "nodes/support/charset.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

namespace {

constexpr std::size_t longest_page = 1500;  // no tags nested beyond the limits, which leave some out

class Parsed {
 public:
  explicit Parsed(std::string_view html) : output_(gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size())) {
    std::vector<const GumboNode*> open{output_->document};
    while (!open.empty()) {
      const GumboNode& node = *open.back();
      open.pop_back();
      if (node.type == GUMBO_NODE_TEXT) words_ = node.v.text.text + std::string(" ") + words_;
      const GumboVector* const children = children_of(node);
      for (unsigned i = 0; children && i < children->length; ++i) open.push_back(static_cast<const GumboNode*>(children->data[i]));
    }
    std::erase_if(words_, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
  }
  Parsed(const Parsed&) = delete;
  ~Parsed() { gumbo_destroy_output(&kGumboDefaultOptions, output_); }

  const std::string& words() const { return words_; }  // without blanks

  // Of the first element in the body, by number.
  std::vector<std::pair<int, std::string>> attributes() const {
    std::vector<std::pair<int, std::string>> out;
    const GumboNode* node = output_->root;
    for (const int child : {1, 0}) {
      const GumboVector* const children = node ? children_of(*node) : nullptr;
      node = children && children->length > static_cast<unsigned>(child) ? static_cast<const GumboNode*>(children->data[child]) : nullptr;
    }
    if (!node || node->type != GUMBO_NODE_ELEMENT) return out;
    const GumboVector& given = node->v.element.attributes;
    for (unsigned i = 0; i < given.length; ++i) {
      const auto& each = *static_cast<const GumboAttribute*>(given.data[i]);
      if (const int number = number_of_attribute(each.name); number >= 0) out.emplace_back(number, each.value);
    }
    return out;
  }

 private:
  static const GumboVector* children_of(const GumboNode& node) {
    return node.type == GUMBO_NODE_DOCUMENT                                      ? &node.v.document.children
           : node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE ? &node.v.element.children
                                                                                 : nullptr;
  }
  GumboOutput* output_;
  std::string words_;
};

// Whether a page has elements that are left out with what is in them, or tags that are left out alone.
bool loses_words(std::string_view html) {
  std::string lower(html);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view name : {"script", "style", "iframe", "noembed", "noframes", "textarea", "svg", "math", "plaintext"})
    if (lower.find("<" + std::string(name)) != lower.npos) return true;
  std::size_t tags = 0;
  for (const char* each : {"<b", "<c", "<e", "<f", "<i", "<n", "<s", "<t", "<u"})  // formatting is limited to sixteen
    for (std::size_t at = lower.find(each); at != lower.npos; at = lower.find(each, at + 1)) ++tags;
  return tags >= 16;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  const std::string html = decode_text(fuzz::text_of(data, size), "text/html; charset=utf-8", Markup::html).text;
  const HtmlSource source = reduce_html(html);
  fuzz::require(source.markup.size() <= 4 * html.size(), "reduced markup is no longer than that of a page of less-than signs");
  if (html.size() > longest_page || html.find('\0') != html.npos) return 0;

  if (!loses_words(html)) fuzz::require(Parsed(html).words() == Parsed(source.markup).words(), "no word is lost, and none added");

  const std::string tag = "<div " + html;
  if (std::count(tag.begin(), tag.end(), '=') + std::count(tag.begin(), tag.end(), ' ') > 50) return 0;  // many are all left out
  fuzz::require(Parsed(tag).attributes() == Parsed(reduce_html(tag).markup).attributes(), "attributes that somebody looks at are kept");
  return 0;
}
