#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/refresh.hpp"
#include "tests/nodes/fetch/client_under_test.hpp"

using namespace headrace;
using headrace::testing::HttpServer;
using headrace::testing::make_http_client;
using headrace::testing::TestNode;

namespace {

struct ExpandUnderTest {
  ExpandUnderTest() : node("expand_url", "{hosts: [short.localhost]}") {
    node.use<HttpClient>("http", make_http_client(node.services(), "{allow_private: true, delay: 0s}"));
  }
  std::string short_url(const std::string& path) const { return server.url(path, "short.localhost"); }
  HttpServer::Answer moved(const std::string& to) const { return {.status = 301, .headers = {{"Location", to}}}; }
  // Where it leads, or the kind of the failure.
  std::string expanded(const std::string& link) {
    auto answer = node.given<"link">(link).call<std::string>();
    return answer.status() == Status::ready ? answer.value() : answer.failure().kind;
  }

  HttpServer server;
  TestNode node;
};

}  // namespace

TEST_CASE("expand_url: a short link leads somewhere, and what it leads to is not fetched") {
  ExpandUnderTest test;
  const std::string article = test.server.url("/article");
  test.server.answer("/x1", test.moved(article));
  test.server.answer("/x2", test.moved("/x1"));
  test.server.answer("/x3", {{.status = 405}, test.moved(article)});  // HEAD is not for everybody
  test.server.answer("/x4", {.body = "<head><noscript><META http-equiv=refresh content='0;URL=" + article + "'></noscript></head>"});
  test.server.answer("/x5", {.body = "<script>window.opener = null; location.replace(\"" + article + "\")</script>"});
  test.server.answer("/x6", {.body = "a page of the shortener itself"});
  for (const std::string path : {"/x1", "/x2", "/x3", "/x4", "/x5"}) {
    CAPTURE(path);
    CHECK(test.expanded(test.short_url(path)) == article);
  }
  CHECK(test.expanded(test.short_url("/x6")) == test.short_url("/x6"));
  CHECK(test.server.requests("/article").empty());
}

TEST_CASE("expand_url: other links pass as they are, unasked") {
  ExpandUnderTest test;
  for (const std::string link :
       {"https://example.org/a?utm_source=x#y", "/relative", "mailto:x@example.org", "", "https://notshort.localhost/"})
    CHECK(test.expanded(link) == link);
  CHECK(test.server.requests().empty());
}

TEST_CASE("expand_url: what leads nowhere fails") {
  ExpandUnderTest test;
  test.server.answer("/circle", test.moved("/circle2"));
  test.server.answer("/circle2", test.moved("/circle"));
  for (int i = 0; i < 6; ++i) test.server.answer("/hop" + std::to_string(i), test.moved("/hop" + std::to_string(i + 1)));
  test.server.answer("/mail", test.moved("mailto:x@example.org"));
  test.server.answer("/busy", {.status = 503});
  CHECK(test.expanded(test.short_url("/circle")) == "too_many_redirects");
  CHECK(test.expanded(test.short_url("/hop0")) == "too_many_redirects");
  CHECK(test.expanded(test.short_url("/mail")) == "bad_url");
  CHECK(test.expanded(test.short_url("/nowhere")) == "http_status");
  CHECK(test.node.given<"link">(test.short_url("/busy")).call<std::string>().failure().retryable);
}

TEST_CASE("pages that send their reader on") {
  struct Case {
    std::string page, target;
  };
  for (const auto& [page, target] :
       std::vector<Case>{{"<meta http-equiv=\"Refresh\" content=\"5; url = '/a' \">", "/a"},
                         {"<meta http-equiv=refresh content='0,/a'>", "/a"},
                         {"<meta http-equiv=refresh content=30>", ""},
                         {"<meta http-equiv=refresh content='0;URL='>", ""},
                         {R"(location.replace( "/no"); location.replace('https:\/\/a.example\/\'b'))", "https://a.example/'b"},
                         {"location.replace(\"/a", ""},
                         {"location.replace(target)", ""},
                         {"", ""}}) {
    const std::string& shown = page;
    CAPTURE(shown);
    CHECK(refresh_target(page).value_or("") == target);
  }
}
