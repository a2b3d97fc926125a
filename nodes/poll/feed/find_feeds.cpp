// Finds the feeds of a site in one of its pages: for an operator who knows the site, and for a feed's address at which
// HTML turned up.
//
//   graph: {page: fetch, feeds: find_feeds}
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/discovery.hpp"
#include "nodes/support/charset.hpp"

namespace headrace {
namespace {

class FindFeeds {
 public:
  std::vector<FeedReference> operator()(In<"page"> page) const {
    return feed::discover_feeds(decode_text(page->body, page->content_type, Markup::html).text, page->url);
  }
};

}  // namespace

HEADRACE_NODE(FindFeeds, "find_feeds", "Finds the feeds that a page names in its links, in order.")

}  // namespace headrace
