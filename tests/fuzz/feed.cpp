// A feed of any format, in any encoding. A NUL byte in the first line ends a content type that was sent with it.
#include <algorithm>

#include "core/node.hpp"
#include "nodes/poll/feed/read_feed.hpp"
#include "nodes/poll/feed/uri.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

namespace {

constexpr std::size_t most_entries = 200;

std::size_t length(const std::optional<std::string>& text) {
  fuzz::require(!text || !text->empty(), "a member that is there says something");
  return text ? text->size() : 0;
}

// What an entry holds that was not inherited from the feed.
std::size_t bytes_of(const FeedEntry& entry) {
  std::size_t bytes = length(entry.title) + length(entry.link) + length(entry.id) + length(entry.summary) + length(entry.content);
  for (const std::string& category : entry.categories) bytes += category.size();
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  std::string_view text = fuzz::text_of(data, size);
  FeedDocument document{{}, {}, "https://example.org/feed"};
  if (const auto nul = text.substr(0, 60).find('\0');
      nul != std::string_view::npos && text.substr(0, nul).find('/') != std::string_view::npos) {
    document.content_type = std::string(text.substr(0, nul));
    text.remove_prefix(nul + 1);
  }
  document.body = Bytes(std::string(text));
  try {
    feed::ReadFeed read = feed::read_feed(document, most_entries);
    fuzz::require(read.parsed.entries.size() <= most_entries, "entries beyond the limit are left out");
    fuzz::require(read.bases.size() == read.parsed.entries.size(), "each entry has a base");
    std::size_t bytes = 0;
    for (const FeedEntry& entry : read.parsed.entries) {
      bytes += bytes_of(entry);
      fuzz::require(entry.enclosures.size() <= 100, "files are counted");
      for (const Enclosure& each : entry.enclosures) fuzz::require(!each.url.empty(), "a file has an address");
    }
    fuzz::require(bytes <= 8 * size + (4 << 20), "what is read comes from the document");
    for (const int hour : read.parsed.feed.skip_hours) fuzz::require(hour >= 0 && hour < 24, "an hour is one of the day");
    for (const int day : read.parsed.feed.skip_days) fuzz::require(day >= 0 && day < 7, "a day is one of the week");
    if (read.parsed.feed.update_every) fuzz::require(read.parsed.feed.update_every->count() > 0, "a period is a time");
    feed::resolve_links(read);
  } catch (const NodeError& error) {
    fuzz::require(error.failure.kind == "not_a_feed", "what is no feed is said to be none");
  }
  return 0;
}
