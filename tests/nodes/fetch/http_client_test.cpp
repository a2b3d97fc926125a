#include <atomic>
#include <thread>

#include "tests/nodes/fetch/client_under_test.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::ClientUnderTest;
using headrace::testing::HttpServer;
using How = HttpServer::How;

namespace {

std::string host(int number) { return "h" + std::to_string(number) + ".localhost"; }

std::vector<Duration> times(const std::vector<HttpServer::Request>& requests) {
  std::vector<Duration> out;
  for (const auto& request : requests) out.push_back(request.at);
  return out;
}

}  // namespace

TEST_CASE("an answer of any status is a response") {
  ClientUnderTest test;
  test.server.answer("/page", {.body = "hello", .headers = {{"Content-Type", "text/plain"}, {"X-Note", " a b "}}});
  const HttpResponse page =
      test.response({.url = test.server.url("/page?q=1#part"), .headers = {{"X-Mine", "7"}, {"X-Bad", "a\r\nX-Smuggled: b"}}});
  CHECK(page.status == 200);
  CHECK(page.body == "hello");
  REQUIRE(page.header("x-note"));
  CHECK(*page.header("x-note") == "a b");
  CHECK(page.redirects.empty());
  CHECK_FALSE(page.moved_permanently);
  auto asked = test.server.requests().at(0);
  CHECK(asked.query == "q=1");
  CHECK(asked.headers["x-mine"] == "7");
  CHECK_FALSE(asked.headers.contains("x-smuggled"));
  CHECK(asked.headers["user-agent"].find("Headrace") != std::string::npos);
  CHECK(test.response({.url = test.server.url("/nowhere")}).status == 404);
}

TEST_CASE("redirects are followed and remembered") {
  ClientUnderTest test;
  test.server.answer("/end", {.body = "here"});
  test.server.answer("/one", {.status = 301, .headers = {{"Location", "a/two"}}});
  test.server.answer("/a/two", {.status = 308, .headers = {{"Location", "../end"}}});
  test.server.answer("/for-now", {.status = 302, .headers = {{"Location", test.server.url("/one", host(1))}}});
  const HttpResponse moved = test.response({.url = test.server.url("/one")});
  CHECK(moved.url == test.server.url("/end"));
  CHECK(moved.body == "here");
  CHECK(moved.redirects == std::vector{test.server.url("/one"), test.server.url("/a/two")});
  CHECK(moved.moved_permanently);
  const HttpResponse for_now = test.response({.url = test.server.url("/for-now"), .headers = {{"Authorization", "secret"}}});
  CHECK(for_now.url == test.server.url("/end", host(1)));
  CHECK(for_now.redirects.size() == 3);
  CHECK_FALSE(for_now.moved_permanently);
  CHECK(test.server.requests("/for-now").at(0).headers["authorization"] == "secret");
  CHECK_FALSE(test.server.requests("/end").back().headers.contains("authorization"));
}

TEST_CASE("redirects that lead nowhere") {
  ClientUnderTest test;
  test.server.answer("/here", {.status = 302, .headers = {{"Location", "/there"}}});
  test.server.answer("/there", {.status = 302, .headers = {{"Location", "/here"}}});
  test.server.answer("/mail", {.status = 302, .headers = {{"Location", "mailto:a@example.org"}}});
  for (int i = 0; i < 20; ++i)
    test.server.answer("/" + std::to_string(i), {.status = 302, .headers = {{"Location", "/" + std::to_string(i + 1)}}});
  CHECK(test.failure({.url = test.server.url("/here")}).kind == "too_many_redirects");
  CHECK(test.server.requests().size() == 2);  // the circle is seen at once
  CHECK(test.failure({.url = test.server.url("/0"), .max_redirects = 3}).kind == "too_many_redirects");
  CHECK(test.server.requests().size() == 2 + 4);
  CHECK(test.failure({.url = test.server.url("/0"), .max_redirects = 0}).kind == "too_many_redirects");
  const Failure mail = test.failure({.url = test.server.url("/mail")});
  CHECK(mail.kind == "bad_url");
  CHECK(mail.message.find("mailto:a@example.org") != std::string::npos);
  CHECK(test.failure({.url = "nonsense"}).kind == "bad_url");
}

