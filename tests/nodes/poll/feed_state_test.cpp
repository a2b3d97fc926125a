// What answers and failures make of the state of a feed: validators, moves, setbacks. No IO; time is given.
#include "nodes/poll/feed_state.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/node.hpp"
#include "nodes/poll/freshness.hpp"
#include "tests/nodes/poll/fake_http.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::FakeHttp;

namespace {

const std::string url = "http://a.example/feed";
const Time start{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1), false};

Time after(Duration passed) { return {start.at + std::chrono::duration_cast<std::chrono::microseconds>(passed), false}; }

ParsedFeed feed_of(const std::vector<std::string>& ids) {
  ParsedFeed out;
  for (const std::string& id : ids) {
    out.entries.emplace_back();
    out.entries.back().id = id;
  }
  return out;
}

HttpResponse full(const std::string& body, std::vector<HttpHeader> headers = {}) {
  return FakeHttp::response(url, 200, std::move(headers), body);
}
HttpResponse redirected(const std::string& to, bool permanently = true) {
  HttpResponse out = FakeHttp::response(to, 200, {}, "feed");
  out.redirects = {url};
  out.moved_permanently = permanently;
  return out;
}

}  // namespace

TEST_CASE("feed state: it survives a restart, and another kind of payload counts as none") {
  FeedState state(url, {});
  CHECK(state.take(full("1", {{"etag", "W/\"odd\""}, {"last-modified", "yesterday"}}), feed_of({"a", "b"}), start).size() == 2);
  state.plan(after(1h));
  FeedState again(url, state.payload());
  CHECK(again.payload() == state.payload());
  CHECK(again.conditions(after(1h)).size() == 2);
  CHECK(again.conditions(after(1h))[0].value == "W/\"odd\"");
  CHECK(again.take(full("2"), feed_of({"a", "b", "c"}), after(1h)) == std::vector<std::size_t>{2});
  for (const std::string payload : {"", "{", "3", "{\"seen\": 3", "null"}) CHECK(FeedState(url, payload).record().polls == 0);
}

TEST_CASE("feed state: one that a newer program has written is refused") {
  CHECK_THROWS_WITH_AS(FeedState(url, "{\"version\": 99}"), doctest::Contains("newer"), NodeError);
}

TEST_CASE("feed state: a server whose validators never change is found out, and asked without them") {
  FeedState state(url, {});
  const std::vector<HttpHeader> constant{{"etag", "\"constant\""}};
  state.take(full("1", constant), feed_of({"a"}), start);
  for (int hour = 1; hour < 24; ++hour) {
    CHECK(state.conditions(after(hour * 1h)).size() == 1);
    state.take_unchanged(FakeHttp::response(url, 304, constant, ""), after(hour * 1h));
  }
  CHECK(state.conditions(after(24h)).empty());  // once a day it has to show
  CHECK(state.take(full("2", constant), feed_of({"b", "a"}), after(24h)).size() == 1);
  CHECK(state.record().misleading);
  CHECK(state.conditions(after(25h)).empty());
}

TEST_CASE("feed state: a server that tells the truth is believed for longer and longer, up to eight days") {
  FeedState state(url, {});
  state.take(full("1", {{"etag", "1"}}), feed_of({"a"}), start);
  Duration at = 0s;
  for (const int days : {1, 2, 4, 8, 8}) {
    CHECK(state.conditions(after(at + days * 24h - 1h)).size() == 1);
    at += days * 24h;
    CHECK(state.conditions(after(at)).empty());
    CHECK(state.is_unchanged(full("1")));
    state.take_unchanged(full("1", {{"etag", "1"}}), after(at));
  }
}

