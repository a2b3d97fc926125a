// A list of feeds in OPML; and a page of HTML, as which the same bytes are looked through for feeds.
#include "nodes/poll/feed/opml.hpp"

#include <algorithm>

#include "nodes/poll/feed/discovery.hpp"
#include "nodes/poll/feed/uri.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

namespace {

bool writable(const FeedReference& feed) {
  return std::none_of(feed.url.begin(), feed.url.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

std::vector<std::string> addresses(const std::vector<FeedReference>& feeds) {
  std::vector<std::string> out;
  for (const FeedReference& feed : feeds) out.push_back(feed.url);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  const std::string_view text = fuzz::text_of(data, size);
  auto feeds = feed::read_opml(text);
  fuzz::require(feeds.size() <= size / 8, "every feed has an outline");
  for (const FeedReference& feed : feeds) fuzz::require(!feed.url.empty() && feed.categories.size() <= 20, "a feed has an address");
  std::erase_if(feeds, [](const FeedReference& feed) { return !writable(feed); });
  const auto again = feed::read_opml(feed::write_opml(feeds, "Feeds"));
  fuzz::require(addresses(again) == addresses(feeds), "what is written is read again");
  for (const FeedReference& feed : feed::discover_feeds(text, "https://example.org/"))
    fuzz::require(feed::is_web_url(feed.url), "a feed that is found can be fetched");
  return 0;
}
