#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "tests/nodes/poll/fake_http.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::Emitted;
using headrace::testing::FakeHttp;
using headrace::testing::TestNode;

namespace {

const std::string data = HEADRACE_SOURCE_DIR "/tests/nodes/poll/data/";
const std::string url = "https://harbour.example/feed.xml";

std::string rss(const std::vector<std::string>& ids) {
  std::string out = "<rss version='2.0'><channel><title>Harbour</title>";
  for (const std::string& id : ids)
    out += "<item><title>" + id + "</title><link>/" + id + "</link><guid isPermaLink='false'>" + id + "</guid></item>";
  return out + "</channel></rss>";
}

std::string ids(const std::vector<Entry>& entries) {
  std::string out;
  for (const Entry& entry : entries) out += entry.id.value_or("-") + " ";
  return out;
}

struct Poller {
  std::shared_ptr<FakeHttp> http = std::make_shared<FakeHttp>();
  TestNode node;
  explicit Poller(const std::string& config = "{once: true, feeds: '" + url + "'}") : node("poll_feeds", config) {
    node.use<HttpClient>("http", http);
  }
  Emitted<Entry> run(bool settle = true) { return node.run<Entry>(1'000'000, settle); }
};

// An engine's side that plays several rounds: sleep() only notes how long, and stops when the rounds are over.
struct Rounds final : SourceTarget {
  std::vector<Entry> entries;
  std::vector<Position> positions, settled_positions;
  std::vector<std::pair<std::string, Failure>> troubles;
  std::vector<Duration> sleeps;
  std::size_t rounds = 1;
  std::function<void()> between = [] {};
  Clock* clock = nullptr;
  std::stop_source stop;

  bool emit(AnyValue value, Position position) override {
    entries.push_back(*static_cast<const Entry*>(value.data()));
    positions.push_back(std::move(position));
    return true;
  }
  bool fail(Failure, Position) override { return true; }
  void settled(Position position) override { settled_positions.push_back(std::move(position)); }
  std::optional<std::string> last(std::string_view) override { return std::nullopt; }
  bool all_settled(std::string_view) override { return false; }
  void trouble(std::string_view subject, Failure failure) override { troubles.emplace_back(subject, std::move(failure)); }
  bool sleep(Duration delay) override {
    sleeps.push_back(delay);
    between();
    if (sleeps.size() >= rounds) return stop.request_stop(), false;
    bool passed = false;  // the clock of a TestNode is driven by whoever runs the node: here
    clock->after(delay, [&] { passed = true; });
    clock->idle();
    while (!passed) clock->run_due();
    clock->busy();
    return true;
  }
  std::stop_token stop_token() const override { return stop.get_token(); }
};

Rounds play(
    Poller& poller, std::size_t rounds, std::function<void()> between = [] {}) {
  Rounds out;
  out.rounds = rounds;
  out.between = std::move(between);
  out.clock = &poller.node.services().clock;
  const Clock::Busy busy(*out.clock);
  poller.node.node().run(out);
  return out;
}

}  // namespace

TEST_CASE("poll_feeds: an answer becomes entries, and its payload goes with the last one") {
  Poller poller;
  poller.http->answer(url, FakeHttp::response("https://harbour.example/moved/feed.xml", 200, {{"etag", "\"v1\""}}, rss({"a", "b"})));
  const auto out = poller.run();
  REQUIRE(out.values.size() == 2);
  CHECK(out.values[0].title == "a");
  CHECK(out.values[0].link == "/a");
  CHECK(out.values[0].base == "https://harbour.example/moved/feed.xml");
  CHECK(out.positions[0].partition == url);
  CHECK_FALSE(out.positions[0].payload.has_value());
  CHECK(out.positions[1].payload.value().find("v1") != std::string::npos);
  CHECK(out.settled.empty());
  CHECK(out.troubles.empty());
}

