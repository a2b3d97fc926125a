#include "nodes/extract/page_parts.hpp"

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t most_nodes = 500;  // of a heading
constexpr std::size_t max_title = 1000;  // bytes; longer ones are no titles

std::string text_of_title(const HtmlPage& page) {
  for (std::size_t i = 0; i < page.size(); ++i)
    if (page[i].tag == Tag::title)
      if (std::string text = plain_text(page.text_of(i, 4 * max_title)); !text.empty() && text.size() <= max_title) return text;
  return {};
}

std::string titles(const PageMeta& meta, std::string_view title_element) {
  return meta.value({"og:title", "twitter:title"}).value_or("").append(" ").append(title_element);
}

std::vector<std::string> declared_site_names(const PageMeta& meta, const JsonLdArticle& json) {
  std::vector<std::string> out;
  const auto add = [&](const std::optional<std::string>& name) {
    if (name && name->size() <= 100 && !is_web_url(*name) && !name->starts_with('@')) out.push_back(*name);
  };
  add(meta.value({"og:site_name"}));
  add(json.publisher);
  for (const std::string_view name : {"application-name", "dc.publisher", "dcterms.publisher", "apple-mobile-web-app-title"})
    add(meta.value({name}));
  return out;
}

bool stands_beside(const HtmlNode& node, NameTraits traits) {
  switch (node.tag) {
    case Tag::nav:
    case Tag::aside:
    case Tag::footer:
    case Tag::noscript:
    case Tag::template_: return true;
    case Tag::text:
    case Tag::html:
    case Tag::head:
    case Tag::body:
    case Tag::main:
    case Tag::article: return false;
    default: return (traits & name_trait::beside) || node.has_attribute("hidden");
  }
}

// Like a name, a wrapper of the whole article is not taken at its word ("with-sidebar"): one that holds an h1 stands beside nothing.
std::vector<bool> nodes_beside(const HtmlPage& page, const std::vector<NameTraits>& traits) {
  std::vector<std::size_t> headlines;
  for (std::size_t i = 0; i < page.size(); ++i)
    if (page[i].tag == Tag::h1) headlines.push_back(i);
  std::vector<bool> out(page.size());
  for (std::size_t i = 0; i < page.size();) {
    const auto inside = std::lower_bound(headlines.begin(), headlines.end(), i);
    const bool has_headline = inside != headlines.end() && *inside < page[i].end;
    if (has_headline || !stands_beside(page[i], traits[i])) {
      ++i;
      continue;
    }
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(i), out.begin() + static_cast<std::ptrdiff_t>(page[i].end), true);
    i = page[i].end;
  }
  return out;
}

}  // namespace

PageParts::PageParts(const HtmlPage& from, std::string_view address)
    : page(from),
      url(address),
      meta(from),
      title_element(text_of_title(from)),
      json(read_json_ld(from.json_ld(), titles(meta, title_element), from.steps())),
      site_names(declared_site_names(meta, json)),
      site(host_of(address), site_names),
      traits(read_name_traits(from)),
      beside(nodes_beside(from, traits)) {}

std::size_t headline_node(const PageParts& parts, std::string_view title) {
  const std::string wanted = letters_of(title);
  std::size_t other = 0, any_h1 = 0;
  for (std::size_t i = 0; i < parts.page.size(); ++i) {
    const HtmlNode& node = parts.page[i];
    if (!is_heading(node.tag) || parts.beside[i] || node.end - i > most_nodes) continue;
    const bool same = !wanted.empty() && letters_of(parts.page.text_of(i, 2 * max_title)) == wanted;
    if (same && node.tag == Tag::h1) return i;
    if (same && other == 0) other = i;
    if (node.tag == Tag::h1 && any_h1 == 0) any_h1 = i;
  }
  return other ? other : any_h1;
}

}  // namespace headrace
