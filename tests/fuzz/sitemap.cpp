// A sitemap, compressed or not.
#include "core/node.hpp"
#include "nodes/poll/feed/uri.hpp"
#include "nodes/poll/sitemap/read_sitemap.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  constexpr SitemapLimits limits{100, 1 << 20};
  try {
    const Sitemap map = read_sitemap({Bytes(std::string(fuzz::text_of(data, size))), {}, "https://example.org/sitemap.xml"}, limits);
    fuzz::require(map.pages.size() + map.sitemaps.size() <= limits.max_entries, "entries beyond the limit are left out");
    for (const SitemapPage& page : map.pages) {
      fuzz::require(feed::is_web_url(page.url), "a page can be fetched");
      fuzz::require(!page.priority || (*page.priority >= 0 && *page.priority <= 1), "a priority is a share");
    }
    for (const SitemapReference& each : map.sitemaps) fuzz::require(feed::is_web_url(each.url), "a sitemap can be fetched");
  } catch (const NodeError& error) {
    fuzz::require(error.failure.kind == "not_a_sitemap", "what is no sitemap is said to be none");
  }
  return 0;
}
