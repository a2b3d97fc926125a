// Polls feeds and emits their new entries.
//
//   sources:
//     entry: {node: poll_feeds, feeds: feeds.opml, every: 10m}
//
// `feeds` is an OPML file, a text file of URLs (one a line, # begins a comment) or one URL; a catalog is a resource that knows
// the URLs instead. Each feed is a partition of the
// source: its validators and the names of its entries are kept only when every entry of that answer has settled, so that
// after a crash the unsettled ones come again. A feed that cannot be read is reported, and the others go on.
#include <algorithm>
#include <charconv>
#include <set>

#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/read_feed.hpp"
#include "nodes/poll/feed_list.hpp"
#include "nodes/poll/feed_state.hpp"
#include "nodes/poll/fetch_queue.hpp"
#include "nodes/support/feed_catalog.hpp"

namespace headrace {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_wait = 24h;  // a server that asks for more is asked again all the same
constexpr double jitter = 0.1;          // so that feeds do not march in step
constexpr std::string_view accepted =
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.5";

Entry entry_of(FeedEntry&& from, const std::string& base) {
  Entry out;
  out.link = std::move(from.link);
  if (!base.empty()) out.base = base;
  out.id = std::move(from.id);
  out.title = std::move(from.title);
  out.summary = from.summary ? std::move(from.summary) : std::move(from.content);
  out.published = from.published ? from.published : from.updated;
  if (from.author) out.author = from.author->name ? std::move(from.author->name) : std::move(from.author->email);
  return out;
}

// Retry-After: seconds or a date.
std::optional<Duration> retry_after(const HttpResponse& response, Time now) {
  const std::string* value = response.header("retry-after");
  if (!value) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), seconds);
  if (error != std::errc() || end != value->data() + value->size()) {
    const auto date = feed::read_date(*value);
    if (!date) return std::nullopt;
    seconds = std::chrono::ceil<std::chrono::seconds>(date->at - now.at).count();
  }
  return std::clamp<Duration>(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86400)), 0s, longest_wait);
}

class PollFeeds {
 public:
  struct Config {
    FeedSource feeds;
    Duration every = 10min;
    bool once = false;
    Duration timeout = 60s;
    ByteSize max_bytes{15u << 20};
    std::int64_t max_entries = 2000, at_once = 32;
    Use<HttpClient> http;
    Use<FeedCatalog> catalog;
    static constexpr auto fields() {
      return std::tuple(
          field("feeds", &Config::feeds, "An OPML file, a text file with one feed URL a line (# begins a comment), or one URL."),
          field("every", &Config::every, "How often a feed is asked, give or take a tenth; longer when its server says so."),
          field("once", &Config::once, "Asks every feed once, in the order of the list, and ends."),
          field("timeout", &Config::timeout, "For one transfer."), field("max_bytes", &Config::max_bytes, "Longer feeds are refused."),
          field("max_entries", &Config::max_entries, "Entries of one answer beyond this many are left out.", in_range(1, 1e6)),
          field("at_once", &Config::at_once, "Feeds that are fetched at the same time.", in_range(1, 1000)),
          field("http", &Config::http, "The client, whose delay for each host is kept."),
          field("catalog", &Config::catalog, "Who knows the feeds when `feeds` does not say."));
    }
  };
  static std::vector<std::string> errors() { return {"bad_feed_list", "bad_url", "http_status", "not_a_feed"}; }

  PollFeeds(Config config, Services& services)
      : config_(std::move(config)), services_(services), list_(feeds_of(config_)), random_(services.seed) {
    if (config_.every <= 0s) throw NodeError("bad_input", "every: must be longer than 0s (write 10m)");
  }

  void operator()(Emit<Entry> emit) {
    for (const std::string& rejected : list_.rejected)
      emit.trouble(rejected, {"bad_url", rejected + " is no feed URL: write one that begins with https://", false, {}});
    feeds_.clear();
    for (const std::string& url : list_.urls) feeds_.push_back({url, FeedState(emit.last(url)), {}});
    FetchQueue queue(services_.clock);
    if (config_.once) poll_once(queue, emit);
    else poll_on(queue, emit);
  }

 private:
  struct Feed {
    std::string url;
    FeedState state;  // what was emitted in this run counts as seen, whether it has settled or not
    Duration retry_after;
  };

  static FeedList feeds_of(const Config& config) {
    if (!config.feeds.text.empty()) return load_feed_list(config.feeds);
    FeedList list{config.catalog ? config.catalog->feeds() : std::vector<std::string>(), {}};
    if (list.urls.empty())
      throw NodeError("bad_feed_list", "there is no feed to poll: give 'feeds' an OPML file, a text file with one URL a line, or a URL");
    return list;
  }

