#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/graph/plan.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "tests/nodes/poll/fake_http.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::Emitted;
using headrace::testing::FakeHttp;
using headrace::testing::TestNode;

namespace {

const std::string folder = HEADRACE_SOURCE_DIR "/tests/nodes/poll/data/apis/";
const std::string public_timeline = "https://harbour.example/api/v1/timelines/public?limit=40";

std::string file(const std::string& name) {
  std::ifstream in(folder + name, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), name);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Poller {
  std::shared_ptr<FakeHttp> http = std::make_shared<FakeHttp>();
  TestNode node;
  explicit Poller(const std::string& timeline, const std::string& fields = "once: true")
      : node("poll_api", "{timelines: [" + timeline + "], " + fields + "}") {
    node.use<HttpClient>("http", http);
  }
  Emitted<Share> run() { return node.run<Share>(); }
};

const std::string harbour = "{api: mastodon, instance: harbour.example}";

std::string status(const std::string& id, const std::string& link) {
  return R"({"id": ")" + id + R"(", "content": "<p><a href=\")" + link + R"(\">x</a></p>"})";
}

std::vector<std::string> links(const Emitted<Share>& emitted) {
  std::vector<std::string> out;
  for (const Share& share : emitted.values) out.push_back(share.link);
  return out;
}

using Links = std::vector<std::string>;

}  // namespace

TEST_CASE("poll_api: Mastodon: cards, anchors, boosts and quotes become shares; mentions and hashtags do not") {
  Poller poller(harbour);
  poller.http->feed(public_timeline, file("mastodon.json"));
  const auto out = poller.run();
  CHECK(links(out) == Links{"https://valley.example/news/ferry?id=1&lang=en", "https://gazette.example/storm",
                            "https://gazette.example/sea-wall", "https://valley.example/bridge", "https://valley.example/tolls"});
  REQUIRE(out.values.size() == 5);
  const Share& boost = out.values[1];
  CHECK(boost.author->name == "Piet");
  CHECK(boost.author->uri == "https://harbour.example/@piet");
  CHECK(boost.text == "Storm tonight: gazette.example/storm");
  CHECK(boost.permalink == "https://harbour.example/users/piet/statuses/104/activity");
  CHECK(format_time(*boost.published) == "2026-03-01T10:04:00Z");
  CHECK(boost.source == "mastodon");
  CHECK(out.values[2].text == "Sea wall\nStill leaking & nobody cares");
  CHECK(out.values[3].id == out.values[4].id);
  CHECK(out.values[3].key != out.values[4].key);
  CHECK(out.values[0].key.size() == 32);
}

TEST_CASE("poll_api: Bluesky: cards, facets, reposts, quotes; a link that stands twice is one share") {
  Poller poller("{api: bluesky, actor: mila.example}");
  poller.http->feed("https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=mila.example&limit=100", file("bluesky.json"));
  const auto out = poller.run();
  CHECK(links(out) == Links{"https://gazette.example/tide", "https://gazette.example/reposted", "https://valley.example/quoted"});
  REQUIRE(out.values.size() == 3);
  CHECK(out.values[0].permalink == "https://bsky.app/profile/did:plc:mila/post/3ka");
  CHECK(out.values[0].author->name == "Mila");
  CHECK(out.values[0].text == "Tide tables: gazette.example/ti...");
  CHECK(out.values[1].author->name == "Mila");
  CHECK(out.values[1].id == "at://did:plc:mila/app.bsky.feed.repost/3kc");
  CHECK(format_time(*out.values[1].published) == "2026-03-02T08:00:00Z");
}

