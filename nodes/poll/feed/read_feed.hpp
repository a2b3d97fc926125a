// Feeds of any format to one model.
//
//   const ReadFeed read = read_feed({.body = bytes, .url = "https://example.org/feed.xml"});
//
// Pure; any thread. Linear in the size of the document.
#pragma once
#include "core/node.hpp"
#include "nodes/values.hpp"

namespace headrace::feed {

struct ReadFeed {
  ParsedFeed parsed;               // links as they were written
  std::vector<std::string> bases;  // what the link of each entry is relative to; empty when nobody knows
  std::string base;                // and that of the feed
};

// RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF, JSON Feed. Stops behind `max_entries` entries. Throws NodeError
// `not_a_feed` for anything else.
ReadFeed read_feed(const FeedDocument& document, std::size_t max_entries);

// What a poller emits of an entry: the article's own link, the teaser, the first of its dates. `base` is what the link is relative to.
Entry entry_of(FeedEntry&& entry, const std::string& base);

void resolve_links(ReadFeed& read);  // makes links absolute where the bases allow it

}  // namespace headrace::feed
