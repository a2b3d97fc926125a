// Asks APIs of social sites for new posts, and emits a share for each article that a post links to.
//
//   sources:
//     share: {node: poll_api, timelines: [{api: mastodon, instance: mastodon.social, tag: [ferry, harbour]}, {api: hacker_news}]}
//
// An API is known by a description: one of those in nodes/poll/apis/ (mastodon, bluesky, ...), or a file; docs/social.md says how to
// write one. A list of values makes a timeline of each. Each timeline is a partition of the source: what it knows is kept with each
// post, so that after a crash only those that had not settled come again. A post without a link gives nothing.
//
// One request at a time goes to a server. It is left alone for as long as its limits say (no requests left, 429, Retry-After), also
// by the next run. A timeline that fails is reported, and asked again later: after `every`, and twice as long each further time.
#include <algorithm>
#include <map>
#include <set>

#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/api/rate_limit.hpp"
#include "nodes/poll/api/timeline.hpp"
#include "nodes/poll/fetch_queue.hpp"

namespace headrace {
namespace {

using namespace std::chrono_literals;

constexpr double jitter = 0.1;                              // so that timelines do not march in step
constexpr Duration longest_pause = 24h, longest_wait = 1h;  // of a failing timeline; of one that is read once
constexpr int most_tries_once = 4;

class PollApi {
 public:
  struct Config {
    api::Timelines timelines;
    Duration every = 5min;
    bool once = false;
    Duration timeout = 30s;
    ByteSize max_bytes{10u << 20};
    std::int64_t first = 1, catch_up = 50, at_once = 32;
    Use<HttpClient> http;
    static constexpr auto fields() {
      return std::tuple(field("timelines", &Config::timelines,
                              "What to read: maps of an api (mastodon, bluesky, greader, hacker_news, reddit, lemmy, or a file) and its "
                              "parameters; or a file of them.",
                              required()),
                        field("every", &Config::every, "How often a timeline is asked, give or take a tenth; less often while it fails."),
                        field("once", &Config::once, "Reads every timeline once, one after the other, and ends."),
                        field("timeout", &Config::timeout, "For one transfer."),
                        field("max_bytes", &Config::max_bytes, "Longer answers are refused."),
                        field("first", &Config::first, "How many answers to go back when a timeline is new.", in_range(1, 1000)),
                        field("catch_up", &Config::catch_up, "How many answers to go back, at most, to find the posts that are known.",
                              in_range(1, 10'000)),
                        field("at_once", &Config::at_once, "Servers that are asked at the same time.", in_range(1, 1000)),
                        field("http", &Config::http, "The client, whose delay for each host is kept."));
    }
  };
  static std::vector<std::string> errors() {
    return {"bad_post", "bad_timeline", "bad_url", "expired_cursor", "gap", "http_status", "no_posts", "not_json", "rate_limit"};
  }

  PollApi(Config config, Services& services) : config_(std::move(config)), services_(services), random_(services.seed) {
    if (config_.every <= 0s) throw NodeError("bad_input", "every: must be longer than 0s (write 5m)");
  }

  void operator()(Emit<Share> emit) {
    open(emit);
    FetchQueue queue(services_.clock);
    while (!emit.stopping()) {
      start_due(queue);
      if (queue.open() == 0 && due_.empty()) return;
      const Duration next = next_start(), wait = next == Duration::max() ? next : next - now();
      if (queue.open() == 0 && !config_.once) {
        if (!emit.sleep(wait)) return;
        continue;
      }
      auto arrived = queue.take_any(emit.stop_token(), wait);
      if (arrived && !handle(arrived->tag, std::move(arrived->result), emit)) return;
    }
  }

 private:
  struct Server {
    bool busy = false;
    Duration free_at{0};  // by Clock::elapsed()
  };
  struct Polled {
    api::Timeline timeline;
    std::string name;  // of its partition
    Server* server;
    int failures = 0;                               // in a row
    std::size_t posts = 0, linked = 0, shares = 0;  // of this round
  };

  Duration now() const { return services_.clock.elapsed(); }

  void open(const Emit<Share>& emit) {
    polled_.clear();
    servers_.clear();
    due_.clear();
    std::map<std::string, int> named;  // two tokens may read the same address
    for (const api::TimelineSpec& spec : config_.timelines.specs) {
      api::Timeline timeline(spec, {static_cast<std::size_t>(config_.first), static_cast<std::size_t>(config_.catch_up)});
      const int same = ++named[timeline.name()];
      std::string name = timeline.name() + (same > 1 ? " #" + std::to_string(same) : "");
      timeline.restore(emit.last(name));
      Server& server = servers_.try_emplace(timeline.origin()).first->second;
      due_.emplace(0s, polled_.size());
      polled_.push_back({std::move(timeline), std::move(name), &server});
    }
    for (auto& [origin, server] : servers_) server.free_at = stored_hold(emit.last(limits_partition(origin)));
  }

  static std::string limits_partition(const std::string& origin) { return "limits of " + origin; }

  Duration stored_hold(const std::optional<std::string>& until) const {
    try {
      return until ? now() + std::clamp<Duration>(parse_time(*until).at - services_.clock.now().at, 0s, longest_pause) : 0s;
    } catch (const BadValue&) {
      return 0s;
    }
  }

  // In the order in which they are due, and of the list.
  void start_due(FetchQueue& queue) {
    const std::size_t most = config_.once ? 1 : static_cast<std::size_t>(config_.at_once);
    for (auto each = due_.begin(); each != due_.end() && each->first <= now() && queue.open() < most;) {
      Polled& polled = polled_[each->second];
      if (polled.server->busy || polled.server->free_at > now()) {
        ++each;
        continue;
      }
      polled.server->busy = true;
      HttpRequest request = polled.timeline.request();
      request.timeout = config_.timeout;
      request.max_bytes = config_.max_bytes;
      queue.start(*config_.http, each->second, std::move(request));
      each = due_.erase(each);
    }
  }

  // When the next request may start, as far as no answer changes it.
  Duration next_start() const {
    Duration out = Duration::max();
    for (const auto& [at, index] : due_)
      if (const Server& server = *polled_[index].server; !server.busy) out = std::min(out, std::max(at, server.free_at));
    return out == Duration::max() ? out : std::max(out, now());
  }

  // False when the pipeline stops.
  bool handle(std::size_t index, HttpResult result, const Emit<Share>& emit) {
    Polled& polled = polled_[index];
    polled.server->busy = false;
    try {
      if (auto* failure = std::get_if<Failure>(&result)) throw NodeError(std::move(*failure));
      const HttpResponse& response = std::get<HttpResponse>(result);
      heed_limits(polled, api::pause_asked_for(response, polled.timeline.api().limits, services_.clock.now()), emit);
      api::Harvest harvest = polled.timeline.take(response, services_.clock.now());
      polled.failures = 0;
      for (Failure& trouble : harvest.troubles) emit.trouble(polled.name, std::move(trouble));
      if (!give_out(polled, std::move(harvest), emit)) return false;
      if (harvest.complete) report(polled);
      if (!harvest.complete) due_.emplace(config_.once ? Duration(0) : now(), index);  // once: this one to its end first
      else if (!config_.once) due_.emplace(now() + varied(config_.every), index);
    } catch (const NodeError& error) {
      if (emit.stopping()) return false;
      fail(index, error.failure, emit);
    }
    return true;
  }

  // The last share of a post moves the position of the timeline to just behind that post. False when the pipeline stops.
  bool give_out(Polled& polled, api::Harvest harvest, const Emit<Share>& emit) {
    bool moved = harvest.remember;  // past posts without a share, which no record stands for
    for (api::Post& post : harvest.posts) {
      std::string payload = polled.timeline.payload_with(post);
      moved = post.shares.empty();
      ++polled.posts;
      polled.linked += moved ? 0 : 1;
      polled.shares += post.shares.size();
      for (std::size_t i = 0; i < post.shares.size(); ++i) {
        Position position{polled.name, {}};
        if (i + 1 == post.shares.size()) position.payload = std::move(payload);
        if (!emit(std::move(post.shares[i]), std::move(position))) return false;
      }
    }
    if (moved) emit.settled({polled.name, polled.timeline.payload()});
    return true;
  }

  // Posts without a link are no records, so that the ledger does not know of them.
  void report(Polled& polled) {
    if (polled.posts > 0)
      services_.log.event(LogLevel::info, "poll_api", "polled",
                          {{"timeline", polled.name},
                           {"posts", std::to_string(polled.posts)},
                           {"without_link", std::to_string(polled.posts - polled.linked)},
                           {"shares", std::to_string(polled.shares)}});
    polled.posts = polled.linked = polled.shares = 0;
  }

  void heed_limits(Polled& polled, Duration pause, const Emit<Share>& emit) {
    if (pause <= 0s) return;
    polled.server->free_at = std::max(polled.server->free_at, now() + pause);
    const auto until = services_.clock.now().at + std::chrono::ceil<std::chrono::microseconds>(pause);
    emit.settled({limits_partition(polled.timeline.origin()), format_time({until, false})});
  }

  void fail(std::size_t index, const Failure& failure, const Emit<Share>& emit) {
    Polled& polled = polled_[index];
    polled.timeline.failed(failure);
    const bool limited = failure.kind == "rate_limit";
    const Duration base = config_.once ? (limited ? Duration(1min) : Duration(1s)) : config_.every;
    const int doublings = std::min(polled.failures++, 12);
    const Duration own = std::min(varied(base) * (1 << doublings), std::max<Duration>(longest_wait, config_.every));
    const Duration pause = std::min(failure.retry_after.value_or(own), longest_pause);
    if (limited) heed_limits(polled, pause, emit);
    emit.trouble(polled.name, failure);
    const Duration wait = std::max(now() + pause, polled.server->free_at) - now();
    if (config_.once && (!failure.retryable || polled.failures >= most_tries_once || wait > longest_wait)) return;
    due_.emplace(now() + pause, index);
  }

  Duration varied(Duration duration) {
    return Duration(static_cast<std::int64_t>(static_cast<double>(duration.count()) * (1 + jitter * (2 * random_.uniform() - 1))));
  }

  Config config_;
  Services& services_;
  RandomNumbers random_;
  std::vector<Polled> polled_;
  std::map<std::string, Server> servers_;
  std::set<std::pair<Duration, std::size_t>> due_;  // those that are not being asked
};

}  // namespace

HEADRACE_NODE(PollApi, "poll_api", "Asks APIs of social sites for new posts, and emits the articles that they share.")

}  // namespace headrace