TEST_CASE("poll_api: Reddit and Lemmy: links, Markdown; a post that only points at itself is none") {
  Poller reddit("{api: reddit, instance: harbour.example, subreddit: news}");
  reddit.http->feed("https://harbour.example/r/news/new.json?limit=100&raw_json=1", file("reddit.json"));
  const auto posts = reddit.run();
  CHECK(links(posts) == Links{"https://gazette.example/lighthouse", "https://valley.example/one_(two)", "https://gazette.example/b"});
  CHECK(posts.values[0].permalink == "https://www.reddit.com/r/news/comments/aa1/lighthouse/");
  CHECK(posts.values[0].text == "Lighthouse sold");
  CHECK(format_time(*posts.values[0].published) == "2026-03-01T10:00:00Z");

  Poller lemmy("{api: lemmy, instance: harbour.example, community: coast}");
  lemmy.http->feed("https://harbour.example/api/v3/post/list?type_=All&sort=New&limit=50&community_name=coast", file("lemmy.json"));
  const auto shares = lemmy.run();
  CHECK(links(shares) == Links{"https://gazette.example/eel", "https://gazette.example/crab"});
  CHECK(shares.values[0].text == "Eels are back\nSee <https://gazette.example/eel>.");
  CHECK(shares.values[0].author->uri == "https://harbour.example/u/ines");
}

TEST_CASE("poll_api: the Google Reader API: entries by their links, and older ones by the continuation until a known one comes") {
  const std::string contents =
      "https://reader.example/api/greader.php/reader/api/0/stream/contents?output=json&n=100&s=user%2F-%2Flabel%2FHarbours";
  Poller poller("{api: greader, server: 'reader.example/api/greader.php/', stream: user/-/label/Harbours, token: ines/1f0c}");
  poller.http->feed(contents, file("greader.json")).feed(contents, file("greader_later.json"));
  poller.http->feed(contents + "&c=1772524800", file("greader.json"));
  const auto first = poller.run(), second = poller.run();
  CHECK(links(first) == Links{"https://gazette.example/storm", "https://valley.example/news/ferry?id=1"});
  CHECK(first.values[1].id == "tag:google.com,2005:reader/item/0000000000000002");
  CHECK(first.values[1].text == "Ferry & quay");
  CHECK(first.values[1].author->name == "Maren Holloway");
  CHECK(format_time(*first.values[1].published) == "2026-03-03T08:00:00Z");
  CHECK(links(second) == Links{"https://gazette.example/bridge", "https://gazette.example/tolls"});
  CHECK(second.troubles.empty());
  for (const HttpRequest& request : poller.http->requests())
    CHECK(FakeHttp::header(request, "Authorization") == "GoogleLogin auth=ines/1f0c");
}

