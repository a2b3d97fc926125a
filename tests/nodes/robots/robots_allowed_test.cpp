#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/robots/robots_verdict.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

auto ask(const std::string& robots, const std::string& agent, const std::string& link) {
  return TestNode("robots_allowed").given<"robots_txt">(Bytes(robots)).given<"agent">(agent).given<"link">(link).call<RobotsVerdict>();
}

const std::string private_area = "User-agent: *\nCrawl-delay: 2.5\nDisallow: /private/\nAllow: /private/open\n";

struct Tally {
  int right = 0, rows = 0;
  void count(bool is_right) { right += is_right, ++rows; }
};

}  // namespace

TEST_CASE("a link is allowed or refused, and the rule is named") {
  const RobotsVerdict refused = ask(private_area, "heron", "https://example.org/private/a").value();
  CHECK_FALSE(refused.allowed);
  CHECK(refused.crawl_delay == 2.5);
  CHECK(refused.rule == "Disallow: /private/");
  CHECK(refused.line == 3);
  const RobotsVerdict allowed = ask(private_area, "heron", "https://example.org/private/open").value();
  CHECK(allowed.allowed);
  CHECK(allowed.rule == "Allow: /private/open");
  CHECK(to_json(ask("", "heron", "/").value()) == R"({"allowed":true,"crawl_delay":null,"rule":null,"line":null})");
}

TEST_CASE("a link may be an absolute URL or a path") {
  for (const std::string link : {"https://example.org/private/a", "HTTP://user@EXAMPLE.org:8080/x/../private/a?b#c", "/private/a",
                                 "private/a", "/%70rivate/a", "/private/a:b", "\t/private/\n"}) {
    CAPTURE(link);
    CHECK_FALSE(ask(private_area, "heron", link).value().allowed);
  }
  for (const std::string link :
       {"https://example.org", "https://example.org?/private/", "", "/", "?/private/", "//private/a", "#/private/"}) {
    CAPTURE(link);
    CHECK(ask(private_area, "heron", link).value().allowed);
  }
}

TEST_CASE("a link of another kind is an error") {
  for (const std::string link : {"mailto:a@example.org", "ftp://example.org/private/", "https://exa mple.org/", "http://"}) {
    CAPTURE(link);
    CHECK(ask(private_area, "heron", link).failure().kind == "bad_url");
  }
}

// Rows of `policy` are those where two peers differ: docs/robots.md says how they are decided here, and they are counted apart.
TEST_CASE("the cases of the test data") {
  const char* data = std::getenv("HEADRACE_DATA");
  std::ifstream table(data ? std::string(data) + "/robots/cases.jsonl" : "");
  if (!table) {
    MESSAGE("skipped: HEADRACE_DATA names no folder with robots/cases.jsonl");
    return;
  }
  Tally verdicts, delays, policy;
  for (std::string line; std::getline(table, line);) {
    const JsonDocument document(line);
    const ValueView row = document.root();
    const auto text = [&](std::string_view name) { return std::string(row.member(name)->string()); };
    const RobotsVerdict got = ask(text("robots"), text("ua"), text("url")).value();
    if (const auto delay = row.member("crawl_delay"))
      delays.count(got.crawl_delay == (delay->is_null() ? std::nullopt : std::optional(delay->number())));
    const auto expected = row.member("allowed");
    if (!expected || expected->is_null()) continue;
    const bool right = got.allowed == expected->boolean();
    (row.member("policy") ? policy : verdicts).count(right);
    if (!right && !row.member("policy")) MESSAGE(text("test") << ": " << text("ua") << " " << text("url") << " of " << text("robots"));
  }
  MESSAGE("robots: " << verdicts.right << " of " << verdicts.rows << ", delays " << delays.right << " of " << delays.rows << ", policy "
                     << policy.right << " of " << policy.rows);
  CHECK(verdicts.right * 100 >= verdicts.rows * 99);
  CHECK(delays.right == delays.rows);
}
