// pipelines/shares.yaml, over loopback, through the real HTTP client: every share once, every article once, whatever ends a run.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/value/json.hpp"
#include "tests/core/run/kill_support.hpp"

using namespace headrace;
using namespace headrace::kill_test;

namespace {

const std::string pipelines = HEADRACE_SOURCE_DIR "/pipelines/";

// A Lemmy server whose posts lead to articles of its own; five kinds of links in turn.
class Site {
 public:
  static constexpr int kinds = 5;
  explicit Site(int posts) {
    for (int i = 0; i < posts; ++i) add(i);
    show(posts);
  }

  void show(int posts) {
    std::string list;
    for (int i = posts; i-- > 0;) list += (list.empty() ? "" : ",") + post(i);
    server.answer("/api/v3/post/list", {.body = "{\"posts\":[" + list + "]}", .headers = {{"Content-Type", "application/json"}}});
  }
  void add(int i) {
    const std::string n = std::to_string(i / kinds);
    server.answer("/article-" + n, {.body = "<html><head><title>Article " + n + "</title></head><body><p>Words of article " + n +
                                            " about the harbour.</p></body></html>",
                                    .headers = {{"Content-Type", "text/html"}}});
    server.answer("/moved-" + n, {.status = 301, .headers = {{"Location", "/article-" + n}}});
  }
  std::string timeline() const { return "[{api: lemmy, instance: '" + server.url("") + "'}]"; }

  HttpServer server;

 private:
  // The article, again, with a tracking parameter, by a redirect, and one that is gone.
  std::string link(int i) const {
    const std::string n = std::to_string(i / kinds);
    switch (i % kinds) {
      case 0: return server.url("/article-" + n);
      case 1: return server.url("/article-" + n + "#end");
      case 2: return server.url("/article-" + n + "?utm_source=lemmy");
      case 3: return server.url("/moved-" + n);
      default: return server.url("/gone-" + n);
    }
  }
  std::string post(int i) const {
    const std::string id = std::to_string(i);
    return R"({"post":{"id":)" + id + R"(,"ap_id":"https://lemmy.example/post/)" + id + R"(","name":"Post )" + id + R"(","url":")" +
           link(i) + R"(","published":"2026-03-01T10:00:00Z"},"creator":{"name":"ines"}})";
  }
};

std::vector<std::string> arguments(const Folder& folder, const std::string& timelines) {
  return {"run",   pipelines + "shares.yaml", "--set", "timelines=" + timelines, "--set", "out=" + folder.path("out"), "--set", "once=true",
          "--set", "allow_private=true",      "--set", "per_host_delay=0s"};
}

std::multiset<std::string> permalinks(int posts) {
  std::multiset<std::string> out;
  for (int i = 0; i < posts; ++i) out.insert("https://lemmy.example/post/" + std::to_string(i));
  return out;
}

// One document an article, one share a post, and each share of an article leads to its document.
void check_output(const Folder& folder, int posts) {
  CHECK(column(folder, "out/shares.jsonl", "permalink") == permalinks(posts));
  const auto documents = column(folder, "out/documents.jsonl", "document_id");
  CHECK(documents.size() == static_cast<std::size_t>((posts + Site::kinds - 1) / Site::kinds));
  CHECK(std::set<std::string>(documents.begin(), documents.end()).size() == documents.size());
  std::map<std::string, std::string> page_of;
  for (const auto& line : lines(folder, "out/addresses.jsonl")) page_of[line.at("document_id")] = line.at("page_document_id");
  std::map<std::string, int> shares_of;  // a link without a line is known by its own id: a kill may come between a page and its line
  for (const auto& line : lines(folder, "out/shares.jsonl")) {
    const auto page = page_of.find(line.at("document_id"));
    ++shares_of[page == page_of.end() ? line.at("document_id") : page->second];
  }
  for (const std::string& document : documents) CHECK(shares_of[document] == std::min(4, posts));
}

}  // namespace

TEST_CASE("shares.yaml: variants of an address are one document, and each share of it is kept") {
  if (faulty_is_missing()) return;
  Site site(20);
  const Folder folder;
  const Outcome first = command(folder, arguments(folder, site.timeline()));
  CHECK_MESSAGE(first.code == 0, first.err);
  check_output(folder, 20);
  for (int i = 20; i < 30; ++i) site.add(i);
  site.show(30);
  const Outcome second = command(folder, arguments(folder, site.timeline()));
  CHECK_MESSAGE(second.code == 0, second.err);
  check_output(folder, 30);
}

TEST_CASE("shares.yaml: killed at any crash point and started again, every share is there once") {
  if (faulty_is_missing()) return;
  Site site(20);
  for (const std::string point : {"after_admission:1", "after_admission:12", "before_flush:1", "before_flush:4", "after_one_flush:2",
                                  "between_flush_and_settle:2", "after_settle:1", "after_settle:3"}) {
    CAPTURE(point);
    const Folder folder;
    const int code = command(folder, arguments(folder, site.timeline()), point).code;
    CHECK((code == died_by_kill || code == 0));  // a run may have fewer flushes than that
    const Outcome finished = command(folder, arguments(folder, site.timeline()));
    CHECK_MESSAGE(finished.code == 0, finished.err);
    check_output(folder, 20);
  }
}

// ---- recorded answers -----------------------------------------------------------------------------------------------------

