// What polling costs. `poll`: processor time of a poll that finds nothing new, with 100,000 feeds and with 1,000, through
// poll_feeds in a pipeline on a virtual clock; a heap by next turn and states read when their turn comes should make them equal.
// `poll_month`: how long entries wait in a simulated month of 400 feeds, beside asking every feed every hour.
#include "bench/workload.hpp"
#include "tests/nodes/poll/feed_world.hpp"

namespace {

using namespace std::chrono_literals;
using headrace::HttpClient;

// Feeds of ten entries that never change, on as many hosts.
class Still final : public HttpClient, public headrace::FeedCatalog {
 public:
  explicit Still(std::size_t feeds) : feeds_(feeds) {}
  std::vector<std::string> feeds() const override {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < feeds_; ++i) out.push_back("https://feeds.example.org/of/site/" + std::to_string(i) + "/feed.xml");
    return out;
  }
  void get(headrace::HttpRequest request, headrace::HttpHandlers handlers) override {
    ++polls;
    const bool known =
        std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) { return header.name == "If-None-Match"; });
    headrace::HttpResponse out;
    out.status = known ? 304 : 200;
    out.headers = {{"etag", "\"1\""}};
    if (!known) out.body = text_of(request.url);
    out.url = std::move(request.url);
    handlers.done(std::move(out));
  }
  std::size_t polls = 0;

 private:
  static std::string text_of(const std::string& url) {
    std::string out = "<rss><channel>";
    for (int i = 0; i < 10; ++i) {
      const std::string name = url + "/" + std::to_string(i);
      out += "<item><title>" + name + "</title><guid>" + name + "</guid></item>";
    }
    return out + "</channel></rss>";
  }
  const std::size_t feeds_;
};

// Polls feeds for hours of virtual time; the first hour, in which all of them are new, is not measured.
double cost_of_a_poll(std::size_t feeds, int hours) {
  auto clock = headrace::make_virtual_clock();
  const auto still = std::make_shared<Still>(feeds);
  headrace::CompileOptions options;
  options.replace.push_back(headrace::testing::mock("http", headrace::testing::mock_resource<HttpClient>(still)));
  options.replace.push_back(headrace::testing::mock("catalog", headrace::testing::mock_resource<headrace::FeedCatalog>(still)));
  const headrace::Compiled compiled = headrace::compile_config(
      headrace::parse_config("name: still\nresources: {http: http_client, catalog: no_feeds}\nsources: {entry: poll_feeds}\n"
                             "graph: {date: {node: resolve_url, in: {link: entry.id}}}\n",
                             "still"),
      options);
  headrace::Clock& time = *clock;
  headrace::RunOptions run_options;
  run_options.executor = headrace::Executor::serial;
  run_options.clock = std::move(clock);
  headrace::Run run(*compiled.plan, std::move(run_options));
  std::size_t polls = 0;
  timespec begun{}, ended{};
  time.after(1h, [&] {
    polls = still->polls;
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
  });
  time.after((1 + hours) * 1h, [&] {
    polls = still->polls - polls;
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
    run.stop();
  });
  run.run();
  const double seconds = static_cast<double>(ended.tv_sec - begun.tv_sec) + static_cast<double>(ended.tv_nsec - begun.tv_nsec) * 1e-9;
  return seconds * 1e6 / static_cast<double>(polls);
}

bench::Report run(const bench::Settings& settings) {
  const std::size_t many = settings.quick ? 200 : 100'000, few = settings.quick ? 50 : 1'000;
  const auto times = bench::in_turns(std::min(settings.repetitions, 1), {[&] { return cost_of_a_poll(many, 1); },
                                                                         [&] { return cost_of_a_poll(few, settings.quick ? 1 : 24); }});
  return {"us a poll, processor time", {{std::to_string(many) + " feeds", times[0], std::to_string(few) + " feeds", times[1]}}};
}

bench::Report run_month(const bench::Settings& settings) {
  headrace::testing::FeedWorld world({.feeds = settings.quick ? 20u : 400u, .days = settings.quick ? 2 : 28}, 5);
  const auto fixed = world.poll("every: 1h"), hourly = world.poll("budget: 24"), third = world.poll("budget: 8");
  const auto row = [&](const std::string& name, const headrace::testing::FeedWorld::Month& month) {
    const auto spread = [](const auto& each) { return bench::Spread{each.median_delay, each.mean_delay, each.late_delay}; };
    const auto said = [](const auto& each) { return ", " + std::to_string(each.polls) + " polls, " + std::to_string(each.lost) + " lost"; };
    return bench::Row{name + said(month), spread(month), "every: 1h" + said(fixed), spread(fixed)};
  };
  return {"minutes until an entry is found (median, mean, 95 in 100)", {row("budget: 24", hourly), row("budget: 8", third)}};
}

[[maybe_unused]] const bool known =
    bench::add({"poll", "A poll without news: 100,000 feeds beside 1,000.", run}) &&
    bench::add({"poll_month", "How long entries wait under a budget, beside polling every hour.", run_month});

}  // namespace