TEST_CASE("poll_api: Hacker News: each item by itself; deleted and dead ones, null and questions give nothing") {
  Poller poller("{api: hacker_news, list: newstories}");
  const std::string server = "https://hacker-news.firebaseio.com/v0/";
  poller.http->feed(server + "newstories.json", "[6, 5, 4, 3, 2, 1]")
      .feed(server + "item/1.json",
            R"({"id": 1, "by": "ada", "time": 1772359200, "title": "Locks &amp; sluices", "url": "https://gazette.example/locks"})")
      .feed(
          server + "item/2.json",
          R"({"id": 2, "by": "bob", "time": 1772359201, "title": "Ask: dredging?", "text": "See <a href=\"https:&#x2F;&#x2F;valley.example&#x2F;mud\" rel=\"nofollow\">https:&#x2F;&#x2F;valley...</a><p>Thanks"})")
      .feed(server + "item/3.json", R"({"id": 3, "dead": true, "url": "https://spam.example/"})")
      .feed(server + "item/4.json", R"({"id": 4, "deleted": true})")
      .feed(server + "item/5.json", "null")
      .feed(server + "item/6.json", R"({"id": 6, "by": "eve", "title": "Ask: nothing", "text": "no link"})");
  const auto out = poller.run();
  CHECK(links(out) == Links{"https://gazette.example/locks", "https://valley.example/mud"});
  CHECK(out.values[0].permalink == "https://news.ycombinator.com/item?id=1");
  CHECK(out.values[1].text == "Ask: dredging?\nSee https://valley... Thanks");
  CHECK(out.troubles.empty());
  poller.run();
  CHECK(poller.http->requests().size() == 7 + 2);  // the list, and once more the one that was null
}

TEST_CASE("poll_api: after a restart only what is newer is asked for") {
  Poller poller(harbour);
  const std::string first = "[" + status("12", "https://a.example/12") + "," + status("9", "https://a.example/9") + "]";
  poller.http->feed(public_timeline, first).feed(public_timeline + "&min_id=12", "[]");
  CHECK(links(poller.run()) == Links{"https://a.example/9", "https://a.example/12"});
  poller.node.reopen();
  CHECK(poller.run().values.empty());
}

TEST_CASE("poll_api: a post moves the position with its last share, posts without one move it as well") {
  Poller poller(harbour);
  poller.http
      ->feed(
          public_timeline,
          R"([{"id": "3", "content": ""}, {"id": "2", "content": "<a href='https://a.example/1'></a><a href='https://a.example/2'></a>"}, {"id": "1"}])")
      .feed(public_timeline + "&min_id=3", "[]");
  const auto out = poller.run();
  REQUIRE(out.positions.size() == 2);
  CHECK(out.positions[0].partition == "mastodon " + public_timeline);
  CHECK_FALSE(out.positions[0].payload.has_value());
  CHECK(out.positions[1].payload->find(R"("newest":"2")") != std::string::npos);
  REQUIRE(out.settled.size() == 1);
  CHECK(out.settled[0].payload->find(R"("newest":"3")") != std::string::npos);
}

TEST_CASE("poll_api: what is wrong with an answer has a name, and the next answer counts") {
  struct Row {
    int status;
    std::string body, kind, says;
  };
  const Row rows[] = {{200, "<!doctype html><title>Log in</title>", "not_json", "web page"},
                      {200, R"([{"id": "1", "cont)", "not_json", "was cut"},
                      {200, "", "not_json", "no JSON"},
                      {200, R"({"error": "odd"})", "no_posts", "no list at '$'"},
                      {401, R"({"error": "The access token is invalid"})", "http_status", "401: The access token is invalid (a token"},
                      {403, "<html>no</html>", "http_status", "403 (a token"},
                      {404, "", "http_status", "404"},
                      {500, "", "http_status", "500"},
                      {429, R"({"error": "Too many requests"})", "rate_limit", "Too many requests"}};
  for (const Row& row : rows) {
    CAPTURE(row.body);
    CAPTURE(row.status);
    Poller poller(harbour);
    poller.http->answer(public_timeline, FakeHttp::response(public_timeline, row.status, {}, row.body))
        .feed(public_timeline, "[" + status("1", "https://a.example/1") + "]");
    auto out = poller.run();
    if (out.values.empty()) out.values = poller.run().values;  // what cannot be helped is not asked again in one run
    REQUIRE(out.troubles.size() == 1);
    CHECK(out.troubles[0].first == "mastodon " + public_timeline);
    CHECK(out.troubles[0].second.kind == row.kind);
    CHECK(out.troubles[0].second.message.find(row.says) != std::string::npos);
    CHECK(out.values.size() == 1);
  }
}

TEST_CASE("poll_api: items without an id, and what is no item, are left out and counted") {
  Poller poller(harbour);
  poller.http->feed(public_timeline, "[null, 7, \"x\", {\"content\": \"\"}, {\"id\": {}}," + status("1", "https://a.example/1") + "]");
  const auto out = poller.run();
  CHECK(out.values.size() == 1);
  REQUIRE(out.troubles.size() == 1);
  CHECK(out.troubles[0].second.kind == "bad_post");
  CHECK(out.troubles[0].second.message.find("2 items") != std::string::npos);
}

TEST_CASE("poll_api: a server without requests left is not asked before its limits are reset, by no timeline of it") {
  struct Row {
    std::vector<HttpHeader> headers;
    Duration wait;
  };
  const std::string now = "2000-01-01T00:00:00Z";
  const Row rows[] = {{{{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "318"}}, 319s},
                      {{{"x-ratelimit-remaining", "0.0"}, {"x-ratelimit-reset", "17.2"}}, 19s},
                      {{{"ratelimit-remaining", "0"}, {"ratelimit-reset", "EPOCH"}}, 31s},
                      {{{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "ISO"}}, 31s},
                      {{{"ratelimit", "\"default\";r=0;t=12"}}, 13s},
                      {{{"ratelimit", "limit=10, remaining=0, reset=12"}}, 13s},
                      {{{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "soon"}}, 60s},
                      {{{"x-ratelimit-remaining", "1"}, {"x-ratelimit-reset", "900"}}, 0s}};
  for (const Row& row : rows) {
    CAPTURE(row.headers.front().value);
    CAPTURE(row.headers.back().value);
    struct Timed final : HttpClient {
      Clock* clock = nullptr;
      std::vector<HttpHeader> headers;
      std::vector<Duration> asked;
      void get(HttpRequest request, HttpHandlers handlers) override {
        asked.push_back(clock->elapsed());
        handlers.done(FakeHttp::response(request.url, 200, asked.size() == 1 ? headers : std::vector<HttpHeader>(), "[]"));
      }
    };
    TestNode node("poll_api", "{once: true, timelines: [{api: mastodon, instance: harbour.example, tag: [a, b]}]}");
    const auto http = std::make_shared<Timed>();
    http->clock = &node.services().clock;
    http->headers = row.headers;
    const Time in_30_seconds{node.services().clock.now().at + 30s, false};
    for (HttpHeader& header : http->headers) {
      if (header.value == "EPOCH")
        header.value = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(in_30_seconds.at.time_since_epoch()).count());
      if (header.value == "ISO") header.value = format_time(in_30_seconds);
    }
    node.use<HttpClient>("http", http);
    const auto out = node.run<Share>();
    REQUIRE(http->asked.size() == 2);
    CHECK(http->asked[1] - http->asked[0] == row.wait);
    CHECK(out.settled.size() == (row.wait > 0s ? 1 : 0));  // the next run knows of it
  }
}