TEST_CASE("addresses that are not public are refused, whatever they are called") {
  ClientUnderTest test("{delay: 0s}");
  const std::string port = std::to_string(test.server.port());
  for (const std::string name : {
           // clang-format off
      "127.0.0.1", "localhost", "any.localhost", "2130706433", "0x7f.1", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254",
      "172.31.255.255", "192.168.0.1", "198.19.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]",
      "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]", "[ff02::1]"
           // clang-format on
       }) {
    CAPTURE(name);
    const Failure refused = test.failure({.url = "http://" + name + ":" + port + "/"});
    CHECK(refused.kind == "refused_address");
    CHECK_FALSE(refused.retryable);
    CHECK(refused.message.find("allow_private") != std::string::npos);
  }
  CHECK(test.server.requests().empty());
}

TEST_CASE("requests to one host start at least the delay apart, and hosts do not wait for each other") {
  ClientUnderTest test("{allow_private: true, delay: 2s}");
  test.server.answer("/page", {.body = "x"});
  for (int i = 0; i < 3; ++i)
    for (int h = 1; h <= 2; ++h) test.get({.url = test.server.url("/page", host(h))});
  test.pump_all();
  std::map<std::string, std::vector<Duration>> starts;
  for (const auto& request : test.server.requests()) starts[request.host].push_back(request.at);
  CHECK(starts.size() == 2);
  for (const auto& [name, at] : starts) CHECK(at == std::vector<Duration>{0s, 2s, 4s});
}

TEST_CASE("a redirect goes through the queue of its host") {
  ClientUnderTest test("{allow_private: true, delay: 5s}");
  test.server.answer("/from", {.status = 301, .headers = {{"Location", "/to"}}});
  test.server.answer("/to", {.body = "x"});
  CHECK(test.response({.url = test.server.url("/from")}).body == "x");
  CHECK(times(test.server.requests()) == std::vector<Duration>{0s, 5s});
}

TEST_CASE("who must wait is told so, and begins when it says") {
  ClientUnderTest test("{allow_private: true, delay: 1s}");
  test.server.answer("/page", {.body = "x"});
  int waiting = 0;
  std::vector<std::function<void()>> turns;
  const auto handlers = [&]() -> HttpHandlers {
    return {.waiting = [&] { ++waiting; }, .turn = [&](auto go) { turns.push_back(std::move(go)); }};
  };
  const auto first = test.get({.url = test.server.url("/page")}, handlers());
  const auto second = test.get({.url = test.server.url("/page")}, handlers());
  const auto third = test.get({.url = test.server.url("/page")}, handlers());
  const auto fourth = test.get({.url = test.server.url("/page")}, handlers());
  test.pump_until([&] { return turns.size() == 1; });
  CHECK(waiting == 3);  // the first began at once
  CHECK(test.answered == 1);
  CHECK(test.results[first].has_value());

  SUBCASE("each in its turn") {
    turns[0]();
    turns[0]();  // one too many: nothing comes of it
    test.pump_until([&] { return turns.size() == 2; });
    CHECK(test.results[second].has_value());
    CHECK_FALSE(test.results[third].has_value());
    turns[1]();
    test.pump_until([&] { return turns.size() == 3; });
    turns[2]();
    test.pump_all();
    CHECK(times(test.server.requests()) == std::vector<Duration>{0s, 1s, 2s, 3s});
    CHECK(waiting == 3);
  }
  SUBCASE("a turn that is let go is given back") {
    turns[0] = nullptr;
    test.pump_until([&] { return turns.size() == 2; });
    CHECK(std::get<Failure>(*test.results[second]).kind == "cancelled");
    turns[1]();
    test.pump_until([&] { return turns.size() == 3; });
    turns.clear();
    test.pump_all();
    CHECK(std::get<Failure>(*test.results[fourth]).kind == "cancelled");
    CHECK(test.server.requests().size() == 2);
  }
}

