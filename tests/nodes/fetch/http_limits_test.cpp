#include <malloc.h>

#include "tests/nodes/fetch/client_under_test.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::ClientUnderTest;
using headrace::testing::HttpServer;
using How = HttpServer::How;

TEST_CASE("a body that grows more than a hundredfold is cut off, whatever its limit") {
  ClientUnderTest test;
  test.server.answer("/bomb", {.body = headrace::testing::gzip_of_letters(64u << 20), .headers = {{"Content-Encoding", "gzip"}}});
  const Failure bomb = test.failure({.url = test.server.url("/bomb"), .max_bytes = {1u << 30}});
  CHECK(bomb.kind == "too_large");
  CHECK(bomb.message.find("100 times") != std::string::npos);
  CHECK_FALSE(bomb.retryable);
}

TEST_CASE("a body is limited as it is sent, even when it decodes to nothing") {
  ClientUnderTest test;
  // Empty blocks of deflate that are not the last one: five bytes each, for ever, and no letter comes out of them.
  std::string nothing("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  for (int i = 0; i < 200'000; ++i) nothing += std::string("\0\0\0\xff\xff", 5);
  test.server.answer("/nothing", {.body = nothing, .headers = {{"Content-Encoding", "gzip"}}, .how = How::chunked});
  const Failure failure = test.failure({.url = test.server.url("/nothing"), .max_bytes = {100'000}});
  CHECK(failure.kind == "too_large");
  CHECK(failure.message.find("as it was sent") != std::string::npos);
}

TEST_CASE("one known content encoding is taken, and no other") {
  ClientUnderTest test;
  struct Case {
    std::string path, encoding, why;
  };
  for (const auto& [path, encoding, why] : std::vector<Case>{{"/unknown", "sdch", "'sdch', which is not known"},
                                                             {"/nested", "gzip, gzip", "more than once"},
                                                             {"/mixed", "br, gzip", "more than once"},
                                                             {"/late", "identity, lzma", "'lzma'"},
                                                             {"/broken", "gzip", "does not decode"}}) {
    const std::string& asked = path;  // a lambda of C++20 takes no structured binding
    CAPTURE(asked);
    test.server.answer(path, {.body = "this is no gzip at all", .headers = {{"Content-Encoding", encoding}}});
    const Failure failure = test.failure({.url = test.server.url(path)});
    CAPTURE(failure.message);
    CHECK(failure.kind == "bad_encoding");
    CHECK_FALSE(failure.retryable);
    CHECK(failure.message.find(why) != std::string::npos);
  }
  test.server.answer("/plain", {.body = "x", .headers = {{"Content-Encoding", "identity"}}});
  CHECK(test.response({.url = test.server.url("/plain")}).body == "x");
}

TEST_CASE("HEAD gives what GET would say, without its body") {
  ClientUnderTest test;
  test.server.answer("/short", {.status = 301, .headers = {{"Location", "/long"}}});
  test.server.answer("/long", {.body = std::string(2000, 'x'), .headers = {{"Content-Encoding", "sdch"}}});
  const HttpResponse response = test.response({.url = test.server.url("/short"), .max_bytes = {10}, .method = HttpMethod::head});
  CHECK(response.url == test.server.url("/long"));
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  for (const auto& request : test.server.requests()) CHECK(request.method == "HEAD");
}

TEST_CASE("without follow a redirect is the response") {
  ClientUnderTest test;
  test.server.answer("/short", {.status = 302, .headers = {{"Location", "/long"}}});
  const HttpResponse response = test.response({.url = test.server.url("/short"), .max_redirects = 0, .follow = false});
  CHECK(response.status == 302);
  CHECK(*response.header("location") == "/long");
  CHECK(response.redirects.empty());
  CHECK(test.server.requests().size() == 1);
}

TEST_CASE("special addresses can be let in one by one") {
  ClientUnderTest test("{delay: 0s, allow: [127.0.0.1, \"fd00::/8\"]}");
  test.server.answer("/page", {.body = "x"});
  test.server.answer("/metadata", {.status = 302, .headers = {{"Location", "http://169.254.169.254/latest"}}});
  CHECK(test.response({.url = test.server.url("/page")}).body == "x");
  CHECK(test.response({.url = test.server.url("/page", "name.localhost")}).body == "x");
  CHECK(test.failure({.url = test.server.url("/metadata")}).kind == "refused_address");
  CHECK(test.failure({.url = "http://127.0.0.2:" + std::to_string(test.server.port()) + "/page"}).kind == "refused_address");
  CHECK_THROWS_WITH_AS(ClientUnderTest("{allow: [10.0.0.0/33]}"), doctest::Contains("'10.0.0.0/33' is no network"), NodeError);
}

TEST_CASE("a proxy is asked instead of the host, but never for an address that is not public") {
  HttpServer proxy;
  const std::string page = "http://example.invalid/page";  // a proxy is asked for whole URLs
  proxy.answer(page, {.body = "by proxy"});
  const std::string address = "127.0.0.1:" + std::to_string(proxy.port());
  ClientUnderTest test("{delay: 0s, robots: false, proxy: \"http://user:secret@" + address + "\"}");
  CHECK(test.response({.url = page}).body == "by proxy");
  CHECK(proxy.requests(page).at(0).headers.at("proxy-authorization").starts_with("Basic "));
  for (const std::string host : {"localhost", "a.localhost", "127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254"}) {
    CAPTURE(host);
    CHECK(test.failure({.url = "http://" + host + "/page"}).kind == "refused_address");
  }
  CHECK(proxy.requests().size() == 1);
  ClientUnderTest lost("{delay: 0s, robots: false, proxy: \"http://user:secret@127.0.0.1:1\"}");
  const Failure failure = lost.failure({.url = page});
  CHECK(failure.kind == "unavailable");
  CHECK(failure.message.find("secret") == std::string::npos);
}

TEST_CASE("a host that fails in a row is left alone, and tried again") {
  ClientUnderTest test("{allow_private: true, delay: 1s, robots: false, breaker_failures: 3}");
  test.server.answer("/page", {{.status = 500}, {.status = 502}, {.status = 503}, {.status = 500}, {.body = "well again"}});
  test.server.answer("/other", {.body = "x"});
  for (int i = 0; i < 6; ++i) test.get({.url = test.server.url("/page")});
  const auto beside = test.get({.url = test.server.url("/other", "h1.localhost")});
  test.pump_all();
  CHECK(std::get<HttpResponse>(*test.results[beside]).body == "x");
  for (std::size_t i = 3; i < 6; ++i) {  // they were in its queue
    const Failure& failure = std::get<Failure>(*test.results[i]);
    CHECK(failure.kind == "unavailable");
    CHECK(failure.retryable);
    CHECK(failure.retry_after == Duration(1min));
  }
  CHECK(test.failure({.url = test.server.url("/page")}).kind == "unavailable");
  CHECK(test.server.requests("/page").size() == 3);

  test.sleep(1min);
  const auto probe = test.get({.url = test.server.url("/page")}), behind = test.get({.url = test.server.url("/page")});
  test.pump_all();
  CHECK(std::get<HttpResponse>(*test.results[probe]).status == 500);
  CHECK(std::get<Failure>(*test.results[behind]).retry_after == Duration(2min));  // twice as long
  test.sleep(2min);
  CHECK(test.response({.url = test.server.url("/page")}).body == "well again");
  CHECK(test.response({.url = test.server.url("/page")}).body == "well again");
}

TEST_CASE("a request that waits takes less than 1 KiB") {
  ClientUnderTest test("{allow_private: true, delay: 1h}");
  constexpr std::size_t count = 20'000;
  std::size_t waiting = 0, ended = 0;
  const auto reply = std::make_shared<int>();
  const Clock::Busy busy(*test.clock);  // nobody's turn comes
  const std::size_t before = ::mallinfo2().uordblks;
  for (std::size_t i = 0; i < count; ++i)
    test.client->get(
        {.url = test.server.url("/a/path/of/the/usual/length/" + std::to_string(i), "h" + std::to_string(i % 50) + ".localhost"),
         .headers = {{"Accept", "text/html, application/xhtml+xml, text/plain, application/xml, text/xml, */*;q=0.1"}},
         .robots = false},
        {.waiting = [reply, &waiting] { ++waiting; },
         .turn = [reply](const auto&) {},
         .done = [reply, other = reply, &ended](const HttpResult&) { ++ended; }});
  test.pump_until([&] { return waiting + ended == count && ended >= 1; });
  const std::size_t each = (::mallinfo2().uordblks - before) / count;
  MESSAGE(each << " bytes");
  CHECK(each < 1024);
}