TEST_CASE("poll_api: Retry-After is kept to, in the next run as well") {
  Poller poller(harbour);
  poller.http->answer(public_timeline, FakeHttp::response(public_timeline, 429, {{"retry-after", "7200"}}, "")).feed(public_timeline, "[]");
  const auto first = poller.run();  // two hours are too long for `once`
  REQUIRE(first.troubles.size() == 1);
  CHECK(first.troubles[0].second.kind == "rate_limit");
  CHECK(first.troubles[0].second.retry_after == Duration(2h));
  const Duration before = poller.node.services().clock.elapsed();
  poller.run();
  CHECK(poller.http->requests().size() == 2);
  CHECK(poller.node.services().clock.elapsed() - before >= Duration(2h));
}

TEST_CASE("poll_api: a token goes into its header, and nowhere else") {
  Poller poller("{api: mastodon, instance: 'harbour.example', token: s3cret}");
  poller.http->status(public_timeline, 403).feed(public_timeline, "[" + status("1", "https://a.example/1") + "]");
  const auto failed = poller.run(), out = poller.run();
  CHECK(FakeHttp::header(poller.http->requests()[0], "Authorization") == "Bearer s3cret");
  CHECK(FakeHttp::header(poller.http->requests()[0], "Accept") == "application/json");
  REQUIRE(failed.troubles.size() == 1);
  const std::string said =
      failed.troubles[0].first + failed.troubles[0].second.message + out.positions.at(0).partition + *out.positions[0].payload;
  CHECK(said.find("s3cret") == std::string::npos);
}

TEST_CASE("poll_api: no diagnostic shows a token, whatever is wrong, and what else it shows stays as it is") {
  struct Row {
    const char *what, *timelines, *shown;
  };
  const Row rows[] = {
      {"a parameter", "[{api: mastodon, instance: a.example, token: s3cret, tagg: b}]", "instance: a.example, token: ******"},
      {"a misspelt token", "[{api: mastodon, instance: a.example, tokn: s3cret}]", "tokn: ******"},
      {"an API", "[{api: mastodn, instance: a.example, token: 's3cret'}]", "token: '******'"},
      {"a server", R"([{api: mastodon, instance: ':', token: "\"s3cret"}])", R"(token: "********")"},
      {"a later one", "[{api: mastodon}, {api: mastodon, instance: a.example, token: s3cret}]", "token: ******"},
      {"a list", "[{api: mastodon, instance: a.example, token: [s3cret, {x: s3cret}]}]", "mastodon"},
      {"no list", "{api: mastodon, instance: ':', token: s3cret}", "token: ******"},
      {"another field", "[{api: mastodon, instance: a.example, token: s3cret}], evry: 5m", "token: ******"}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const std::string text = "name: p\nsources: {share: {node: poll_api, timelines: " + std::string(row.timelines) +
                             "}}\ngraph: {canonical: {node: canonical_url, in: {link: share.link}}}\n";
    std::string said;
    for (const Diagnostic& each : compile_config(parse_config(text, "p.yaml")).diagnostics) said += format_diagnostic(each);
    CAPTURE(said);
    CHECK(said.find("error") != std::string::npos);
    CHECK(said.find("s3cret") == std::string::npos);
    CHECK(said.find(row.shown) != std::string::npos);
  }
}