TEST_CASE("poll_feeds: after a restart, validators are sent verbatim and seen entries stay away") {
  Poller poller;
  poller.http->feed(url, rss({"a", "b"}), {{"etag", "W/\"odd \xE2\x9C\x93\""}, {"last-modified", "yesterday"}})
      .feed(url, rss({"c", "b", "a"}), {{"etag", "2"}})
      .status(url, 304);
  CHECK(ids(poller.run().values) == "a b ");
  CHECK(ids(poller.run().values) == "c ");
  const auto third = poller.run();
  CHECK(third.values.empty());
  REQUIRE(third.settled.size() == 1);
  CHECK(third.settled[0].partition == url);
  const auto requests = poller.http->requests();
  REQUIRE(requests.size() == 3);
  CHECK(FakeHttp::header(requests[0], "If-None-Match") == "");
  CHECK(FakeHttp::header(requests[1], "If-None-Match") == "W/\"odd \xE2\x9C\x93\"");
  CHECK(FakeHttp::header(requests[1], "If-Modified-Since") == "yesterday");
  CHECK(FakeHttp::header(requests[2], "If-None-Match") == "2");
  CHECK(FakeHttp::header(requests[2], "If-Modified-Since") == "");
  CHECK(FakeHttp::header(requests[0], "Accept").find("application/rss+xml") != std::string::npos);
}

TEST_CASE("poll_feeds: a validator is not kept before its entries have settled") {
  Poller poller;
  poller.http->feed(url, rss({"a"}), {{"etag", "1"}});
  CHECK(ids(poller.run(false).values) == "a ");
  CHECK(ids(poller.run(true).values) == "a ");
  CHECK(poller.run(true).values.empty());
  const auto requests = poller.http->requests();
  CHECK(FakeHttp::header(requests[1], "If-None-Match") == "");
  CHECK(FakeHttp::header(requests[2], "If-None-Match") == "1");
}

TEST_CASE("poll_feeds: within a run, entries on their way are not emitted again") {
  Poller poller("{every: 10m, feeds: '" + url + "'}");
  poller.http->feed(url, rss({"a"}), {{"etag", "1"}}).feed(url, rss({"b", "a"})).status(url, 304);
  const Rounds out = play(poller, 3);
  CHECK(ids(out.entries) == "a b ");
  CHECK(out.settled_positions.size() == 1);
  REQUIRE(out.sleeps.size() == 3);
  for (const Duration each : out.sleeps) {
    CHECK(each >= 9min);
    CHECK(each <= 11min);
  }
}

TEST_CASE("poll_feeds: entries that fell out of a feed are remembered when they come back") {
  Poller poller;
  poller.http->feed(url, rss({"a", "b"})).feed(url, rss({"c"})).feed(url, rss({"a", "c", "b"}));
  CHECK(ids(poller.run().values) == "a b ");
  CHECK(ids(poller.run().values) == "c ");
  CHECK(poller.run().values.empty());
}

TEST_CASE("poll_feeds: a feed that cannot be read is reported, and the others go on") {
  Poller poller("{once: true, feeds: '" + data + "feeds.txt'}");
  poller.http->status(url, 503, {{"retry-after", "120"}}).feed("HTTPS://gezeiten.example/feed.xml", rss({"a"}));
  const auto out = poller.run();
  CHECK(ids(out.values) == "a ");
  REQUIRE(out.troubles.size() == 2);
  CHECK(out.troubles[0].second.kind == "bad_url");
  CHECK(out.troubles[0].first.find("feeds.txt:5: 'harbour'") != std::string::npos);
  CHECK(out.troubles[1].first == url);
  CHECK(out.troubles[1].second.kind == "http_status");
  CHECK(out.troubles[1].second.retryable);
  CHECK(out.troubles[1].second.retry_after == Duration(120s));
}

