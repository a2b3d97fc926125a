// Which feeds a page of HTML names.
//
//   discover_feeds(page, "https://example.org/")    // <link rel="alternate" type="application/rss+xml" href="/feed.xml">
//
// Pure; any thread. Linear in the size of the page.
#pragma once
#include <string_view>
#include <vector>

#include "nodes/values.hpp"

namespace headrace::feed {

// In the order of the page, each address once: links whose relation is `alternate` (or `feed`) and whose type is that of a
// feed. `html` is UTF-8; `url` is where it was found, and its <base> is followed.
std::vector<FeedReference> discover_feeds(std::string_view html, std::string_view url);

}  // namespace headrace::feed
