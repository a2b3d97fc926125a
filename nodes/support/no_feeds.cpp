// Resource `no_feeds`: the catalog of a poller that is given its feeds in another way.
#include "core/node.hpp"
#include "nodes/support/feed_catalog.hpp"

namespace headrace {

namespace {

class NoFeeds final : public FeedCatalog {
 public:
  std::vector<std::string> feeds() const override { return {}; }
};

HEADRACE_RESOURCE(NoFeeds, FeedCatalog, "no_feeds", "An empty catalog of feeds.")

}  // namespace
}  // namespace headrace