TEST_CASE("poll_feeds: every way in which an answer fails is a trouble, and the next one counts") {
  Poller poller("{every: 1m, feeds: '" + url + "'}");
  poller.http->answer(url, Failure{"timeout", "no answer", true})
      .status(url, 404)
      .feed(url, "<html></html>")
      .status(url, 429, {{"retry-after", "7200"}})
      .feed(url, rss({"a"}));
  const Rounds out = play(poller, 5);
  REQUIRE(out.troubles.size() == 4);
  CHECK(out.troubles[0].second.kind == "timeout");
  CHECK(out.troubles[1].second.kind == "http_status");
  CHECK_FALSE(out.troubles[1].second.retryable);
  CHECK(out.troubles[2].second.kind == "not_a_feed");
  const Duration usual[] = {1min, 2min, 4min};  // doubled each time
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(out.sleeps[i] >= usual[i] * 9 / 10);
    CHECK(out.sleeps[i] <= usual[i] * 11 / 10);
  }
  CHECK(out.sleeps[3] == Duration(2h));
  CHECK(ids(out.entries) == "a ");
}

TEST_CASE("poll_feeds: an answer that is no feed leaves the validators alone") {
  Poller poller;
  poller.http->feed(url, rss({"a"}), {{"etag", "good"}}).feed(url, "<html></html>", {{"etag", "bad"}}).status(url, 304);
  poller.run();
  CHECK(poller.run().troubles.size() == 1);
  poller.run();
  CHECK(FakeHttp::header(poller.http->requests()[2], "If-None-Match") == "good");
}

TEST_CASE("poll_feeds: the last entry of an answer that was cut is left for the next one, and its validators with it") {
  Poller poller;
  const std::string whole = rss({"a", "b", "c"});
  poller.http->feed(url, whole.substr(0, whole.find("<guid isPermaLink='false'>c") + 30), {{"etag", "half"}}).feed(url, whole);
  CHECK(ids(poller.run().values) == "a b ");
  CHECK(ids(poller.run().values) == "c ");
  CHECK(FakeHttp::header(poller.http->requests()[1], "If-None-Match") == "");
}

TEST_CASE("poll_feeds: once asks in the order of the list, whatever the order of the answers") {
  Poller poller("{once: true, feeds: '" + data + "feeds.opml'}");
  const std::string first = "https://harbour.example/feed.xml?a=1&b=2", second = "http://gezeiten.example/blog/feed.xml";
  poller.http->feed(first, rss({"a", "b"})).feed(second, rss({"c"}));
  poller.http->hold();
  std::jthread releaser([&] {
    while (poller.http->requests().size() < 2) std::this_thread::yield();
    poller.http->release();
  });
  const auto out = poller.run();
  CHECK(ids(out.values) == "a b c ");
  CHECK(out.troubles.size() == 1);
  CHECK(out.troubles[0].first.find("gopher") != std::string::npos);
}

TEST_CASE("poll_feeds: no more feeds than at_once are asked at the same time") {
  Poller poller("{once: true, at_once: 1, feeds: '" + data + "feeds.opml'}");
  poller.http->feed("https://harbour.example/feed.xml?a=1&b=2", rss({"a"})).feed("http://gezeiten.example/blog/feed.xml", rss({"b"}));
  poller.http->hold();
  std::jthread releaser([&] {
    while (poller.http->requests().empty()) std::this_thread::yield();
    CHECK(poller.http->requests().size() == 1);
    poller.http->release();
  });
  CHECK(ids(poller.run().values) == "a b ");
}

// The client answers after a wait on the virtual clock, as for the turn of a host.
TEST_CASE("poll_feeds: virtual time runs while answers are awaited, and stands still while they are handled") {
  struct Patient final : HttpClient {
    Clock* clock = nullptr;
    void get(HttpRequest request, HttpHandlers handlers) override {
      clock->after(5s, [url = request.url, handlers] { handlers.done(FakeHttp::response(url, 200, {}, rss({url.substr(8, 3)}))); });
    }
  };
  const auto http = std::make_shared<Patient>();
  TestNode node("poll_feeds", "{once: true, at_once: 1, feeds: '" + data + "feeds.opml'}");
  http->clock = &node.services().clock;
  node.use<HttpClient>("http", http);
  CHECK(node.run<Entry>().values.size() == 2);
  CHECK(http->clock->elapsed() == Duration(10s));
}