TEST_CASE("a redirect that must wait says so again") {
  ClientUnderTest test("{allow_private: true, delay: 1s}");
  test.server.answer("/a", {.status = 301, .headers = {{"Location", "/b"}}});
  test.server.answer("/b", {.status = 301, .headers = {{"Location", test.server.url("/c", host(1))}}});
  test.server.answer("/c", {.status = 301, .headers = {{"Location", "/d"}}});
  test.server.answer("/d", {.body = "x"});
  std::string told;
  test.get({.url = test.server.url("/a")}, {.waiting = [&] { told += "w"; },
                                            .turn =
                                                [&](const auto& go) {
                                                  told += "t";
                                                  go();
                                                }});
  test.pump_all();
  CHECK(told == "wtwt");  // for /b and /d: /a and /c began at once
  CHECK(times(test.server.requests()) == std::vector<Duration>{0s, 1s, 1s, 2s});
}

TEST_CASE("a host that asks for a pause gets it, from everyone who waits for it") {
  ClientUnderTest test("{allow_private: true, delay: 1s}");
  test.server.answer("/busy", {.status = 429, .headers = {{"Retry-After", "100"}}});
  test.server.answer("/page", {.body = "x"});
  const auto busy = test.get({.url = test.server.url("/busy")});
  test.get({.url = test.server.url("/page")});
  test.get({.url = test.server.url("/page")});
  test.get({.url = test.server.url("/page", host(1))});
  test.pump_all();
  CHECK(std::get<HttpResponse>(*test.results[busy]).status == 429);
  CHECK(times(test.server.requests("/busy")) == std::vector<Duration>{0s});
  CHECK(times(test.server.requests("/page")) == std::vector<Duration>{0s, 100s, 101s});
}

TEST_CASE("Retry-After may be a date") {
  ClientUnderTest test("{allow_private: true, delay: 1s}");  // it is 2026-03-01T00:00:00Z
  test.server.answer("/busy", {{.status = 503, .headers = {{"Retry-After", "Sun, 01 Mar 2026 00:10:00 GMT"}}},
                               {.status = 503, .headers = {{"Retry-After", "Sun, 01 Mar 2020 00:00:00 GMT"}}},
                               {.status = 503, .headers = {{"Retry-After", "soon"}}},
                               {.body = "x"}});
  for (int i = 0; i < 4; ++i) test.get({.url = test.server.url("/busy")});
  test.pump_all();
  CHECK(times(test.server.requests()) == std::vector<Duration>{0s, 600s, 601s, 602s});
}

TEST_CASE("a pause that is too long fails those who would have to wait") {
  ClientUnderTest test("{allow_private: true, delay: 1s, longest_hold: 1h}");
  test.server.answer("/busy", {.status = 503, .headers = {{"Retry-After", "86400"}}});
  const auto first = test.get({.url = test.server.url("/busy")});
  const auto second = test.get({.url = test.server.url("/busy")});
  test.pump_all();
  const auto third = test.get({.url = test.server.url("/busy")});
  test.pump_all();
  CHECK(std::get<HttpResponse>(*test.results[first]).status == 503);
  for (const auto place : {second, third}) {
    const Failure& failure = std::get<Failure>(*test.results[place]);
    CHECK(failure.kind == "unavailable");
    CHECK(failure.retryable);
    CHECK(failure.retry_after == Duration(24h));
  }
  CHECK(test.server.requests().size() == 1);
}

