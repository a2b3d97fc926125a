// A month of feeds, for tests and the bench of polling: what they publish, and an HttpClient that serves it as of the clock.
//
//   FeedWorld world({.feeds = 400, .days = 28}, seed);
//   const Month month = world.poll("{budget: 24}");       // through the production code, on a virtual clock
//   CHECK(month.lost == 0);
//
// The model: rates are log-normal, 0.03 to 150 entries a day; every feed has a day and a night; a third of them publish in bursts,
// of four entries on average and of twelve at most.
// A feed shows its last 20 entries, with their dates, and knows validators.
#pragma once
#include <algorithm>
#include <cmath>

#include "core/run/run.hpp"
#include "core/testing/mocks.hpp"
#include "nodes/fetch/http_client.hpp"
#include "nodes/support/feed_catalog.hpp"
#include "nodes/values.hpp"

namespace headrace::testing {

class FeedWorld {
 public:
  // Entries a day, by the rank of a feed: `most` for the first, `most` / n^exponent for the n-th.
  struct Zipf {
    double most, exponent;
  };
  struct Size {
    std::size_t feeds = 400;
    int days = 28;
    bool dated = true;
    std::optional<Zipf> rates{};
  };
  // What a poller made of it. Entries that were there before its first poll do not count.
  struct Month {
    std::size_t entries = 0, found = 0, lost = 0, twice = 0, polls = 0, bodies = 0;
    double mean_delay = 0, median_delay = 0, late_delay = 0;  // minutes; late: of 95 in 100
    double slow_delay = 0;  // of an entry that comes at any time, in the tenth of the feeds that bring least
    double polls_a_feed_and_day = 0;
  };

  FeedWorld(Size size, std::uint64_t seed) : size_(size), random_(seed) {
    for (std::size_t i = 0; i < size.feeds; ++i) feeds_.push_back(make_feed(rate_of(i + 1)));
    slow_rate_ = slowest_tenth();
  }

  // The first `days` of it. `fields` of poll_feeds, without braces.
  Month poll(const std::string& fields) { return poll(fields, size_.days); }
  Month poll(const std::string& fields, int days) {
    auto clock = make_virtual_clock(start());
    const auto server = std::make_shared<Server>(*this, *clock);
    CompileOptions options;
    options.replace.push_back(mock("http", mock_resource<HttpClient>(server)));
    options.replace.push_back(mock("catalog", mock_resource<FeedCatalog>(std::make_shared<Catalog>(feeds_.size()))));
    const Compiled compiled =
        compile_config(parse_config("name: month\nresources: {http: http_client, catalog: no_feeds}\n"
                                    "sources: {entry: {node: poll_feeds, " +
                                        fields + "}}\ngraph: {address: {node: resolve_url, in: {link: entry.link}}}\n",
                                    "month"),
                       options);
    if (!compiled.plan) throw std::runtime_error(compiled.diagnostics.empty() ? "no plan" : compiled.diagnostics.front().message);
    const int slot = compiled.plan->find_slot("entry");
    Clock& time = *clock;
    Sightings seen;
    for (const Feed& feed : feeds_) seen.times.emplace_back(feed.published.size());
    RunOptions run_options;
    run_options.executor = Executor::serial;
    run_options.keep_values = true;
    run_options.clock = std::move(clock);
    run_options.observer = [&](const RetiredRecord& record) {
      if (const void* value = record.value(slot)) note(*static_cast<const Entry*>(value), time.now(), seen);
    };
    Run run(*compiled.plan, std::move(run_options));
    time.after(std::chrono::hours(24 * days), [&] { run.stop(); });
    run.run();
    return sum_up(seen, *server, days);
  }

 private:
  struct Feed {
    std::vector<Time> published;
    double rate = 0;  // entries a day
    bool bursts = false;
  };
  struct Sightings {
    std::vector<std::vector<int>> times;  // of each feed and entry
    std::vector<double> delays;           // minutes
    std::size_t twice = 0;
  };
  static constexpr std::size_t window = 20;
  static Time start() { return {std::chrono::sys_days(std::chrono::year(2026) / 3 / 1), false}; }
  static Time later(Time from, double days) {
    return {from.at + std::chrono::microseconds(static_cast<std::int64_t>(days * 86400e6)), false};
  }

  static double minutes(Duration time) { return std::chrono::duration<double, std::ratio<60>>(time).count(); }

  double normal() { return std::sqrt(-2 * std::log(1 - random_.uniform())) * std::cos(2 * 3.14159265358979 * random_.uniform()); }
  double exponential(double mean) { return -mean * std::log(1 - random_.uniform()); }

  double slowest_tenth() const {
    std::vector<double> rates;
    for (const Feed& feed : feeds_) rates.push_back(feed.rate);
    std::sort(rates.begin(), rates.end());
    return rates.empty() ? 0 : rates[(rates.size() - 1) / 10];
  }
  double rate_of(std::size_t rank) {
    if (size_.rates) return size_.rates->most / std::pow(static_cast<double>(rank), size_.rates->exponent);
    return std::clamp(1.5 * std::exp(1.8 * normal()), 0.03, 150.0);
  }

