#include "nodes/poll/feed_of_page.hpp"

#include "nodes/poll/feed/discovery.hpp"
#include "nodes/support/charset.hpp"
#include "nodes/url/registrable_domain.hpp"
#include "nodes/url/url.hpp"

namespace headrace {

namespace {

bool of_one_site(const std::string& a, const std::string& b) {
  const auto left = parse_url(a).url, right = parse_url(b).url;
  return left && right && same_site(left->host, right->host);
}

}  // namespace

std::optional<std::string> feed_of_page(const FeedDocument& document, const std::string& asked) {
  const std::string found_at = document.url.value_or(asked);
  if (!of_one_site(found_at, asked)) return std::nullopt;
  const DecodedText decoded = decode_text(document.body, document.content_type, Markup::html);
  for (const FeedReference& each : feed::discover_feeds(decoded.text, found_at)) {
    const auto url = parse_url(each.url).url;
    if (url && url->text() != asked && url->text() != found_at) return url->text();
  }
  return std::nullopt;
}

}  // namespace headrace
