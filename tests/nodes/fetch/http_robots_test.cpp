#include "nodes/robots/robots_record.hpp"
#include "tests/nodes/fetch/client_under_test.hpp"
#include "tests/nodes/fetch/durable_store.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::ClientUnderTest;
using headrace::testing::DurableStore;
using headrace::testing::HttpServer;
using headrace::testing::make_http_client;
using How = HttpServer::How;

namespace {

struct AskingClient : ClientUnderTest {
  explicit AskingClient(const std::string& config = "{allow_private: true, delay: 0s}") : ClientUnderTest(config) { robots = true; }
  std::size_t robots_requests() { return server.requests("/robots.txt").size(); }
};

}  // namespace

TEST_CASE("robots.txt is fetched once, before anything else, and kept to") {
  AskingClient test("{allow_private: true, delay: 1s}");
  test.server.answer("/robots.txt", {.body = "User-agent: *\nDisallow: /private\nUser-agent: other\nDisallow: /\n"});
  test.server.answer("/page", {.body = "x"});
  const auto first = test.get({.url = test.server.url("/page")});
  const auto second = test.get({.url = test.server.url("/private/diary")});
  const auto third = test.get({.url = test.server.url("/page")});
  test.pump_all();
  CHECK(std::get<HttpResponse>(*test.results[first]).body == "x");
  CHECK(std::get<HttpResponse>(*test.results[third]).body == "x");
  const Failure& refused = std::get<Failure>(*test.results[second]);
  CHECK(refused.kind == "robots_disallowed");
  CHECK_FALSE(refused.retryable);
  std::vector<std::pair<std::string, Duration>> asked;
  for (const auto& request : test.server.all_requests()) asked.emplace_back(request.path, request.at);
  CHECK(asked == std::vector<std::pair<std::string, Duration>>{{"/robots.txt", 0s}, {"/page", 1s}, {"/page", 2s}});
}

TEST_CASE("every hop is asked about, at its own host") {
  AskingClient test;
  test.server.answer("/robots.txt", {.body = "User-agent: *\nDisallow: /private\n"});
  test.server.answer("/short", {.status = 302, .headers = {{"Location", test.server.url("/private/page", "h1.localhost")}}});
  CHECK(test.failure({.url = test.server.url("/short")}).kind == "robots_disallowed");
  CHECK(test.robots_requests() == 2);
  CHECK(test.server.requests().size() == 1);
}

TEST_CASE("what a robots.txt answers decides for the whole host") {
  struct Case {
    HttpServer::Answer answer;
    std::string kind;  // of the failure; empty: the page comes
    bool retryable;
  };
  const std::vector<Case> cases = {
      {{.status = 404}, "", false},
      {{.status = 403}, "", false},
      {{.status = 500}, "robots_unavailable", true},
      {{.status = 429}, "robots_unavailable", true},
      {{.status = 302, .headers = {{"Location", "/moved.txt"}}}, "robots_disallowed", false},
      {{.status = 302, .headers = {{"Location", "/robots.txt"}}}, "", false},
      {{.body = "User-agent: *\nCrawl-delay: 120\n"}, "robots_crawl_delay", false},
      {{.body = "User-agent: *\nDisallow: /\n" + std::string(2u << 20, '#')}, "robots_disallowed", false},
      {{.how = How::reset}, "unavailable", true},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    AskingClient test;
    test.server.answer("/robots.txt", cases[i].answer);
    test.server.answer("/moved.txt", {.body = "User-agent: *\nDisallow: /page\n"});
    test.server.answer("/page", {.body = "x"});
    const HttpResult result = test.fetch({.url = test.server.url("/page")});
    const auto* failure = std::get_if<Failure>(&result);
    CHECK((failure ? failure->kind : "") == cases[i].kind);
    CHECK((failure && failure->retryable) == cases[i].retryable);
    CHECK(test.server.requests("/page").size() == (failure ? 0 : 1));
  }
}

TEST_CASE("a crawl-delay is kept to") {
  AskingClient test("{allow_private: true, delay: 1s}");
  test.server.answer("/robots.txt", {.body = "User-agent: headrace\nCrawl-delay: 7\n"});
  test.server.answer("/page", {.body = "x"});
  for (int i = 0; i < 3; ++i) test.get({.url = test.server.url("/page")});
  test.pump_all();
  std::vector<Duration> at;
  for (const auto& request : test.server.all_requests()) at.push_back(request.at);
  CHECK(at == std::vector<Duration>{0s, 7s, 14s, 21s});
}

TEST_CASE("who waits for a robots.txt is told so, and may be cancelled") {
  AskingClient test;
  test.server.answer("/robots.txt", {.how = How::held});
  int waiting = 0;
  const auto place = test.get({.url = test.server.url("/page")}, {.waiting = [&] { ++waiting; }});
  test.pump_until([&] { return test.robots_requests() == 1; });
  CHECK(waiting == 1);
  test.client.reset();
  CHECK(std::get<Failure>(*test.results[place]).kind == "cancelled");
}