TEST_CASE("bodies and headers are bounded while they come") {
  ClientUnderTest test;
  test.server.answer("/told", {.body = std::string(2000, 'x')});
  test.server.answer("/endless", {.body = "for ever ", .how = How::endless});
  test.server.answer("/bomb", {.body = headrace::testing::gzip_of_letters(64u << 20), .headers = {{"Content-Encoding", "gzip"}}});
  test.server.answer("/header", {.body = "x", .headers = {{"X-Long", std::string(300u << 10, 'h')}}});
  HttpServer::Answer many{.body = "x"};
  for (int i = 0; i < 40; ++i) many.headers.emplace_back("X-" + std::to_string(i), std::string(8u << 10, 'h'));
  test.server.answer("/headers", many);
  test.server.answer("/fits", {.body = std::string(1000, 'x')});
  for (const std::string path : {"/told", "/endless", "/bomb", "/header", "/headers"}) {
    CAPTURE(path);
    const Failure failure = test.failure({.url = test.server.url(path), .max_bytes = {1000}});
    CAPTURE(failure.message);
    CHECK(failure.kind == "too_large");
    CHECK_FALSE(failure.retryable);
  }
  CHECK(test.response({.url = test.server.url("/fits"), .max_bytes = {1000}}).body.size() == 1000);
  CHECK(test.failure({.url = test.server.url("/bomb"), .max_bytes = {10u << 20}}).kind == "too_large");
}

TEST_CASE("a compressed body is decoded") {
  ClientUnderTest test;
  std::string body = headrace::testing::gzip_of_letters(1 + 258 * 4);
  body.resize(body.size() - 8);  // without its checksum it is cut short, and what was decoded does not count
  test.server.answer("/cut", {.body = body, .headers = {{"Content-Encoding", "gzip"}}});
  test.server.answer("/odd", {.body = "x", .headers = {{"Content-Encoding", "sdch"}}});
  CHECK(test.response({.url = test.server.url("/cut")}).body == std::string(1 + 258 * 4, 'a'));
  CHECK(test.failure({.url = test.server.url("/odd")}).kind == "bad_encoding");
}

TEST_CASE("a server that does not answer, resets, or is not there") {
  ClientUnderTest test;
  test.server.answer("/held", {.body = "x", .how = How::held});
  test.server.answer("/reset", {.how = How::reset});
  const Failure timeout = test.failure({.url = test.server.url("/held"), .timeout = 50ms});
  CHECK(timeout.kind == "timeout");
  CHECK(timeout.retryable);
  const Failure reset = test.failure({.url = test.server.url("/reset")});
  CHECK(reset.kind == "unavailable");
  CHECK(reset.retryable);
  CHECK(reset.message.find("/reset'") != std::string::npos);
  const Failure absent = test.failure({.url = "http://127.0.0.1:1/"});
  CHECK(absent.kind == "unavailable");
  CHECK(absent.retryable);
}

TEST_CASE("a password in a URL is sent and never shown") {
  ClientUnderTest test;
  test.server.answer("/reset", {.how = How::reset});
  const Failure reset = test.failure({.url = "http://user:secret@127.0.0.1:" + std::to_string(test.server.port()) + "/reset"});
  CHECK(reset.message.find("secret") == std::string::npos);
  CHECK(test.server.requests().at(0).headers["authorization"].starts_with("Basic "));
}

