// Pollers that are killed again and again while feeds go on publishing: every entry is in the output once, and what a server has
// asked for is kept across restarts.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "tests/core/run/kill_support.hpp"

using namespace headrace::kill_test;

namespace {

const std::string pipeline = R"(
name: polled
params: {feeds: !required "feed URLs", out: !required "a folder"}
resources:
  http:  {node: http_client, delay: 0s, allow_private: true}
  store: {node: rocksdb, path: "${out}/state"}
sources:
  entry: {node: poll_feeds, feeds: "${feeds}", every: 50ms}
graph:
  canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
  admitted:  {node: barrier, in: {identity: canonical.identity}}
  page:      {node: fetch, in: {url: canonical.url}, after: [admitted]}
identity: canonical.document_id
sinks:
  documents: {node: write_jsonl, path: "${out}/documents.jsonl", keys: {url: page.url, title: entry.title}}
limits: {in_flight: 4}
dead_letters: {path: "${out}/dead_letters.jsonl"}
)";

constexpr int feeds = 3, entries_an_edition = 4;

// Feeds that grow by one edition after another, and whose guids all change with each; and one that has asked to be left alone.
class Publisher {
 public:
  Publisher() { server.answer("/busy", {.status = 429, .headers = {{"Retry-After", "86400"}}}); }

  void publish() {
    ++editions_;
    for (int feed = 0; feed < feeds; ++feed) {
      std::string items;
      for (int i = editions_ * entries_an_edition - 1; i >= 0; --i) items += item(feed, i);
      server.answer("/feed" + std::to_string(feed), {.body = "<rss><channel>" + items + "</channel></rss>"});
    }
  }
  std::string urls() const {
    std::string out = server.url("/busy", "busy.localhost") + "\n";  // a host of its own: Retry-After holds for all of it
    for (int feed = 0; feed < feeds; ++feed) out += server.url("/feed" + std::to_string(feed)) + "\n";
    return out;
  }
  const std::set<std::string>& pages() const { return pages_; }

  HttpServer server;

 private:
  std::string item(int feed, int number) {
    const std::string path = "/" + std::to_string(feed) + "-" + std::to_string(number), url = server.url(path);
    if (pages_.insert(url).second) server.answer(path, {.body = "<p>" + path + "</p>", .headers = {{"Content-Type", "text/html"}}});
    return "<item><title>" + path + "</title><link>" + url + "</link><guid>" + std::to_string(editions_) + path + "</guid></item>";
  }
  int editions_ = 0;
  std::set<std::string> pages_;
};

// 20 in the test suite; `./dev soak` asks for 100.
int kills_wanted() {
  const char* wish = std::getenv("HEADRACE_KILLS");
  return wish ? std::max(1, std::atoi(wish)) : 20;
}

std::size_t lines_of(const Place& place) {
  const std::string text = place.folder.read("documents.jsonl");
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void run_until(const Place& place, std::size_t documents) {
  Process process(place.folder, place.run());
  process.wait_until([&] { return lines_of(place) >= documents; });
  process.signal(SIGINT);
  const int code = process.wait();
  CHECK_MESSAGE(code == 0, process.err());
}

void kill_by_itself(const Place& place, const std::string& crash_at) {
  const Outcome killed = command(place.folder, place.run(), crash_at);
  CHECK_MESSAGE(killed.code == died_by_kill, (crash_at + killed.err));
}

void kill_when_grown(const Place& place, std::size_t documents) {
  Process process(place.folder, place.run());
  process.wait_until([&] { return lines_of(place) >= documents; });
  process.signal(SIGKILL);
  CHECK(process.wait() == died_by_kill);
}

}  // namespace

TEST_CASE("a poller killed at random moments: every entry once, and a server that asked for a day is asked once") {
  if (faulty_is_missing()) return;
  Publisher publisher;
  publisher.publish();
  const Place place(publisher.urls(), pipeline);
  run_until(place, publisher.pages().size());
  REQUIRE(publisher.server.requests("/busy").size() == 1);

  std::mt19937 random(22);
  const char* const points[] = {"after_admission",          "before_flush",        "after_one_flush",
                                "between_flush_and_settle", "while_checkpointing", "after_settle"};
  for (int kill = 0; kill < kills_wanted(); ++kill) {
    CAPTURE(kill);
    const std::size_t before = lines_of(place);
    publisher.publish();
    if (kill % 3 == 2) kill_when_grown(place, before + 1 + random() % (feeds * entries_an_edition));
    else if (kill % 3 == 1) kill_by_itself(place, "after_admission:" + std::to_string(1 + random() % (feeds * entries_an_edition)));
    else kill_by_itself(place, points[random() % std::size(points)]);
  }
  run_until(place, publisher.pages().size());
  CHECK(column(place.folder, "documents.jsonl", "url") == each_once(publisher.pages()));
  CHECK(place.folder.read("dead_letters.jsonl").empty());
  CHECK(publisher.server.requests("/busy").size() == 1);
}