TEST_CASE("poll_api: lists of values make a timeline each, and a value that is empty is none") {
  Poller poller("{api: mastodon, instance: [harbour.example, 'http://127.0.0.1:8080/'], tag: [sea wall, ''], token: ''}");
  poller.http->feed("https://harbour.example/api/v1/timelines/tag/sea%20wall?limit=40", "[]")
      .feed("http://127.0.0.1:8080/api/v1/timelines/tag/sea%20wall?limit=40", "[]");
  CHECK(poller.run().troubles.empty());
  CHECK(poller.http->requests().size() == 2);
  CHECK(FakeHttp::header(poller.http->requests()[0], "Authorization") == "");
}

TEST_CASE("poll_api: timelines may stand in a file") {
  TestNode node("poll_api", "{once: true, timelines: '" + folder + "timelines.yaml'}");
  const auto http = std::make_shared<FakeHttp>();
  http->feed(public_timeline, "[" + status("1", "https://a.example/1") + "]")
      .feed("https://made-up.example/new?in=coast", R"({"new": []})");
  node.use<HttpClient>("http", http);
  CHECK(node.run<Share>().values.size() == 1);
  CHECK(http->requests().size() == 2);
}

TEST_CASE("poll_api: mistakes are found when it is opened, with the place of each") {
  struct Row {
    const char *timelines, *says;
  };
  const Row rows[] = {
      {"[]", "names no timeline"},
      {"[{instance: a.example}]", "lacks 'api': give one of bluesky, greader, hacker_news, lemmy, mastodon, reddit, or a file"},
      {"[{api: mastodn}]", "mastodon"},
      {"[{api: mastodon}]", "lacks 'instance'"},
      {"[{api: mastodon, instance: ':'}]", "names no server"},
      {"[{api: mastodon, instance: a.example, tags: b}]", "did you mean 'tag'"},
      {"[{api: mastodon, instance: a.example, token: \"a\\nb\"}]", "control character"},
      {"[{api: bluesky}]", "lacks 'actor'"},
      {"nowhere.yaml", "nowhere.yaml"},
      {"[3]", "must be a map"}};
  for (const Row& row : rows) {
    CAPTURE(row.timelines);
    CHECK_THROWS_WITH_AS(TestNode("poll_api", std::string("{timelines: ") + row.timelines + "}").node(), doctest::Contains(row.says),
                         std::runtime_error);
  }
}

TEST_CASE("poll_api: every mistake of a description is said, with its line") {
  const std::string path = (std::filesystem::temp_directory_path() / "headrace-bad-api.yaml").string();
  std::ofstream(path) << "api: bad\n"
                         "parameters: {server: {origin: true}, unused: {}}\n"
                         "url: \"{server}/new?of={tag}\"\n"
                         "itms: posts\n"
                         "post: {id: \"a[\", link: \"b..c\", published: when}\n"
                         "older: {parameter: page}\n";
  std::string said;
  try {
    TestNode("poll_api", "{timelines: [{api: '" + path + "', server: a.example}]}").node();
  } catch (const std::runtime_error& error) {
    said = error.what();
  }
  std::filesystem::remove(path);
  CAPTURE(said);
  for (const char* each : {":4:1: 'an API's description' has no 'itms'", "did you mean 'items'",
                           ":5:12: 'id' the path 'a[' has a [ without a ]", "'link' the path 'b..c' lacks a name before"})
    CHECK(said.find(each) != std::string::npos);
}