TEST_CASE("a request has nothing of the one before it") {
  ClientUnderTest test;
  const std::string large(100'000, 'x');
  test.server.answer("/large", {.body = large});
  const std::string url = test.server.url("/large");
  const auto plain_after = [&](HttpRequest first) {
    test.fetch(std::move(first));
    const HttpResponse second = test.response({.url = url});
    CHECK(second.body == large);
    const auto asked = test.server.requests("/large").back();
    CHECK(asked.method == "GET");
    CHECK_FALSE(asked.headers.contains("authorization"));
    CHECK_FALSE(asked.headers.contains("x-mine"));
  };
  plain_after({.url = url, .method = HttpMethod::head});
  plain_after({.url = url, .headers = {{"X-Mine", "7"}, {"Authorization", "secret"}}});
  plain_after({.url = url, .max_bytes = {10}});
  plain_after({.url = "http://user:secret@" + url.substr(7)});
  plain_after({.url = "http://user:secret@127.0.0.1:1/", .timeout = 1s});
}

TEST_CASE("one slow host does not keep 199 others waiting") {
  ClientUnderTest test("{allow_private: true, delay: 1s, connections: 8}");
  test.server.answer("/slow", {.body = "late", .how = How::held});
  test.server.answer("/page", {.body = "x"});
  const auto slow = test.get({.url = test.server.url("/slow", host(0))});
  for (int h = 1; h < 200; ++h) test.get({.url = test.server.url("/page", host(h))});
  test.pump_until([&] { return test.answered == 199; });
  CHECK_FALSE(test.results[slow].has_value());
  CHECK(test.clock->elapsed() == 0s);  // the transfer on the wire holds virtual time
  test.server.release("/slow");
  test.pump_all();
  CHECK(std::get<HttpResponse>(*test.results[slow]).body == "late");
}

TEST_CASE("connections are bounded, in all and per host") {
  ClientUnderTest test("{allow_private: true, delay: 0s, connections: 3, connections_per_host: 2}");
  test.server.answer("/held", {.body = "x", .how = How::held});
  int waiting = 0;
  for (int i = 0; i < 3; ++i)
    for (int h = 1; h <= 2; ++h) test.get({.url = test.server.url("/held", host(h))}, {.waiting = [&] { ++waiting; }});
  test.pump_until([&] { return test.server.requests().size() == 3 && waiting == 3; });
  std::map<std::string, int> at_once;
  for (const auto& request : test.server.requests()) ++at_once[request.host];
  for (const auto& [name, count] : at_once) CHECK(count <= 2);
  test.server.release("/held");
  test.pump_all();
  CHECK(test.server.requests().size() == 6);
}

TEST_CASE("a client that goes answers everything with cancelled, once") {
  ClientUnderTest test("{allow_private: true, delay: 1s}");
  test.server.answer("/held", {.body = "x", .how = How::held});
  test.server.answer("/page", {.body = "x"});
  std::vector<std::function<void()>> turns;
  test.get({.url = test.server.url("/page", host(1))});
  test.get({.url = test.server.url("/page", host(1))}, {.turn = [&](auto go) { turns.push_back(std::move(go)); }});  // has its turn
  test.pump_until([&] { return turns.size() == 1; });
  test.get({.url = test.server.url("/held")});  // on the wire
  test.get({.url = test.server.url("/held")});  // in the queue
  test.pump_until([&] { return test.server.requests("/held").size() == 1; });
  test.get({.url = test.server.url("/page", host(2))});  // not even looked at
  const auto check_all_cancelled = [&] {
    REQUIRE(test.answered == 5);
    for (std::size_t i = 1; i < 5; ++i) CHECK(std::get<Failure>(*test.results[i]).kind == "cancelled");
  };
  SUBCASE("after the loop has stopped") {
    test.client.reset();
    check_all_cancelled();
  }
  SUBCASE("from the loop itself") {
    test.io.post([&] { test.client.reset(); });
    test.pump_until([&] { return !test.client; });
    check_all_cancelled();
  }
  SUBCASE("from one of its own handlers") {
    test.client->get({.url = "nonsense"}, {.done = [&](const HttpResult&) { test.client.reset(); }});
    test.pump_until([&] { return !test.client; });
    test.pump_until([&] { return test.answered == 5; });
    check_all_cancelled();
  }
  turns.at(0)();  // too late, and harmless
  for (int i = 0; i < 5; ++i) test.io.run_once(0s);
  CHECK(test.answered == 5);
}

TEST_CASE("a thread of its own waits for its answer, until it is told to stop") {
  ClientUnderTest test;
  test.server.answer("/page", {.body = "x"});
  test.server.answer("/held", {.body = "x", .how = How::held});
  std::atomic<bool> done{false};
  std::stop_source stop;
  HttpResult page = Failure{}, stopped = Failure{};
  std::jthread source([&] {
    page = get_and_wait(*test.client, {.url = test.server.url("/page")}, stop.get_token());
    stopped = get_and_wait(*test.client, {.url = test.server.url("/held")}, stop.get_token());
    done = true;
  });
  test.pump_until([&] { return test.server.requests("/held").size() == 1; });
  stop.request_stop();
  test.pump_until([&] { return done.load(); });
  CHECK(std::get<HttpResponse>(page).body == "x");
  CHECK(std::get<Failure>(stopped).kind == "cancelled");
}
