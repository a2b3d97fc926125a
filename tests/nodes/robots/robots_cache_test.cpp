#include "nodes/robots/robots_cache.hpp"

#include <doctest/doctest.h>

using namespace headrace;
using namespace std::chrono_literals;
using Says = RobotsCache::Kind;

namespace {

Time at(Duration since_start) {
  return {parse_time("2026-03-01T00:00:00Z").at + std::chrono::duration_cast<std::chrono::microseconds>(since_start)};
}
Url url(const std::string& text) { return *parse_url(text).url; }
RobotsAnswer found(std::string body) { return {.status = 200, .body = std::move(body)}; }

const Url page = url("https://example.org/private/a?b=1");
const RobotsAnswer private_area = found("User-agent: *\nCrawl-delay: 2.5\nDisallow: /private/\n");

RobotsCache cache_of(const RobotsAnswer& answer, RobotsCache::Options options = {.agent = "heron/1.0"}) {
  RobotsCache cache(std::move(options));
  cache.take(page, answer, at(0s));
  return cache;
}

}  // namespace

TEST_CASE("a host is unknown until somebody has asked it, and again when the answer is old") {
  RobotsCache cache({.agent = "heron"});
  CHECK(cache.ask(page, at(0s)).kind == Says::unknown);
  cache.take(page, private_area, at(0s));
  CHECK(cache.ask(page, at(0s)).kind == Says::refused);
  CHECK(cache.ask(page, at(12h - 1us)).kind == Says::refused);
  CHECK(cache.ask(page, at(12h)).kind == Says::unknown);
  for (const std::string other : {"http://example.org/private/a", "https://example.org:444/private/a", "https://www.example.org/private/a"})
    CHECK(cache.ask(url(other), at(0s)).kind == Says::unknown);
}

TEST_CASE("a refusal says which line of which file refuses") {
  RobotsCache cache = cache_of(private_area);
  const auto verdict = cache.ask(page, at(1s));
  CHECK(verdict.kind == Says::refused);
  CHECK(verdict.crawl_delay == 2500ms);
  CHECK(verdict.failure.kind == "robots_disallowed");
  CHECK_FALSE(verdict.failure.retryable);
  CHECK(verdict.failure.message == "https://example.org/robots.txt disallows /private/a?b=1 by line 3 (Disallow: /private/)");
  const auto allowed = cache.ask(url("https://example.org/public"), at(1s));
  CHECK(allowed.kind == Says::allowed);
  CHECK(allowed.crawl_delay == 2500ms);
  CHECK(cache.ask(url("https://example.org/private/" + std::string(9000, 'a')), at(1s)).failure.message.size() < 600);
}

TEST_CASE("the file itself may be fetched whatever is known") {
  RobotsCache cache({.agent = "heron"});
  const Url file = url("https://example.org/robots.txt");
  CHECK(cache.ask(file, at(0s)).kind == Says::allowed);
  cache.take(page, {.status = 503}, at(0s));
  CHECK(cache.ask(file, at(0s)).kind == Says::allowed);
  cache.take(page, found("User-agent: *\nDisallow: /\nCrawl-delay: 3\n"), at(1h));
  CHECK(cache.ask(file, at(1h)).kind == Says::allowed);
  CHECK(cache.ask(file, at(1h)).crawl_delay == 3s);
}

TEST_CASE("each standing allows or refuses") {
  struct Case {
    RobotsAnswer answer;
    std::string refusal;  // kind of failure, or nothing
  };
  for (const auto& [answer, refusal] : std::vector<Case>{{found(""), ""},
                                                         {{.status = 404}, ""},
                                                         {{.status = 403}, ""},
                                                         {{.status = 301}, ""},
                                                         {{.status = 200, .redirects = 6, .body = "User-agent: *\nDisallow: /"}, ""},
                                                         {{.status = 429}, "robots_unavailable"},
                                                         {{.status = 500}, "robots_unavailable"},
                                                         {{.status = {}, .retry_after = 1h}, "robots_unavailable"},
                                                         {private_area, "robots_disallowed"}}) {
    const int status = answer.status.value_or(-1);
    CAPTURE(status);
    const auto verdict = cache_of(answer).ask(page, at(1s));
    CHECK((verdict.kind == Says::allowed) == refusal.empty());
    CHECK(verdict.failure.kind == refusal);
  }
}