  // Answers are handled in the order of the list, so that runs repeat.
  void poll_once(FetchQueue& queue, const Emit<Entry>& emit) {
    std::size_t started = 0;
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      while (started < feeds_.size() && started < i + at_once()) start(queue, started++);
      auto arrived = queue.take(i, emit.stop_token());
      if (!arrived || !handle(feeds_[i], std::move(arrived->result), emit)) return;
    }
  }

  void poll_on(FetchQueue& queue, const Emit<Entry>& emit) {
    std::set<std::pair<Duration, std::size_t>> due;
    for (std::size_t i = 0; i < feeds_.size(); ++i) due.emplace(0s, i);
    while (!emit.stopping()) {
      const Duration now = services_.clock.elapsed();
      for (; !due.empty() && due.begin()->first <= now && queue.open() < at_once(); due.erase(due.begin()))
        start(queue, due.begin()->second);
      if (queue.open() == 0) {
        if (!emit.sleep(due.begin()->first - now)) return;
        continue;
      }
      const bool full = due.empty() || queue.open() >= at_once();
      auto arrived = queue.take_any(emit.stop_token(), full ? Duration::max() : due.begin()->first - now);
      if (!arrived) continue;
      if (!handle(feeds_[arrived->tag], std::move(arrived->result), emit)) return;
      due.emplace(services_.clock.elapsed() + pause(feeds_[arrived->tag]), arrived->tag);
    }
  }

  std::size_t at_once() const { return static_cast<std::size_t>(config_.at_once); }

  Duration pause(const Feed& feed) {
    const double factor = 1 + jitter * (2 * random_.uniform() - 1);
    return std::max(Duration(static_cast<std::int64_t>(static_cast<double>(config_.every.count()) * factor)), feed.retry_after);
  }

  void start(FetchQueue& queue, std::size_t index) {
    HttpRequest request;
    request.url = feeds_[index].url;
    request.headers = feeds_[index].state.conditions();
    request.headers.push_back({"Accept", std::string(accepted)});
    request.max_bytes = config_.max_bytes;
    request.timeout = config_.timeout;
    request.robots = false;  // a feed is published to be polled
    queue.start(*config_.http, index, std::move(request));
  }

  // False when the pipeline stops.
  bool handle(Feed& feed, HttpResult result, const Emit<Entry>& emit) {
    feed.retry_after = 0s;
    try {
      if (auto* failure = std::get_if<Failure>(&result)) throw NodeError(std::move(*failure));
      return take_answer(feed, std::get<HttpResponse>(result), emit);
    } catch (const NodeError& error) {
      if (emit.stopping()) return false;
      feed.retry_after = std::min(error.failure.retry_after.value_or(0s), longest_wait);
      emit.trouble(feed.url, error.failure);
      return true;
    }
  }

  bool take_answer(Feed& feed, HttpResponse& response, const Emit<Entry>& emit) {
    if (response.status == 304) {
      feed.state.refresh(response);
      emit.settled({feed.url, feed.state.payload()});
      return true;
    }
    if (response.status != 200) refuse_status(response);
    feed::ReadFeed read = feed::read_feed(document_of(response), static_cast<std::size_t>(config_.max_entries));
    const std::vector<std::size_t> fresh = feed.state.take(response, read.parsed.entries);
    if (fresh.empty()) {
      emit.settled({feed.url, feed.state.payload()});
      return true;
    }
    for (const std::size_t i : fresh) {
      Position position{feed.url, {}};
      if (i == fresh.back()) position.payload = feed.state.payload();
      if (!emit(entry_of(std::move(read.parsed.entries[i]), read.bases[i]), std::move(position))) return false;
    }
    return true;
  }

  static FeedDocument document_of(HttpResponse& response) {
    FeedDocument out;
    out.body = Bytes(std::move(response.body));
    if (const std::string* type = response.header("content-type")) out.content_type = *type;
    out.url = response.url;
    return out;
  }

  [[noreturn]] void refuse_status(const HttpResponse& response) const {
    const bool retryable = response.status == 429 || response.status >= 500;
    throw NodeError(Failure{"http_status", "the server answered " + std::to_string(response.status), retryable,
                            retry_after(response, services_.clock.now())});
  }

  Config config_;
  Services& services_;
  FeedList list_;
  RandomNumbers random_;
  std::vector<Feed> feeds_;
};

}  // namespace

HEADRACE_NODE(PollFeeds, "poll_feeds", "Polls feeds and emits their new entries.")

}  // namespace headrace
