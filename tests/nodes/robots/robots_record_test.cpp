#include "nodes/robots/robots_record.hpp"

#include <doctest/doctest.h>

#include "nodes/robots/robots_txt.hpp"

using namespace headrace;
using namespace std::chrono_literals;

namespace {

constexpr Duration day = 24h;

Time at(Duration since_start) {
  return {parse_time("2026-03-01T00:00:00Z").at + std::chrono::duration_cast<std::chrono::microseconds>(since_start)};
}

struct Step {
  Duration when;
  RobotsAnswer answer;
  RobotsStanding standing;
  Duration believed;  // for so long
};

// Answers of one host, one after the other.
RobotsRecord check(const std::vector<Step>& steps) {
  std::optional<RobotsRecord> record;
  for (const Step& step : steps) {
    CAPTURE(format_duration(step.when));
    record = record_after(record ? &*record : nullptr, step.answer, at(step.when));
    CHECK(to_json(record->standing) == to_json(step.standing));
    CHECK(record->status == step.answer.status);
    CHECK(record->checked == at(step.when));
    CHECK(record->until == at(step.when + step.believed));
    CHECK(record->fresh(at(step.when)) == (step.believed > 0s));
    CHECK_FALSE(record->fresh(at(step.when + step.believed)));
  }
  return *record;
}

RobotsAnswer status(int status) { return {.status = status}; }
RobotsAnswer text(std::string body) { return {.status = 200, .body = std::move(body)}; }

using enum RobotsStanding;

}  // namespace

TEST_CASE("each status says what to believe, and for how long") {
  struct Case {
    RobotsAnswer answer;
    RobotsStanding standing;
    Duration believed;
  };
  const std::vector<Case> cases = {
      {status(200), found, 12h},       {status(204), found, 12h},       {status(206), found, 12h},       {status(404), missing, 12h},
      {status(400), missing, 12h},     {status(401), missing, 12h},     {status(403), missing, 12h},     {status(410), missing, 12h},
      {status(451), missing, 12h},     {status(304), missing, 12h},     {status(301), redirected, 12h},  {status(307), redirected, 12h},
      {status(429), rate_limited, 1h}, {status(500), server_error, 1h}, {status(503), server_error, 1h}, {status(599), server_error, 1h},
      {status(0), server_error, 1h},   {status(101), server_error, 1h}, {{.status = {}}, no_answer, 0s},
  };
  for (const Case& each : cases) {
    CAPTURE(each.answer.status.value_or(-1));
    const RobotsRecord record = check({{0s, each.answer, each.standing, each.believed}});
    CHECK(record.defers() == (each.believed <= 1h));
    CHECK(record.failing_since.has_value() == record.defers());
    CHECK(record.copied.has_value() == (each.standing == found));
  }
}

TEST_CASE("max-age is followed between one hour and 24") {
  struct Case {
    std::optional<Duration> max_age;
    Duration believed;
  };
  for (const int code : {200, 404, 301})
    for (const auto& [max_age, believed] :
         std::vector<Case>{{{}, 12h}, {0s, 1h}, {59min, 1h}, {1h, 1h}, {5h, 5h}, {24h, 24h}, {25h, 24h}, {Duration::max(), 24h}})
      check({{0s, {.status = code, .max_age = max_age}, code == 200 ? found : code == 404 ? missing : redirected, believed}});
  check({{0s, {.status = 503, .max_age = 24h}, server_error, 1h}});
}

TEST_CASE("Retry-After is followed between one minute and 24 hours, for refusals that pass") {
  struct Case {
    std::optional<Duration> retry_after;
    Duration believed;
  };
  for (const auto& [retry_after, believed] : std::vector<Case>{{{}, 1h}, {0s, 1min}, {90s, 90s}, {5h, 5h}, {30 * day, 24h}}) {
    check({{0s, {.status = 429, .retry_after = retry_after}, rate_limited, believed}});
    check({{0s, {.status = 503, .retry_after = retry_after}, server_error, believed}});
    check({{0s, {.status = {}, .retry_after = retry_after}, no_answer, retry_after ? believed : 0s}});
  }
  check({{0s, {.status = 404, .retry_after = 1min}, missing, 12h}});
}

TEST_CASE("five redirects are followed, and a sixth means that there is no file") {
  check({{0s, {.status = 200, .redirects = 5}, found, 12h}});
  check({{0s, {.status = 200, .redirects = 6}, redirected, 12h}});
  check({{0s, {.status = 404, .redirects = 5}, missing, 12h}});
  check({{0s, {.status = 302, .redirects = 5}, redirected, 12h}});
}

TEST_CASE("after 30 days of failures nobody waits any more") {
  const RobotsRecord without = check({{0s, status(503), server_error, 1h},
                                      {10 * day, {.status = {}}, no_answer, 0s},
                                      {30 * day - 1s, status(500), server_error, 1h},
                                      {30 * day, status(500), given_up, 12h},
                                      {31 * day, status(429), given_up, 12h}});
  CHECK_FALSE(without.defers());
  CHECK(without.text.size() == 0);
  CHECK(without.failing_since == at(0s));
}

