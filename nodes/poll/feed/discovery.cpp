#include "nodes/poll/feed/discovery.hpp"

#include <algorithm>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/html_tags.hpp"
#include "nodes/poll/feed/uri.hpp"
#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

constexpr std::size_t most_feeds = 100;

bool has_word(std::string_view words, std::string_view wanted) {
  while (!(words = trim(words)).empty()) {
    const std::size_t end = std::min(words.find_first_of(" \t\r\n\f"), words.size());
    if (same_name(words.substr(0, end), wanted)) return true;
    words.remove_prefix(end);
  }
  return false;
}

// Plain XML or JSON may be anything: oEmbed, a page for machines. It has to call itself a feed.
bool is_feed_type(std::string_view type) {
  type = trim(type.substr(0, type.find(';')));
  constexpr std::string_view types[] = {"application/rss+xml",    "application/atom+xml",   "application/rdf+xml", "application/feed+json",
                                        "application/x.atom+xml", "application/x-atom+xml", "text/rss+xml",        "text/atom+xml"};
  return std::any_of(std::begin(types), std::end(types), [&](std::string_view each) { return same_name(type, each); });
}

std::optional<std::string> said(std::string text) {
  text = collapse_blanks(text);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

}  // namespace

std::vector<FeedReference> discover_feeds(std::string_view html, std::string_view url) {
  std::vector<FeedReference> out;
  std::string base(url);
  bool has_base = false;
  for (HtmlTags tags(html); tags.next() && out.size() < most_feeds;) {
    if (tags.is("base") && !has_base) {
      const std::string href = tags.attribute("href");
      has_base = !href.empty();
      if (has_base) base = resolve_reference(url, trim(href));
    }
    if (!tags.is("link")) continue;
    const std::string relation = tags.attribute("rel"), type = tags.attribute("type"), href = tags.attribute("href");
    const bool feed = has_word(relation, "feed") || (has_word(relation, "alternate") && is_feed_type(type));
    if (!feed || trim(href).empty()) continue;
    std::string address = resolve_reference(base, trim(href));
    const auto same = [&](const FeedReference& each) { return each.url == address; };
    if (!is_web_url(address) || std::any_of(out.begin(), out.end(), same)) continue;
    out.push_back({std::move(address), said(tags.attribute("title")), std::string(url), said(type), {}});
    if (url.empty()) out.back().site.reset();
  }
  return out;
}

}  // namespace headrace::feed
