#include "nodes/extract/metadata.hpp"

#include <algorithm>

#include "nodes/extract/lead_image.hpp"
#include "nodes/extract/page_authors.hpp"
#include "nodes/extract/page_publisher.hpp"
#include "nodes/extract/page_times.hpp"
#include "nodes/extract/page_title.hpp"
#include "nodes/url/registrable_domain.hpp"

namespace headrace {

namespace {

using Text = Found<std::string>;

std::optional<Text> find_description(const PageParts& parts) {
  for (const std::string_view name : {"og:description", "description", "twitter:description", "dc.description", "dcterms.description"})
    if (auto value = parts.meta.value({name})) return Text{std::move(*value), "meta " + std::string(name), 0.9};
  if (parts.json.description) return Text{*parts.json.description, "JSON-LD description", 0.85};
  return {};
}

// A page may name an address of its own site only; some templates give every page the front page's.
std::optional<Text> find_canonical_url(const PageParts& parts) {
  const auto sound = [&](const std::optional<std::string>& link) -> std::optional<std::string> {
    auto url = link ? absolute_url(*link, parts.url) : std::nullopt;
    const bool elsewhere = url && is_web_url(parts.url) && !same_site(host_of(*url), host_of(parts.url));
    return url && !elsewhere && !(is_front_page(*url) && is_web_url(parts.url) && !is_front_page(parts.url)) ? url : std::nullopt;
  };
  if (auto url = sound(parts.meta.link("canonical"))) return Text{std::move(*url), "link canonical", 0.95};
  if (auto url = sound(parts.meta.value({"og:url"}))) return Text{std::move(*url), "meta og:url", 0.9};
  if (auto url = sound(parts.json.url)) return Text{std::move(*url), "JSON-LD url", 0.8};
  return {};
}

}  // namespace

Metadata read_metadata(const PageParts& parts) {
  Metadata out;
  const auto take = [&](auto& member, const char* name, auto found) {
    if (!found) return;
    member = std::move(found->value);
    out.evidence.push_back({name, std::move(found->source), found->confidence});
  };
  Article& article = out.article;
  take(article.title, "title", find_title(parts));
  const std::size_t headline = headline_node(parts, article.title.value_or(""));
  take(article.authors, "authors", find_authors(parts, headline));
  PageTimes times = find_times(parts, headline);
  take(article.published, "published", std::move(times.published));
  take(article.modified, "modified", std::move(times.modified));
  take(article.image, "image", find_lead_image(parts, headline));
  take(article.publisher, "publisher", find_publisher(parts));
  take(article.description, "description", find_description(parts));
  take(article.canonical_url, "canonical_url", find_canonical_url(parts));
  return out;
}

}  // namespace headrace