TEST_CASE("what cannot be had now may be tried when the file is asked for again") {
  RobotsCache cache = cache_of({.status = 503, .retry_after = 10min});
  const Failure failure = cache.ask(page, at(1min)).failure;
  CHECK(failure.retryable);
  CHECK(failure.retry_after == 9min);
  CHECK(
      failure.message ==
      "https://example.org/robots.txt answered 503 at 2026-03-01T00:00:00Z: nothing is fetched from its host before 2026-03-01T00:10:00Z");
  CHECK(cache.ask(page, at(10min)).kind == Says::unknown);
  CHECK(cache_of({.status = {}}).ask(page, at(0s)).kind == Says::unknown);  // the network may be there again
  const Failure unread = cache_of({.status = {}, .retry_after = 1h}).ask(page, at(0s)).failure;
  CHECK(unread.message.find("gave no answer that can be read") != std::string::npos);
}

TEST_CASE("after 30 days of failures the last text holds, or nothing does") {
  RobotsCache with_text = cache_of(private_area), without = cache_of({.status = 503});
  for (RobotsCache* cache : {&with_text, &without}) {
    cache->take(page, {.status = 503}, at(1h));
    CHECK(cache->ask(page, at(1h)).failure.kind == "robots_unavailable");
    cache->take(page, {.status = {}}, at(24h * 31));
  }
  CHECK(with_text.ask(page, at(24h * 31)).failure.kind == "robots_disallowed");
  CHECK(without.ask(page, at(24h * 31)).kind == Says::allowed);
}

TEST_CASE("a host that asks for a longer delay than is waited is skipped, and says so") {
  const RobotsAnswer slow = found("User-agent: *\nCrawl-delay: 90\n");
  const auto skipped = cache_of(slow).ask(page, at(0s));
  CHECK(skipped.kind == Says::refused);
  CHECK(skipped.crawl_delay == 90s);
  CHECK(skipped.failure.kind == "robots_crawl_delay");
  CHECK(skipped.failure.message == "https://example.org/robots.txt asks for 90s between requests, and no more than 1m are waited");
  CHECK(cache_of(slow, {.agent = "heron", .longest_crawl_delay = 90s}).ask(page, at(0s)).kind == Says::allowed);
  CHECK(cache_of(found("User-agent: *\nCrawl-delay: 60\n")).ask(page, at(0s)).kind == Says::allowed);
  CHECK(cache_of(found("User-agent: *\nCrawl-delay: 9" + std::string(300, '9') + "\n")).ask(page, at(0s)).failure.kind ==
        "robots_crawl_delay");
  CHECK(cache_of(found("User-agent: other\nCrawl-delay: 90\n")).ask(page, at(0s)).kind == Says::allowed);
}

TEST_CASE("what was stored holds after a restart") {
  RobotsCache before({.agent = "heron"}), after({.agent = "heron"});
  const std::string stored = to_json(before.take(page, private_area, at(0s)));
  after.restore(page, from_json<RobotsRecord>(stored));
  CHECK(after.ask(page, at(1h)).failure.message == before.ask(page, at(1h)).failure.message);
  CHECK(after.ask(page, at(12h)).kind == Says::unknown);
  after.take(page, {.status = 503}, at(13h));
  CHECK(after.take(page, {.status = 503}, at(24h * 40)).text == Bytes(private_area.body));
}

TEST_CASE("memory is bounded, and who was asked about for longest is forgotten first") {
  RobotsCache cache({.agent = "heron", .memory = {64 << 10}});
  const auto host = [](int i) { return url("https://h" + std::to_string(i) + ".example.org/private/"); };
  for (int i = 0; i < 1000; ++i) {
    cache.take(host(i), private_area, at(0s));
    REQUIRE(cache.ask(host(0), at(0s)).kind == Says::refused);
    REQUIRE(cache.memory() <= 64 << 10);
  }
  CHECK(cache.hosts() > 10);
  CHECK(cache.ask(host(1), at(0s)).kind == Says::unknown);
  CHECK(cache.ask(host(999), at(0s)).kind == Says::refused);
  cache.take(host(1000), found(std::string(RobotsTxt::most_bytes, 'x')), at(0s));  // one is kept, whatever its size
  CHECK(cache.hosts() == 1);
  CHECK(cache.ask(host(1000), at(0s)).kind == Says::allowed);
  cache.take(host(1000), {.status = 404}, at(0s));
  CHECK(cache.memory() < 4096);
}