namespace {

// A file of the folder social/ of HEADRACE_DATA, which is no part of this project: where it is missing, the tests say so and pass.
std::optional<std::string> recorded(const std::string& name) {
  const char* data = std::getenv("HEADRACE_DATA");
  std::ifstream file(std::filesystem::path(data ? data : "") / "social" / name, std::ios::binary);
  if (data && file) return std::string(std::istreambuf_iterator<char>(file), {});
  MESSAGE("skipped: HEADRACE_DATA names no folder with social/" << name);
  return {};
}

// The server answers `path` as it was recorded.
void replay(HttpServer& server, const std::string& path, const std::string& recording) {
  const JsonDocument document(recording);
  const ValueView response = *document.root().member("response");
  JsonWriter body;
  write_json(body, *response.member("body"));
  HttpServer::Answer answer{.status = static_cast<int>(response.member("status")->integer()), .body = body.take()};
  for (const auto& [name, value] : response.member("headers")->members()) answer.headers.emplace_back(name, value.string());
  server.answer(path, std::move(answer));
}

// What poll_api makes of it, in a pipeline that only writes it down.
std::vector<std::map<std::string, std::string>> shares_of(const Folder& folder, const std::string& timeline) {
  const std::string file =
      folder.write("recorded.yaml",
                   "resources: {http: {node: http_client, delay: 0s, allow_private: true}, store: {node: rocksdb, path: state}}\n"
                   "sources: {share: {node: poll_api, once: true, timelines: [" +
                       timeline +
                       "]}}\n"
                       "graph: {canonical: {node: canonical_url, in: {link: share.link}}}\n"
                       "sinks: {out: {node: write_jsonl, path: shares.jsonl, keys: {link: share.link, id: share.id, text: share.text}}}\n");
  const Outcome outcome = command(folder, {"run", "--strict", file});
  CHECK_MESSAGE(outcome.code == 0, outcome.err);
  return lines(folder, "shares.jsonl");
}

}  // namespace

TEST_CASE("poll_api: recorded answers of five APIs give their shares, and the second run nothing more") {
  struct Row {
    std::string file, path, timeline;
    std::size_t shares;
  };
  const Row rows[] = {{"mastodon/public_timeline.json", "/api/v1/timelines/public", "api: mastodon", 0},
                      {"mastodon/hashtag_timeline.json", "/api/v1/timelines/tag/hoot", "api: mastodon, tag: hoot", 0},
                      {"bluesky/getAuthorFeed.json", "/xrpc/app.bsky.feed.getAuthorFeed", "api: bluesky, actor: alice.test", 1},
                      {"reddit/listing_new.json", "/r/all/new.json", "api: reddit, subreddit: all", 6},
                      {"lemmy/post_list.json", "/api/v3/post/list", "api: lemmy", 4}};
  if (faulty_is_missing()) return;
  for (const Row& row : rows) {
    const auto recording = recorded(row.file);
    if (!recording) return;
    CAPTURE(row.file);
    HttpServer server;
    replay(server, row.path, *recording);
    const Folder folder;
    const std::string timeline = "{" + row.timeline + ", instance: '" + server.url("") + "'}";
    CHECK(shares_of(folder, timeline).size() == row.shares);
    CHECK(shares_of(folder, timeline).size() == row.shares);
  }
}

TEST_CASE("poll_api: a recorded status with a card gives one share of the card and the anchor") {
  const auto recording = recorded("mastodon/status_with_card.json");
  if (!recording || faulty_is_missing()) return;
  const JsonDocument document(*recording);
  JsonWriter status;
  write_json(status, *document.root().member("response")->member("body"));
  HttpServer server;
  server.answer("/api/v1/timelines/public", {.body = "[" + status.take() + "]"});
  const Folder folder;
  const auto shares = shares_of(folder, "{api: mastodon, instance: '" + server.url("") + "'}");
  REQUIRE(shares.size() == 1);
  CHECK(shares[0].at("link") == "http://example.org/");
}

TEST_CASE("poll_api: recorded items of Hacker News give the one story that links") {
  const auto list = recorded("hackernews/newstories.json"), items = recorded("hackernews/items.json");
  if (!list || !items || faulty_is_missing()) return;
  HttpServer server;
  server.answer("/v0/newstories.json", {.body = *list});
  const JsonDocument document(*items);
  for (const auto& [id, item] : document.root().members()) {
    JsonWriter text;
    write_json(text, item);
    server.answer("/v0/item/" + std::string(id) + ".json", {.body = text.take()});
  }
  const Folder folder;
  const auto shares = shares_of(folder, "{api: hacker_news, instance: '" + server.url("") + "'}");
  REQUIRE(shares.size() == 1);
  CHECK(shares[0].at("id") == "8863");
}

TEST_CASE("poll_api: a reader of feeds on loopback gives its entries once, to whoever has a token") {
  if (faulty_is_missing()) return;
  std::ifstream file(HEADRACE_SOURCE_DIR "/tests/nodes/poll/data/apis/greader.json");
  const std::string path = "/api/greader.php/reader/api/0/stream/contents/user/-/state/com.google/reading-list";
  HttpServer server;
  server.answer(path, {.body = std::string(std::istreambuf_iterator<char>(file), {}), .headers = {{"Content-Type", "application/json"}}});
  const Folder folder;
  const std::string timeline = "{api: greader, server: '" + server.url("/api/greader.php") + "', token: ines/1f0c}";
  for (int run = 0; run < 2; ++run) CHECK(shares_of(folder, timeline).size() == 2);
  const auto requests = server.requests(path);
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].headers.at("authorization") == "GoogleLogin auth=ines/1f0c");
}
