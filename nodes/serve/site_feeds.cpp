// Resource `site_feeds`: tells a poller the feeds of a site whose port is known only once it runs.
#include "core/node.hpp"
#include "nodes/serve/static_site.hpp"
#include "nodes/support/feed_catalog.hpp"

namespace headrace {

namespace {

class SiteFeeds final : public FeedCatalog {
 public:
  struct Config {
    Use<StaticSite> site;
    static constexpr auto fields() { return std::tuple(field("site", &Config::site, "The site.")); }
  };
  explicit SiteFeeds(Config config) : config_(std::move(config)) {}
  std::vector<std::string> feeds() const override { return config_.site->feeds(); }

 private:
  Config config_;
};

HEADRACE_RESOURCE(SiteFeeds, FeedCatalog, "site_feeds", "The feeds of a static site.")

}  // namespace
}  // namespace headrace
