// Lists of feeds in OPML, as readers export them.
//
//   for (const FeedReference& feed : read_opml(bytes)) poll(feed.url);
//
// Pure; any thread. Linear in the size of the document, whatever is wrong with it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "nodes/values.hpp"

namespace headrace::feed {

// Every outline that has an address, in the order of the document; the titles of the outlines around it are its categories,
// and so are those that it names itself. Nothing is checked or left out: an address may be anything.
std::vector<FeedReference> read_opml(std::string_view bytes);

// OPML 2.0, in which a feed stands under its first category.
std::string write_opml(const std::vector<FeedReference>& feeds, std::string_view title);

}  // namespace headrace::feed
