#include "nodes/extract/page_publisher.hpp"

#include <algorithm>

#include "nodes/url/registrable_domain.hpp"

namespace headrace {

namespace {

using Name = Found<std::string>;

constexpr std::size_t longest_name = 100;   // bytes
constexpr std::size_t most_nodes = 12;      // of a link that is a logo
constexpr std::size_t most_home_links = 8;  // that are looked at

// "The Coast | News from the sea" is The Coast.
std::string without_tagline(const std::string& name) {
  const auto parts = title_parts(name);
  return std::string(parts.front().empty() ? std::string_view(name) : parts.front());
}

std::vector<Name> declared_names(const PageParts& parts) {
  std::vector<Name> names;
  if (auto name = parts.meta.value({"og:site_name"})) names.push_back({std::move(*name), "meta og:site_name", 0.9});
  if (parts.json.publisher) names.push_back({*parts.json.publisher, "JSON-LD publisher", 0.9});
  for (const std::string_view meta : {"application-name", "dc.publisher", "dcterms.publisher", "apple-mobile-web-app-title"})
    if (auto name = parts.meta.value({meta})) names.push_back({std::move(*name), "meta " + std::string(meta), 0.7});
  std::erase_if(names,
                [](const Name& name) { return is_web_url(name.value) || name.value.starts_with('@') || name.value.size() > longest_name; });
  if (auto name = parts.site.found_in(parts.title_element)) names.push_back({std::move(*name), "title element", 0.7});
  return names;
}

// "The Coast Logo" is The Coast.
std::string without_logo(std::string text) {
  if (lower_ascii(text).ends_with(" logo")) text.resize(text.size() - 5);
  return text;
}

// What the links to the front page say: their text, their title, and those of the pictures in them.
std::vector<Name> home_link_names(const PageParts& parts) {
  std::vector<Name> names;
  std::size_t links = 0;
  const HtmlPage& page = parts.page;
  for (std::size_t i = 0; i < page.size() && links < most_home_links && page.steps().left(); ++i) {
    if (page[i].tag != Tag::a || page[i].end - i > most_nodes) continue;
    const auto url = absolute_url(squeezed(page[i].attribute("href")), parts.url);
    if (!url || !is_front_page(*url) || !same_site(host_of(*url), host_of(parts.url))) continue;
    ++links;
    names.push_back({page.text_of(i, longest_name + 1), "link to the front page", 0.6});
    for (std::size_t k = i; k < page[i].end; ++k)
      for (const auto attribute : std::initializer_list<AttributeName>{"alt", "title"})
        names.push_back({without_logo(squeezed(page[k].attribute(attribute).substr(0, longest_name + 1))), "link to the front page", 0.6});
  }
  return names;
}

// Where no name is declared, these may say it; nothing unless the address confirms them.
std::vector<Name> hinted_names(const PageParts& parts) {
  std::vector<Name> names = home_link_names(parts);
  if (const std::size_t colon = parts.title_element.find(": "); colon < longest_name)
    names.push_back({parts.title_element.substr(0, colon), "title element", 0.6});
  for (const std::string_view meta : {"twitter:site", "twitter:creator"})
    if (auto name = parts.meta.value({meta}); name && name->starts_with('@'))
      names.push_back({name->substr(1), "meta " + std::string(meta), 0.5});
  std::erase_if(names, [](const Name& name) { return name.value.empty() || name.value.size() > longest_name; });
  return names;
}

}  // namespace

// Templates put a section or a slogan where the name should be; one that the address confirms is neither.
std::optional<Name> find_publisher(const PageParts& parts) {
  const SiteName by_host(host_of(parts.url), {});
  const auto confirmed = [&](const std::vector<Name>& names) -> std::optional<Name> {
    for (const Name& name : names)
      if (std::string bare = without_tagline(name.value); !letters_of(bare).empty() && by_host.named_by(bare))
        return Name{std::move(bare), name.source, name.confidence};
    return {};
  };
  const std::vector<Name> declared = declared_names(parts);
  if (declared.empty()) return confirmed(hinted_names(parts));
  if (auto name = confirmed(declared)) {
    name->confidence = 0.97;
    return name;
  }
  return Name{without_tagline(declared.front().value), declared.front().source, declared.front().confidence};
}

}  // namespace headrace