TEST_CASE("feed state: a permanent redirect moves the feed after three sightings over a week; https at once") {
  struct Row {
    const char* what;
    std::vector<int> days;
    bool permanently, moves;
  };
  const Row rows[] = {{"often, but within a day", {0, 0, 0, 1}, true, false},
                      {"over a week, but twice", {0, 8}, true, false},
                      {"three times over a week", {0, 3, 7}, true, true},
                      {"for the time being", {0, 3, 7, 20}, false, false}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    FeedState state(url, {});
    bool moved = false;
    for (const int day : row.days) moved = state.follow_redirects(redirected("https://b.example/feed", row.permanently), after(day * 24h));
    CHECK(moved == row.moves);
    CHECK(state.address() == (row.moves ? "https://b.example/feed" : url));
  }
  FeedState secure(url, {});
  CHECK(secure.follow_redirects(redirected("https://a.example/feed"), start));
  CHECK(secure.address() == "https://a.example/feed");
}

TEST_CASE("feed state: an answer without a redirect, or with another, begins the sightings anew") {
  FeedState state(url, {});
  state.follow_redirects(redirected("http://b.example/"), start);
  state.follow_redirects(redirected("http://b.example/"), after(4 * 24h));
  state.follow_redirects(full("1"), after(5 * 24h));
  CHECK_FALSE(state.follow_redirects(redirected("http://b.example/"), after(8 * 24h)));
  CHECK_FALSE(state.follow_redirects(redirected("http://c.example/"), after(20 * 24h)));
  CHECK(state.address() == url);
}

TEST_CASE("feed state: a move that turns out bad is taken back") {
  FeedState state(url, {});
  for (const int day : {0, 3, 7}) state.follow_redirects(redirected("http://b.example/feed"), after(day * 24h));
  REQUIRE(state.address() == "http://b.example/feed");
  state.fail({"unavailable", "no connection", true, {}}, 0, 1h, after(8 * 24h));
  CHECK(state.address() == "http://b.example/feed");  // that may pass
  const Setback setback = state.fail({"http_status", "410", false, {}}, 410, 1h, after(9 * 24h));
  CHECK(setback.why.empty());
  CHECK(state.address() == url);
  CHECK_FALSE(state.record().given_up);
}

TEST_CASE("feed state: a clock that stands in 1970 for a while costs no entry, and is forgotten when it is right again") {
  const Time wrong{std::chrono::sys_days(std::chrono::year(1970) / 1 / 1), false};
  FeedState state(url, {});
  std::vector<std::string> ids;
  int taken = 0;
  const auto poll = [&](Time now) {
    for (int i = 0; i < 12; ++i) ids.insert(ids.begin(), std::to_string(ids.size()));
    ParsedFeed feed = feed_of({ids.begin(), ids.begin() + std::min<std::ptrdiff_t>(20, std::ssize(ids))});
    for (FeedEntry& each : feed.entries) each.published = after(std::stoi(*each.id) * 1h);
    taken += static_cast<int>(state.take(full(ids.front(), {{"etag", ids.front()}}), feed, now).size());
    const Duration wait = poll_interval(state.record().pace, 4, {5min, 24h}, now);
    CHECK(wait >= Duration(5min));
    CHECK(wait <= Duration(24h));
    CHECK(std::isfinite(state.record().pace.arrivals.per_day()));
  };
  const Time clocks[] = {after(12h), wrong, after(36h), wrong, {wrong.at + 1h, false}, after(72h), after(84h)};
  for (const Time& now : clocks) poll(now);
  CHECK(taken == 12 * 7);
  CHECK(state.conditions(after(85h)).size() == 1);
  CHECK(state.conditions(wrong).empty());
  CHECK(poll_interval(state.record().pace, 4, {5min, 24h}, after(85h)) > Duration(5min));
}

