// Traffic that is replayed below the queues of hosts: a client keeps to delays, pauses and rules as before the web. Times are exact:
// the clock is virtual, and answers take as long as they took. What the client does is recorded again, and read off that.
#include "tests/nodes/fetch/client_under_test.hpp"
#include "tests/nodes/fetch/fetch_run.hpp"
#include "tests/nodes/fetch/traffic_folder.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::ClientUnderTest;
using headrace::testing::fetch_all;
using headrace::testing::FetchRun;
using headrace::testing::HangGuard;
using headrace::testing::HttpServer;
using headrace::testing::TrafficFolder;

namespace {

using Times = std::vector<Duration>;

// The web as a test says it is, and a client before it.
class ReplayedWeb {
 public:
  void answer(const std::string& url, HttpResponse response, Duration took = 0s) { web_.add({.url = url}, took, std::move(response)); }
  void page(const std::string& url, Duration took = 0s) {
    answer(url, {.url = url, .status = 200, .headers = {{"content-type", "text/html"}}, .body = "x", .redirects = {}}, took);
  }
  void refuse(const std::string& url, int status, const std::string& retry_after) {
    answer(url, {.url = url, .status = status, .headers = {{"retry-after", retry_after}}, .body = "", .redirects = {}});
  }
  void robots(const std::string& host, const std::string& text) {
    answer("http://" + host + "/robots.txt", {.url = "", .status = 200, .headers = {}, .body = text, .redirects = {}});
  }

  std::string config(const std::string& more) const { return more + ", replay: " + web_.path + ", record: " + seen_.path; }
  // Starts the client, which reads the traffic.
  ClientUnderTest& client(const std::string& more) { return client_.emplace("{" + config(more) + "}"); }
  Times starts(const std::string& host) const { return seen_.starts_by_host().at(host); }

 private:
  TrafficFolder web_, seen_;
  std::optional<ClientUnderTest> client_;
};

}  // namespace

TEST_CASE("a crawl-delay is kept to, from the start of the robots.txt on") {
  ReplayedWeb web;
  web.robots("slow.example", "User-agent: headrace\nCrawl-delay: 7.5\n");
  web.robots("usual.example", "");
  for (const std::string host : {"slow.example", "usual.example"}) web.page("http://" + host + "/page");
  ClientUnderTest& test = web.client("delay: 1s");
  test.robots = true;
  for (int i = 0; i < 3; ++i)
    for (const std::string host : {"slow.example", "usual.example"}) test.get({.url = "http://" + host + "/page"});
  test.pump_all();
  CHECK(web.starts("slow.example") == Times{0s, 7500ms, 15s, 22500ms});
  CHECK(web.starts("usual.example") == Times{0s, 1s, 2s, 3s});
}

TEST_CASE("Retry-After holds the whole host, in seconds and by date, and no other") {
  struct Case {
    int status;
    std::string retry_after;
    Duration pause;
  };
  for (const Case& each : std::vector<Case>{{429, "100", 100s},
                                            {503, "100", 100s},
                                            {503, "Sun, 01 Mar 2026 00:10:00 GMT", 10min},
                                            {429, "Sunday, 01-Mar-26 00:10:00 GMT", 10min},
                                            {503, "Sun, 01 Mar 2020 00:00:00 GMT", 1s},
                                            {503, "soon", 1s},
                                            {500, "100", 1s}}) {
    CAPTURE(each.status);
    CAPTURE(each.retry_after);
    ReplayedWeb web;
    web.refuse("http://busy.example/first", each.status, each.retry_after);
    for (const std::string url : {"http://busy.example/a", "http://busy.example/b", "http://other.example/"}) web.page(url);
    ClientUnderTest& test = web.client("delay: 1s");
    for (const std::string url : {"http://busy.example/first", "http://busy.example/a", "http://busy.example/b", "http://other.example/"})
      test.get({.url = url});
    test.pump_all();
    CHECK(web.starts("busy.example") == Times{0s, each.pause, each.pause + 1s});
    CHECK(web.starts("other.example") == Times{0s});
  }
}

TEST_CASE("who would wait longer than longest_hold fails at once, and the host is asked again when the pause is over") {
  ReplayedWeb web;
  web.refuse("http://busy.example/", 503, "86400");
  web.page("http://busy.example/page");
  ClientUnderTest& test = web.client("delay: 1s, longest_hold: 1h");
  test.get({.url = "http://busy.example/"});
  const auto queued = test.get({.url = "http://busy.example/page"});
  test.pump_all();
  const auto later = test.get({.url = "http://busy.example/page"});
  test.pump_all();
  CHECK(test.clock->elapsed() == 0s);
  for (const auto place : {queued, later}) CHECK(std::get<Failure>(*test.results[place]).retry_after == Duration(24h));
  test.sleep(23h);
  CHECK(test.response({.url = "http://busy.example/page"}).status == 200);  // an hour is not too long
  CHECK(web.starts("busy.example") == Times{0s, 24h});
}

TEST_CASE("the delay follows the time that answers take: up at once, down by halves") {
  ReplayedWeb web;
  for (const Duration took : {Duration(3s), Duration(1s), Duration(1s), Duration(1s), Duration(90s), Duration(0s)})
    web.page("http://tired.example/", took);
  ClientUnderTest& test = web.client("delay: 1s, max_delay: 1m");
  for (int i = 0; i < 7; ++i) test.get({.url = "http://tired.example/", .timeout = 2min});
  test.pump_all();
  // Delays: 3 s; halfway to 1 s: 2 s, 1.5 s, 1.25 s; the most, 60 s, but the answer takes 90 s; halfway to nothing: 30 s.
  CHECK(web.starts("tired.example") == Times{0s, 3s, 5s, 6500ms, 7750ms, 97750ms, 127750ms});
}

