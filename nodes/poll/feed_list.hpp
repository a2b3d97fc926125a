// The feeds that poll_feeds is given: an OPML file, a text file of URLs, or one URL.
#pragma once
#include "core/value/codec.hpp"

namespace headrace {

// As configured: text that begins with http:// or https:// is a URL; anything else names a file, as a Path does.
struct FeedSource {
  std::string text;
  bool operator==(const FeedSource&) const = default;
};

template <> struct Codec<FeedSource> {
  static void write(JsonWriter& writer, const FeedSource& value) { writer.string(value.text); }
  static FeedSource read(const ValueView& view);
  static std::string name() { return "path or URL"; }
};

struct FeedList {
  std::vector<std::string> urls;      // in the order of the file, each once
  std::vector<std::string> rejected;  // what stands where a URL should, with its place: "feeds.txt:3: 'example'"
};

// Throws NodeError `bad_feed_list` when the file cannot be read or names no feed.
FeedList load_feed_list(const FeedSource& source);
FeedList parse_feed_list(std::string_view bytes, const std::string& file_name);

}  // namespace headrace