TEST_CASE("setbacks: what passes by itself is tried soon, what does not is tried rarely, and the dead are given up") {
  struct Row {
    int status, in_a_row, days;
    bool retryable;
    Duration wait;
    std::string_view why;
  };
  const Row rows[] = {{0, 1, 0, true, 1min, ""},
                      {503, 4, 0, true, 8min, ""},
                      {429, 40, 9, true, 24h, ""},
                      {200, 1, 0, false, 15min, ""},
                      {200, 30, 90, false, 24h, ""},
                      {403, 1, 0, false, 6h, ""},
                      {401, 9, 0, false, 7 * 24h, ""},
                      {404, 1, 0, false, 1h, ""},
                      {404, 9, 40, false, 24h, ""},
                      {404, 30, 29, false, 24h, ""},
                      {404, 30, 30, false, 24h, "feed_missing"},
                      {410, 1, 0, false, 24h, "feed_gone"}};
  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.in_a_row);
    const Setback setback = setback_of({"any", "", row.retryable, {}}, row.status, {row.in_a_row, start}, 24h, after(row.days * 24h));
    CHECK(setback.wait == row.wait);
    CHECK(setback.why == row.why);
  }
  // A feed that is asked every ten minutes is asked so once more before anybody worries.
  CHECK(setback_of({"not_a_feed", "", false, {}}, 200, {1, start}, 10min, start).wait == Duration(10min));
  CHECK(setback_of({"not_a_feed", "", false, {}}, 200, {3, start}, 10min, start).wait == Duration(40min));
}

TEST_CASE("feed state: the dates of a first answer say how much may come at once") {
  struct Row {
    std::string what;
    int entries;
    Duration apart, last;  // between two of them, and since the newest
    double least, most;
  };
  const Row rows[] = {{"ten within half an hour, a moment ago", 10, 3min, 1min, 9.9, 10},
                      {"the same, two weeks ago", 10, 3min, 14 * 24h, 4.9, 5},
                      {"one a day", 20, 24h, 1min, 0.9, 1},
                      {"one every ten minutes", 20, 10min, 1min, 6, 7},
                      {"in 1970", 10, 3min, 490'000h, 0, 0},
                      {"in the future", 10, 3min, -24h, 0, 0}};
  for (const Row& row : rows) {
    ParsedFeed feed;
    for (int i = 0; i < row.entries; ++i) {
      feed.entries.emplace_back();
      feed.entries.back().id = std::to_string(i);
      feed.entries.back().published = after(-row.last - i * row.apart);
    }
    FeedState state(url, {});
    state.take(full("1"), feed, start);
    CAPTURE(row.what);
    CHECK(state.record().pace.most_at_once >= row.least);
    CHECK(state.record().pace.most_at_once <= row.most);
  }
}

TEST_CASE("feed state: a good answer forgets the failures before it") {
  FeedState state(url, {});
  state.fail({"timeout", "no answer", true, {}}, 0, 1h, start);
  state.fail({"timeout", "no answer", true, {}}, 0, 1h, after(1h));
  CHECK(state.record().failures == 2);
  CHECK(state.record().trouble == "timeout: no answer");
  state.take(full("1"), feed_of({"a"}), after(2h));
  CHECK(state.record().failures == 0);
  CHECK_FALSE(state.record().trouble);
}

TEST_CASE("freshness: what the fields of an answer say, and what strangers write there") {
  struct Row {
    std::vector<HttpHeader> headers;
    Duration fresh;
  };
  const Row rows[] = {{{}, 0s},
                      {{{"cache-control", "public, MAX-AGE=600"}}, 10min},
                      {{{"cache-control", "max-age=\"600\""}, {"age", "60"}}, 9min},
                      {{{"cache-control", "max-age=60"}, {"age", "600"}}, 0s},
                      {{{"cache-control", "max-age=600, no-cache"}}, 0s},
                      {{{"cache-control", "max-age=99999999999999999999"}}, 366 * 24h},
                      {{{"cache-control", "max-age=-5"}}, 0s},
                      {{{"cache-control", "max-age"}, {"expires", "Sun, 01 Mar 2026 01:00:00 GMT"}}, 1h},
                      {{{"expires", "Sun, 01 Mar 2026 03:00:00 GMT"}, {"date", "Sun, 01 Mar 2026 01:00:00 GMT"}}, 2h},
                      {{{"expires", "Thu, 01 Jan 1970 00:00:00 GMT"}}, 0s},
                      {{{"expires", "0"}}, 0s}};
  for (const Row& row : rows) {
    CAPTURE(row.headers.size());
    CHECK(fresh_for(full("", row.headers), start) == row.fresh);
  }
}
