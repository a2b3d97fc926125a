// Polls feeds and emits their new entries.
//
//   sources:
//     entry: {node: poll_feeds, feeds: feeds.opml, budget: 24}
//
// `feeds` is an OPML file, a text file of URLs (one a line, # begins a comment) or one URL; a catalog is a resource that knows
// the URLs instead. How often each is asked follows from what it brings, under a budget for all; `every: 10m` asks all alike.
// Each feed is a partition of the source: what is known of it (feed_record.hpp) is kept only when every entry of that answer has
// settled, so that after a crash the unsettled ones come again. A feed that cannot be read is reported, and the others go on.
// docs/polling.md tells the rest.
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed_list.hpp"
#include "nodes/poll/feed_poller.hpp"
#include "nodes/support/feed_catalog.hpp"

namespace headrace {
namespace {

using namespace std::chrono_literals;

class PollFeeds {
 public:
  struct Config {
    FeedSource feeds;
    double budget = 24;
    std::optional<Duration> every;
    Duration min_interval = 5min, max_interval = 24h;
    bool once = false, retry_given_up = false;
    Duration timeout = 60s;
    ByteSize max_bytes{15u << 20};
    std::int64_t max_entries = 2000, at_once = 32;
    Use<HttpClient> http;
    Use<FeedCatalog> catalog;
    static constexpr auto fields() {
      return std::tuple(
          field("feeds", &Config::feeds, "An OPML file, a text file with one feed URL a line (# begins a comment), or one URL."),
          field("budget", &Config::budget, "Polls a feed and day, on average over all feeds: those that bring more are asked more often.",
                in_range(0.01, 1440)),
          field("every", &Config::every, "Asks every feed this often instead, give or take a tenth."),
          field("min_interval", &Config::min_interval, "No feed is asked more often."),
          field("max_interval", &Config::max_interval, "No feed that answers is asked less often."),
          field("once", &Config::once, "Asks every feed once, in the order of the list, and ends."),
          field("retry_given_up", &Config::retry_given_up, "Asks feeds again that were given up (410, or 404 for a month)."),
          field("timeout", &Config::timeout, "For one transfer."),
          field("max_bytes", &Config::max_bytes, "Longer feeds are read up to here."),
          field("max_entries", &Config::max_entries, "Entries of one answer beyond this many are left out.", in_range(1, 1e6)),
          field("at_once", &Config::at_once, "Feeds that are fetched at the same time.", in_range(1, 1000)),
          field("http", &Config::http, "The client, whose delay for each host is kept."),
          field("catalog", &Config::catalog, "Who knows the feeds when `feeds` does not say."));
    }
  };
  static std::vector<std::string> errors() {
    return {"bad_feed_list", "bad_url",     "feed_found", "feed_gone", "feed_missing",    "feed_moved",
            "feed_twice",    "http_status", "not_a_feed", "too_large", "too_many_entries"};
  }

  PollFeeds(Config config, Services& services) : config_(std::move(config)), services_(services), list_(feeds_of(config_)) {
    if (config_.every && *config_.every <= 0s) throw NodeError("bad_input", "every: must be longer than 0s (write 10m)");
    if (config_.min_interval <= 0s || config_.min_interval > config_.max_interval)
      throw NodeError("bad_input", "min_interval: must be longer than 0s, and not longer than max_interval");
  }

  void operator()(Emit<Entry> emit) {
    for (const std::string& rejected : list_.rejected)
      emit.trouble(rejected, {"bad_url", rejected + " is no feed URL: write one that begins with https://", false, {}});
    FeedPoller poller(rules(), list_.urls, *config_.http, services_, emit);
    config_.once ? poller.poll_once() : poller.poll_on();
  }

 private:
  static FeedList feeds_of(const Config& config) {
    if (!config.feeds.text.empty()) return load_feed_list(config.feeds);
    FeedList list{config.catalog ? config.catalog->feeds() : std::vector<std::string>(), {}};
    if (list.urls.empty())
      throw NodeError("bad_feed_list", "there is no feed to poll: give 'feeds' an OPML file, a text file with one URL a line, or a URL");
    return list;
  }

  PollRules rules() const {
    return {{config_.every, config_.budget, {config_.min_interval, config_.max_interval}},
            config_.retry_given_up,
            config_.timeout,
            config_.max_bytes,
            static_cast<std::size_t>(config_.max_entries),
            static_cast<std::size_t>(config_.at_once)};
  }

  Config config_;
  Services& services_;
  FeedList list_;
};

}  // namespace

HEADRACE_NODE(PollFeeds, "poll_feeds", "Polls feeds and emits their new entries.")

}  // namespace headrace