TEST_CASE("poll_feeds: a stop ends the wait for answers; late ones are thrown away") {
  Poller poller;
  poller.http->feed(url, rss({"a"}));
  poller.http->hold();
  Rounds out;
  out.clock = &poller.node.services().clock;
  std::jthread stopper([&] {
    while (poller.http->requests().empty()) std::this_thread::yield();
    out.stop.request_stop();
  });
  const Clock::Busy busy(*out.clock);
  poller.node.node().run(out);
  poller.http->release();
  CHECK(out.entries.empty());
}

TEST_CASE("poll_feeds: the end of the pipeline in the middle of an answer leaves no payload behind") {
  Poller poller;
  poller.http->feed(url, rss({"a", "b", "c"}), {{"etag", "1"}});
  CHECK(ids(poller.node.run<Entry>(2).values) == "a b ");
  CHECK(ids(poller.run().values) == "a b c ");
  CHECK(FakeHttp::header(poller.http->requests()[1], "If-None-Match") == "");
}

TEST_CASE("poll_feeds: entries without a link or a name are emitted too, each once") {
  Poller poller;
  const std::string body =
      "<rss><channel><item><title>No link</title></item><item><description>No title</description></item><item><title>No "
      "link</title></item></channel></rss>";
  poller.http->feed(url, body);
  const auto first = poller.run();
  REQUIRE(first.values.size() == 2);
  CHECK_FALSE(first.values[0].link.has_value());
  CHECK(first.values[1].summary == "No title");
  CHECK(poller.run().values.empty());
}

TEST_CASE("poll_feeds: a feed of a million entries is cut, and what is remembered of it is bounded") {
  Poller poller("{once: true, max_entries: 500, max_bytes: 64MiB, feeds: '" + url + "'}");
  std::string body = "<rss><channel>";
  for (int i = 0; i < 1'000'000; ++i) body += "<item><guid>" + std::to_string(i) + "</guid></item>";
  poller.http->feed(url, body);
  const auto out = poller.run();
  CHECK(out.values.size() == 500);
  CHECK(out.positions.back().payload->size() < 20'000);
  CHECK(poller.http->requests()[0].max_bytes.bytes == 64u << 20);
}

TEST_CASE("poll_feeds: a payload of another kind counts as none") {
  Poller poller;
  poller.http->feed(url, rss({"a"}));
  Rounds out;
  struct Odd final : SourceTarget {
    Rounds& to;
    explicit Odd(Rounds& to) : to(to) {}
    bool emit(AnyValue value, Position position) override { return to.emit(std::move(value), std::move(position)); }
    bool fail(Failure, Position) override { return true; }
    void settled(Position) override {}
    std::optional<std::string> last(std::string_view) override { return "{\"seen\": 3"; }
    bool all_settled(std::string_view) override { return false; }
    void trouble(std::string_view, Failure) override {}
    bool sleep(Duration) override { return false; }
    std::stop_token stop_token() const override { return to.stop_token(); }
  } odd(out);
  const Clock::Busy busy(poller.node.services().clock);
  poller.node.node().run(odd);
  CHECK(ids(out.entries) == "a ");
}

TEST_CASE("poll_feeds: what is wrong with a configuration is said when it is opened") {
  struct Row {
    const char *config, *says;
  };
  const std::string missing = "{feeds: '" + data + "none.opml'}", not_opml = "{feeds: '" + data + "rss2.xml'}",
                    json = "{feeds: '" + data + "jsonfeed.json'}";
  const Row rows[] = {{"{}", "feeds"},
                      {missing.c_str(), "cannot read"},
                      {not_opml.c_str(), "no <outline> has an xmlUrl"},
                      {json.c_str(), "is no feed URL"},
                      {"{feeds: 'https://a.example/', every: 0s}", "longer than 0s"},
                      {"{feeds: 'https://a.example/', at_once: 0}", "must lie in 1"}};
  for (const Row& row : rows) {
    CAPTURE(row.config);
    TestNode node("poll_feeds", row.config);
    CHECK_THROWS_WITH_AS(node.node(), doctest::Contains(row.says), std::runtime_error);
  }
}