TEST_CASE("another answer ends the row of failures") {
  for (const int code : {200, 404, 302}) {
    CAPTURE(code);
    const RobotsStanding standing = code == 200 ? found : code == 404 ? missing : redirected;
    check({{0s, status(503), server_error, 1h},
           {29 * day, status(code), standing, 12h},
           {31 * day, status(503), server_error, 1h},
           {60 * day, status(503), server_error, 1h},
           {61 * day, status(503), given_up, 12h},
           {62 * day, status(code), standing, 12h}});
  }
}

TEST_CASE("the last text is kept while the file fails, and forgotten when it is gone") {
  const RobotsRecord failing =
      check({{0s, text("a"), found, 12h}, {12h, status(500), server_error, 1h}, {13h, {.status = {}}, no_answer, 0s}});
  CHECK(failing.text.data == "a");
  CHECK(failing.copied == at(0s));
  CHECK(failing.failing_since == at(12h));
  const RobotsRecord given =
      check({{0s, text("a"), found, 12h}, {1 * day, status(500), server_error, 1h}, {31 * day, status(500), given_up, 12h}});
  CHECK(given.text.data == "a");
  for (const int code : {404, 301}) {
    const RobotsRecord gone = check({{0s, text("a"), found, 12h}, {1 * day, status(code), code == 404 ? missing : redirected, 12h}});
    CHECK(gone.text.size() == 0);
    CHECK_FALSE(gone.copied.has_value());
  }
  CHECK(check({{0s, text("a"), found, 12h}, {1 * day, text("b"), found, 12h}}).text.data == "b");
}

TEST_CASE("not modified renews what is known") {
  const RobotsRecord record = check({{0s, text("a"), found, 12h},
                                     {1 * day, {.status = 304, .max_age = 2h}, found, 2h},
                                     {2 * day, status(503), server_error, 1h},
                                     {3 * day, status(304), found, 12h}});
  CHECK(record.text.data == "a");
  CHECK(record.copied == at(3 * day));
}

TEST_CASE("no more of a text is kept than is read") {
  const RobotsRecord record = check({{0s, text(std::string(RobotsTxt::most_bytes + 1, 'x')), found, 12h}});
  CHECK(record.text.size() == RobotsTxt::most_bytes);
}

TEST_CASE("a clock that goes back makes nothing last for ever") {
  const RobotsRecord record = check({{100 * day, status(404), missing, 12h}});
  CHECK(record.fresh(at(100 * day - 12h)));
  CHECK_FALSE(record.fresh(at(100 * day - 13h)));
  CHECK_FALSE(record.fresh(at(0s)));
  check({{100 * day, status(503), server_error, 1h}, {0s, status(503), server_error, 1h}, {30 * day, status(503), given_up, 12h}});
}

TEST_CASE("a record survives as JSON") {
  const RobotsRecord record =
      check({{0s, text("User-agent: *\nDisallow: /\xff\n"), found, 12h}, {1 * day + 1us, status(503), server_error, 1h}});
  const std::string json = to_json(record);
  const auto read = from_json<RobotsRecord>(json);
  CHECK(to_json(read) == json);
  CHECK(read.text == record.text);
  CHECK(read.until == record.until);
  CHECK(read.failing_since == record.failing_since);
  CHECK(json.starts_with(R"({"standing":"server_error","status":503,"checked":"2026-03-02T00:00:00.000001Z",)"));
  CHECK_THROWS_AS(from_json<RobotsRecord>(R"({"standing":"gone","checked":"2026-03-02","until":"2026-03-02"})"), BadValue);
}

TEST_CASE("Cache-Control") {
  struct Case {
    std::string header;
    std::optional<Duration> age;
  };
  const std::vector<Case> cases = {{"", {}},
                                   {"public", {}},
                                   {"max-age=3600", 1h},
                                   {"public, Max-Age=60 , must-revalidate", 60s},
                                   {"max-age=\"60\"", 60s},
                                   {"max-age=60, max-age=30", 30s},
                                   {"max-age=60, no-cache", 0s},
                                   {"no-store", 0s},
                                   {"max-age=", 0s},
                                   {"max-age", {}},
                                   {"max-age=-1", 0s},
                                   {"max-age=1.5", 0s},
                                   {"max-age=99999999999999999999", 24h},
                                   {"s-maxage=60", {}},
                                   {"x-max-age=60", {}},
                                   {",, ,max-age=5", 5s}};
  for (const auto& [header, age] : cases) {
    const std::string shown(header);
    CAPTURE(shown);
    CHECK(max_age_of(header) == age);
  }
}

TEST_CASE("a host is known by its name, port and scheme") {
  struct Case {
    std::string url, key, robots;
  };
  for (const auto& [url, key, robots] :
       std::vector<Case>{{"https://Example.org/a?b", "robots/example.org:443/https", "https://example.org/robots.txt"},
                         {"http://me:secret@example.org:8080/", "robots/example.org:8080/http", "http://example.org:8080/robots.txt"},
                         {"http://example.org:443/", "robots/example.org:443/http", "http://example.org:443/robots.txt"},
                         {"http://[::1]/", "robots/[::1]:80/http", "http://[::1]/robots.txt"}}) {
    const Url parsed = *parse_url(url).url;
    CHECK(robots_key(parsed) == key);
    CHECK(robots_url(parsed) == robots);
    CHECK(key.starts_with(robots_keys_of(parsed.host)));
  }
}
