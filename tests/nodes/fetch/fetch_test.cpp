#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "tests/nodes/fetch/client_under_test.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::HttpServer;
using headrace::testing::make_http_client;
using headrace::testing::TestNode;

namespace {

struct FetchUnderTest {
  explicit FetchUnderTest(const std::string& config = "{}", const std::string& client = "{allow_private: true, delay: 0s}")
      : node("fetch", config) {
    node.use<HttpClient>("http", make_http_client(node.services(), client));
  }
  auto fetch(const std::string& path) { return node.given<"url">(server.url(path)).call<Page>(); }

  HttpServer server;
  TestNode node;
};

}  // namespace

TEST_CASE("a URL becomes a page") {
  FetchUnderTest test;
  test.server.answer("/old", {.status = 301, .headers = {{"Location", "/page"}}});
  test.server.answer("/page", {.body = "<p>hello", .headers = {{"Content-Type", "Text/HTML; charset=utf-8"}}});
  const Page page = test.fetch("/old").value();
  CHECK(page.url == test.server.url("/page"));
  CHECK(page.body.data == "<p>hello");
  CHECK(page.content_type == "Text/HTML; charset=utf-8");
  CHECK(page.status == 200);
  CHECK(test.server.requests().at(0).headers["accept"].starts_with("text/html, "));
}

TEST_CASE("a bad status fails with what is known of a better time") {
  FetchUnderTest test;
  test.server.answer("/gone", {.status = 410});
  test.server.answer("/broken", {.status = 500});
  test.server.answer("/busy", {.status = 503, .headers = {{"Retry-After", "90"}}});
  test.server.answer("/later", {.status = 429, .headers = {{"Retry-After", "Sun, 01 Mar 2026 01:00:00 GMT"}}});
  struct Case {
    std::string path;
    int status;
    bool retryable;
    std::optional<Duration> retry_after;
  };
  for (const auto& [path, status, retryable, retry_after] : std::vector<Case>{{"/nowhere", 404, false, {}},
                                                                              {"/gone", 410, false, {}},
                                                                              {"/broken", 500, true, {}},
                                                                              {"/busy", 503, true, 90s},
                                                                              {"/later", 429, true, 1h - 90s}}) {
    const std::string& asked = path;
    CAPTURE(asked);
    const Failure failure = test.fetch(path).failure();
    CHECK(failure.kind == "http_status");
    CHECK(failure.message == "'" + test.server.url(path) + "' answered " + std::to_string(status));
    CHECK(failure.retryable == retryable);
    CHECK(failure.retry_after == retry_after);  // /later was asked after the pause of /busy
  }
}

TEST_CASE("only the types that are accepted become pages") {
  const HttpServer::Answer image{.body = "GIF89a", .headers = {{"Content-Type", "image/gif"}}}, untyped{.body = "x"};
  FetchUnderTest usual, open("{accept: []}"), images("{accept: [IMAGE/gif]}");
  for (auto* test : {&usual, &open, &images}) {
    test->server.answer("/image", image);
    test->server.answer("/untyped", untyped);
    CHECK(test->fetch("/untyped").value().content_type == std::nullopt);
  }
  const Failure failure = usual.fetch("/image").failure();
  CHECK(failure.kind == "unsupported_type");
  CHECK_FALSE(failure.retryable);
  CHECK(failure.message.find("image/gif") != std::string::npos);
  CHECK(open.fetch("/image").value().body.data == "GIF89a");
  CHECK(images.fetch("/image").value().body.data == "GIF89a");
  CHECK(open.server.requests().at(0).headers["accept"] == "*/*");
}

TEST_CASE("the limits of the node are those of its requests") {
  FetchUnderTest small("{max_bytes: 4, max_redirects: 0}"), hasty("{transfer_timeout: 50ms}");
  small.server.answer("/page", {.body = "12345"});
  small.server.answer("/old", {.status = 301, .headers = {{"Location", "/page"}}});
  hasty.server.answer("/held", {.body = "x", .how = HttpServer::How::held});
  CHECK(small.fetch("/page").failure().kind == "too_large");
  CHECK(small.fetch("/old").failure().kind == "too_many_redirects");
  CHECK(hasty.fetch("/held").failure().kind == "timeout");
}

TEST_CASE("what keeps an answer from coming is the record's failure") {
  FetchUnderTest test("{}", "{}");
  CHECK(test.fetch("/").failure().kind == "refused_address");
  CHECK(test.node.given<"url">("ftp://example.org/").call<Page>().failure().kind == "bad_url");
}

namespace {

// Counts what an answer says of parking, and lets a record wait for its token.
struct ParkedReply final : ReplyTarget {
  void* claim() override { return std::exchange(slot, nullptr); }
  void complete(Status how, Failure why, std::string) override {
    status = how;
    failure = std::move(why);
    if (how == Status::ready) reinterpret_cast<Page*>(&storage)->~Page();
  }
  void park() override { ++parked; }
  void ready(std::function<void()> task) override { token = std::move(task); }
  alignas(Page) std::byte storage[sizeof(Page)];
  void* slot = &storage;
  Status status = Status::pending;
  Failure failure;
  int parked = 0;
  std::function<void()> token;
};

}  // namespace

TEST_CASE("a record gives its token back while it waits for its host") {
  FetchUnderTest test("{}", "{allow_private: true, delay: 1s, robots: false}");
  test.server.answer("/page", {.body = "x"});
  const std::string url = test.server.url("/page");
  const void* const inputs[] = {&url};
  CallContext context;
  const auto first = std::make_shared<ParkedReply>(), second = std::make_shared<ParkedReply>(), third = std::make_shared<ParkedReply>();
  IoLoop& io = test.node.services().io;
  for (const auto& reply : {first, second, third}) test.node.node().start(inputs, reply, context);
  const auto pump_until = [&](auto condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) io.run_once(20ms);  // a hang guard
    REQUIRE(condition());
  };
  pump_until([&] { return static_cast<bool>(second->token); });
  CHECK(first->status == Status::ready);
  CHECK(first->parked == 0);
  CHECK(second->parked == 1);
  CHECK(third->parked == 1);
  CHECK_FALSE(third->token);
  std::exchange(second->token, nullptr)();
  pump_until([&] { return static_cast<bool>(third->token); });
  CHECK(second->status == Status::ready);
  third->token = nullptr;  // the record ended while it waited for its token
  pump_until([&] { return third->status == Status::failed; });
  CHECK(third->failure.kind == "cancelled");
}