TEST_CASE("each hop of a redirect waits for its host, and asks its robots.txt") {
  ReplayedWeb web;
  web.robots("a.example", "");
  web.robots("b.example", "User-agent: *\nDisallow: /private\n");
  web.answer("http://a.example/from", {.url = "", .status = 301, .headers = {{"location", "/to"}}, .body = "", .redirects = {}});
  web.answer("http://a.example/to",
             {.url = "", .status = 302, .headers = {{"location", "http://b.example/private"}}, .body = "", .redirects = {}});
  ClientUnderTest& test = web.client("delay: 5s");
  test.robots = true;
  CHECK(test.failure({.url = "http://a.example/from"}).kind == "robots_disallowed");
  CHECK(web.starts("a.example") == Times{0s, 5s, 10s});
  CHECK(web.starts("b.example") == Times{10s});
}

TEST_CASE("limits of a request hold over a replay as well") {
  ReplayedWeb web;
  web.page("http://slow.example/", 1h);
  ClientUnderTest& test = web.client("delay: 1s");
  const Failure timeout = test.failure({.url = "http://slow.example/", .timeout = 10s});
  CHECK(timeout.kind == "timeout");
  CHECK(timeout.retryable);
  CHECK(test.clock->elapsed() == 10s);
  CHECK(test.failure({.url = "http://slow.example/", .max_bytes = {0}, .timeout = 2h}).kind == "too_large");
  CHECK(test.response({.url = "http://slow.example/", .max_bytes = {0}, .timeout = 2h, .cut = true}).body.empty());
  const Failure unknown = test.failure({.url = "http://unknown.example/"});
  CHECK(unknown.kind == "unavailable");
  CHECK(unknown.message == "'http://unknown.example/': no answer was recorded for it");
  test.get({.url = "http://slow.example/", .timeout = 2h});
  const Clock::Busy held(*test.clock);  // the answer does not come
  for (int i = 0; i < 10; ++i) test.io.run_once(0s);
  test.client.reset();
  CHECK(std::get<Failure>(*test.results.back()).kind == "cancelled");
}

TEST_CASE("what a client has recorded is what the next one is answered, robots.txt and redirects among it") {
  const TrafficFolder folder;
  HttpResponse before;
  std::string url;
  {
    ClientUnderTest web("{allow_private: true, delay: 1s, record: " + folder.path + "}");
    web.robots = true;
    web.server.answer("/robots.txt", {.body = "User-agent: *\nDisallow: /private\n"});
    web.server.answer("/old", {.status = 301, .headers = {{"Location", "/new"}}});
    web.server.answer("/new", {.body = "found", .headers = {{"Content-Type", "text/plain"}}});
    web.server.answer("/reset", {.how = HttpServer::How::reset});
    url = web.server.url("");
    before = web.response({.url = url + "/old"});
    CHECK(web.failure({.url = url + "/reset"}).kind == "unavailable");
    CHECK(web.failure({.url = url + "/private"}).kind == "robots_disallowed");
  }
  CHECK(folder.exchanges().size() == 4);
  ClientUnderTest later("{delay: 1s, replay: " + folder.path + "}");
  later.robots = true;
  const HttpResponse after = later.response({.url = url + "/old"});
  CHECK(after.body == "found");
  CHECK(after.url == before.url);
  CHECK(after.redirects == before.redirects);
  CHECK(after.headers.size() == before.headers.size());
  CHECK(later.failure({.url = url + "/reset"}).kind == "unavailable");
  CHECK(later.failure({.url = url + "/private"}).kind == "robots_disallowed");
  CHECK(later.server.all_requests().empty());
}

TEST_CASE_FIXTURE(HangGuard, "in a run a short Retry-After is waited for, and one beyond max_wait fails the try") {
  for (const Executor executor : {Executor::serial, Executor::tbb}) {
    ReplayedWeb web;
    for (const std::string host : {"minutes.example", "days.example", "date.example"}) web.robots(host, "");
    web.refuse("http://minutes.example/", 503, "1800");
    web.page("http://minutes.example/");
    web.refuse("http://date.example/", 429, "Sun, 01 Mar 2026 00:30:00 GMT");
    web.page("http://date.example/");
    web.refuse("http://days.example/", 503, "86400");
    web.page("http://days.example/");
    const FetchRun run = fetch_all({.client = web.config("delay: 1s"), .node = ", retry: {times: 3, backoff: 1s}", .executor = executor},
                                   {"http://minutes.example/", "http://days.example/", "http://date.example/", "http://unknown.example/"});
    CHECK(run.outcomes.at("http://minutes.example/") == "done");
    CHECK(run.outcomes.at("http://date.example/") == "done");
    CHECK(run.outcomes.at("http://days.example/") == "http_status");
    CHECK(run.outcomes.at("http://unknown.example/") == "unavailable");  // nothing was recorded
    CHECK(web.starts("minutes.example") == Times{0s, 1s, 30min + 1s});
    CHECK(web.starts("date.example") == Times{0s, 1s, 30min});
    CHECK(web.starts("days.example") == Times{0s, 1s});
  }
}
