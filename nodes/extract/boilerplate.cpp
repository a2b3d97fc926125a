#include "nodes/extract/boilerplate.hpp"

#include <algorithm>
#include <array>

namespace headrace {

namespace {

constexpr auto article_words = std::to_array<std::string_view>(
    {"articlebody", "articlecontent", "entrycontent", "postbody", "postcontent", "storybody", "storycontent", "storytext"});

// "article-body", "articleBody" and "article__body" are one.
bool any_article_name(std::string_view names) {
  std::string joined;
  for (const char c : names) {
    if (c >= 'A' && c <= 'Z') joined += static_cast<char>(c + 32);
    else if ((c >= 'a' && c <= 'z') || c == ' ') joined += c;
  }
  return std::any_of(article_words.begin(), article_words.end(), [&](std::string_view word) { return joined.find(word) != joined.npos; });
}

constexpr std::size_t max_names = 400;  // bytes of a class that are looked at

}  // namespace

bool never_prose(Tag tag) {
  switch (tag) {
    case Tag::head:
    case Tag::nav:
    case Tag::aside:
    case Tag::footer:
    case Tag::button:
    case Tag::select:
    case Tag::option:
    case Tag::label:
    case Tag::input:
    case Tag::noscript:
    case Tag::template_:
    case Tag::figcaption:
    case Tag::title:
    case Tag::video:
    case Tag::caption: return true;
    default: return false;
  }
}

bool is_hidden(const HtmlNode& node) {
  if (!node.attributes) return false;
  if (node.has_attribute("hidden") || node.attribute("aria-hidden") == "true") return true;
  const std::string_view given = node.attribute("style");
  if (given.find(':') == given.npos) return false;
  std::string style;
  for (const char c : given.substr(0, max_names))
    if (c != ' ') style += c;
  return style.find("display:none") != style.npos || style.find("visibility:hidden") != style.npos;
}

bool named_boilerplate(const HtmlNode& node, NameTraits traits) {
  if (!node.attributes || node.tag == Tag::body || node.tag == Tag::html || node.tag == Tag::article || node.tag == Tag::main) return false;
  if (traits & name_trait::boilerplate) return true;
  const std::string_view role = node.attribute("role");
  return role == "navigation" || role == "complementary" || role == "contentinfo" || role == "dialog" || role == "banner" ||
         role == "search";
}

bool named_article(const HtmlNode& node) {
  if (!node.attributes) return false;
  if (node.attribute("itemprop") == "articleBody") return true;
  return any_article_name(node.attribute("class").substr(0, max_names)) || any_article_name(node.attribute("id").substr(0, max_names));
}

}  // namespace headrace