TEST_CASE("an agent of another name, no robots at all, and requests that do not ask") {
  for (const std::string config :
       {"{allow_private: true, delay: 0s, robots_agent: other}", "{allow_private: true, delay: 0s, robots: false}"}) {
    AskingClient test(config);
    test.server.answer("/robots.txt", {.body = "User-agent: headrace\nDisallow: /\n"});
    test.server.answer("/page", {.body = "x"});
    CHECK(test.response({.url = test.server.url("/page")}).body == "x");
  }
  AskingClient test;
  test.robots = false;
  test.server.answer("/robots.txt", {.body = "User-agent: *\nDisallow: /\n"});
  test.server.answer("/page", {.body = "x"});
  CHECK(test.response({.url = test.server.url("/page")}).body == "x");
  CHECK(test.robots_requests() == 0);
}

namespace {

// Clients that come and go before one host, and share a store.
struct RestartedClient : AskingClient {
  RestartedClient() : host(*parse_url(server.url("/")).url) {
    server.answer("/page", {.body = "x"});
    restart();
  }
  void restart() {
    client.reset();
    client = make_http_client(services, "{allow_private: true, delay: 0s}", store);
  }
  std::string ask() {  // the kind of the failure, or the body
    const HttpResult result = fetch({.url = server.url("/page")});
    if (const auto* failure = std::get_if<Failure>(&result)) return failure->kind;
    return std::get<HttpResponse>(result).body;
  }
  RobotsRecord record() const { return from_json<RobotsRecord>(store->get(robots_key(host)).value()); }

  Url host;
  std::shared_ptr<DurableStore> store = std::make_shared<DurableStore>();
};

constexpr Duration day = 24h;

}  // namespace

TEST_CASE("a robots.txt that gets no answer for 30 days is given up, whatever is restarted meanwhile") {
  RestartedClient test;
  test.server.answer("/robots.txt", {.how = How::reset});
  const Time began = test.clock->now();
  CHECK(test.ask() == "unavailable");
  CHECK(test.record().standing == RobotsStanding::no_answer);
  CHECK(test.record().failing_since == began);
  test.sleep(day);
  CHECK(test.ask() == "unavailable");
  CHECK(test.record().failing_since == began);
  test.restart();
  test.sleep(29 * day - 1min);  // what is learned is written 5 s after each answer, and that takes time as well
  CHECK(test.ask() == "unavailable");
  CHECK(test.server.requests("/page").empty());
  test.restart();
  test.sleep(1min);
  CHECK(test.ask() == "x");
  CHECK(test.record().standing == RobotsStanding::given_up);
  CHECK(test.record().failing_since == began);
  CHECK(test.robots_requests() == 4);
  CHECK(test.ask() == "x");
  CHECK(test.robots_requests() == 4);  // for half a day nobody asks again
}

TEST_CASE("after 30 days without an answer the last rules hold, and an answer ends the row") {
  RestartedClient test;
  test.server.answer("/robots.txt", {.body = "User-agent: *\nDisallow: /page\n"});
  CHECK(test.ask() == "robots_disallowed");
  test.server.answer("/robots.txt", {.how = How::reset});
  test.sleep(day);
  CHECK(test.ask() == "unavailable");
  test.sleep(30 * day);
  CHECK(test.ask() == "robots_disallowed");
  CHECK(test.record().standing == RobotsStanding::given_up);
  test.server.answer("/robots.txt", {.status = 404});
  test.sleep(day);
  CHECK(test.ask() == "x");
  CHECK_FALSE(test.record().failing_since);
  test.server.answer("/robots.txt", {.how = How::reset});
  test.sleep(day);
  const Time again = test.clock->now();
  CHECK(test.ask() == "unavailable");
  CHECK(test.record().failing_since == again);
}

TEST_CASE("only the network's silence counts: not a host that is left alone, nor a request that is refused") {
  RestartedClient test;
  test.server.answer("/robots.txt", {.how = How::reset});
  for (int i = 0; i < 5; ++i) CHECK(test.ask() == "unavailable");
  const Time asked = test.record().checked;
  test.sleep(30s);
  CHECK(test.ask() == "unavailable");  // the breaker is open
  CHECK(test.robots_requests() == 5);
  CHECK(test.record().checked == asked);

  ClientUnderTest closed("{delay: 0s}");
  closed.robots = true;
  const auto store = std::make_shared<DurableStore>();
  closed.client = make_http_client(closed.services, "{delay: 0s}", store);
  CHECK(closed.failure({.url = closed.server.url("/page")}).kind == "refused_address");
  CHECK_FALSE(store->get(robots_key(*parse_url(closed.server.url("/")).url)));
}

TEST_CASE("a robots.txt that cannot be read is asked for again after an hour") {
  RestartedClient test;
  test.server.answer("/robots.txt", {.body = "this is no gzip", .headers = {{"Content-Encoding", "gzip"}}});
  for (int i = 0; i < 2; ++i) CHECK(test.ask() == "robots_unavailable");
  CHECK(test.robots_requests() == 1);
  test.sleep(1h);
  CHECK(test.ask() == "robots_unavailable");
  CHECK(test.robots_requests() == 2);
}