  // By thinning: candidates come at twice the rate, and stay by the hour of the day.
  Feed make_feed(double rate) {
    Feed feed;
    feed.rate = rate;
    const double peak = random_.uniform();
    feed.bursts = random_.uniform() < 1.0 / 3;
    const double burst = feed.bursts ? 4 : 1;
    const double before = std::clamp(2.5 * window / rate, 30.0, 700.0);
    for (double day = -before; day < size_.days; day += exponential(burst / (2 * rate))) {
      if (random_.uniform() > 0.5 * (1 + 0.9 * std::cos(2 * 3.14159265358979 * (day - peak)))) continue;
      double at = day;
      int count = 0;
      do {
        feed.published.push_back(later(start(), at));
        at += 0.0003 + exponential(0.0012);  // half a minute, and two more
      } while (++count < 12 && random_.uniform() > 1 / burst);
    }
    std::sort(feed.published.begin(), feed.published.end());
    return feed;
  }

  static std::string url_of(std::size_t feed) { return "https://f" + std::to_string(feed) + ".example/feed"; }
  static std::size_t feed_of(std::string_view url) { return std::stoul(std::string(url.substr(url.find("//f") + 3))); }

  struct Catalog final : FeedCatalog {
    explicit Catalog(std::size_t count) : count(count) {}
    std::vector<std::string> feeds() const override {
      std::vector<std::string> out;
      for (std::size_t i = 0; i < count; ++i) out.push_back(url_of(i));
      return out;
    }
    std::size_t count;
  };

  struct Server final : HttpClient {
    Server(const FeedWorld& world, Clock& clock) : world(world), clock(clock), first(world.feeds_.size()), last(world.feeds_.size()) {}
    void get(HttpRequest request, HttpHandlers handlers) override {
      ++polls;
      const std::size_t feed = feed_of(request.url);
      note_interval(feed);
      const auto& published = world.feeds_[feed].published;
      const auto shown = static_cast<std::size_t>(std::upper_bound(published.begin(), published.end(), clock.now()) - published.begin());
      if (!first[feed]) first[feed] = shown;
      HttpResponse out;
      out.url = request.url;
      const std::string etag = "\"" + std::to_string(shown) + "\"";
      out.headers = {{"etag", etag}};
      const bool same = std::any_of(request.headers.begin(), request.headers.end(),
                                    [&](const HttpHeader& each) { return each.name == "If-None-Match" && each.value == etag; });
      out.status = same ? 304 : 200;
      if (!same) ++bodies, out.body = world.text_of(feed, shown);
      handlers.done(std::move(out));
    }
    void note_interval(std::size_t feed) {
      const auto before = std::exchange(last[feed], clock.now());
      if (!before || world.feeds_[feed].rate > world.slow_rate_) return;
      const double interval = minutes(clock.now().at - before->at);
      slow_time += interval;
      slow_waits += interval * interval / 2;
    }
    const FeedWorld& world;
    Clock& clock;
    std::vector<std::optional<std::size_t>> first;  // entries that each feed had at its first poll
    std::vector<std::optional<Time>> last;          // poll of each
    double slow_time = 0, slow_waits = 0;           // of slow feeds: minutes between polls, and what entries waited if one came a minute
    std::size_t polls = 0, bodies = 0;
  };

  std::string text_of(std::size_t feed, std::size_t shown) const {
    std::string out = "<rss version='2.0'><channel><title>Feed</title>";
    for (std::size_t i = shown; i > shown - std::min(shown, window); --i) {
      const std::string name = std::to_string(feed) + "/" + std::to_string(i - 1);
      out += "<item><title>Entry " + name + "</title><link>https://f.example/" + name + "</link><guid>" + name + "</guid>";
      if (size_.dated) out += "<pubDate>" + format_time(feeds_[feed].published[i - 1]) + "</pubDate>";
      out += "</item>";
    }
    return out + "</channel></rss>";
  }

  void note(const Entry& entry, Time now, Sightings& seen) const {
    const std::string& name = entry.id.value();
    const auto slash = name.find('/');
    const std::size_t feed = std::stoul(name), number = std::stoul(name.substr(slash + 1));
    if (++seen.times[feed][number] > 1) ++seen.twice;
    const Time published = feeds_[feed].published[number];
    if (published > start()) seen.delays.push_back(minutes(now.at - published.at));
  }

  Month sum_up(Sightings& seen, const Server& server, int days) const {
    Month out;
    out.polls = server.polls;
    out.bodies = server.bodies;
    out.twice = seen.twice;
    for (std::size_t feed = 0; feed < feeds_.size(); ++feed) {
      const auto& times = seen.times[feed];
      std::size_t last = times.size();  // what was published after the last answer is not lost yet
      while (last > 0 && times[last - 1] == 0) --last;
      const auto end = std::upper_bound(feeds_[feed].published.begin(), feeds_[feed].published.end(), later(start(), days));
      for (std::size_t i = server.first[feed].value_or(0); i < static_cast<std::size_t>(end - feeds_[feed].published.begin()); ++i) {
        ++out.entries;
        if (times[i] > 0) ++out.found;
        else if (i < last) ++out.lost;
      }
    }
    if (server.slow_time > 0) out.slow_delay = server.slow_waits / server.slow_time;
    auto& delays = seen.delays;
    std::sort(delays.begin(), delays.end());
    for (const double each : delays) out.mean_delay += each / static_cast<double>(delays.size());
    if (!delays.empty()) out.median_delay = delays[delays.size() / 2], out.late_delay = delays[delays.size() * 95 / 100];
    out.polls_a_feed_and_day = static_cast<double>(out.polls) / static_cast<double>(feeds_.size()) / days;
    return out;
  }

  const Size size_;
  RandomNumbers random_;
  std::vector<Feed> feeds_;
  double slow_rate_ = 0;  // a tenth of the feeds bring no more than that
};

}  // namespace headrace::testing
