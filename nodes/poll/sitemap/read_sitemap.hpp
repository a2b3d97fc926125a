// Sitemaps as sites publish them: https://www.sitemaps.org/protocol.html, with the fields of news and image sitemaps.
//
//   const Sitemap map = read_sitemap({.body = bytes, .url = "https://example.org/sitemap.xml.gz"}, {});
//
// Pure; any thread. Time and memory are bounded by the limits, whatever the bytes hold.
#pragma once
#include "core/node.hpp"
#include "nodes/values.hpp"

namespace headrace {

struct SitemapLimits {
  std::size_t max_entries = 50'000;  // the protocol's
  std::size_t max_bytes = 50 << 20;  // after decompression
};

// A urlset, an index of sitemaps, or a text file of URLs; compressed or not. What is beyond the limits is left out, and the
// sitemap says that it is not whole. Throws NodeError `not_a_sitemap` for anything else.
Sitemap read_sitemap(const FeedDocument& document, const SitemapLimits& limits);

}  // namespace headrace
