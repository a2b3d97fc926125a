// The heavy feeds again, over loopback by the real client and in a process of its own: they are cut where they are too long, they
// are named, and the good feed beside them loses nothing.
#include <algorithm>

#include "tests/core/run/kill_support.hpp"

using namespace headrace::kill_test;

namespace {

const std::string pipeline = R"(
name: heavy
params: {feeds: !required "feed URLs", out: !required "a folder"}
resources:
  http:  {node: http_client, delay: 0s, allow_private: true}
  store: {node: rocksdb, path: "${out}/state"}
sources:
  entry: {node: poll_feeds, feeds: "${feeds}", once: true, max_bytes: 4MiB}
graph:
  canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
sinks:
  documents: {node: write_jsonl, path: "${out}/documents.jsonl", keys: {url: canonical.url, title: entry.title}}
)";

std::string item(const std::string& name, const std::string& rest = "") {
  return "<item><title>" + name + "</title><guid>" + name + "</guid><link>https://x.example/" + name + "</link>" + rest + "</item>";
}
std::string rss(const std::string& items) { return "<rss version='2.0'><channel><title>F</title>" + items + "</channel></rss>"; }

std::string huge() {  // 50 MB: the newest entries, then old ones
  std::string items;
  const std::string rest = "<description>" + std::string(50'000, 'x') + "</description>";
  for (int i = 0; i < 1000; ++i) items += item("huge" + std::to_string(i), rest);
  return rss(items);
}

std::string one_entry() { return rss(item("long", "<description>" + std::string(50'000'000, 'x') + "</description>")); }

std::string million() {
  std::string items;
  for (int i = 0; i < 1'000'000; ++i) items += "<item><guid>" + std::to_string(i) + "</guid></item>";
  return rss(items);
}

std::string bomb() {
  std::string dtd = "<!DOCTYPE rss [<!ENTITY a0 'bomb '>";
  for (int i = 1; i < 12; ++i) {
    std::string ten;
    for (int j = 0; j < 10; ++j) ten += "&a" + std::to_string(i - 1) + ";";
    dtd += "<!ENTITY a" + std::to_string(i) + " '" + ten + "'>";
  }
  return dtd + "]>" + rss(item("bomb", "<description>&a11;</description>"));
}

long with_title(const std::multiset<std::string>& titles, const std::string& beginning) {
  return std::count_if(titles.begin(), titles.end(), [&](const std::string& title) { return title.starts_with(beginning); });
}

}  // namespace

TEST_CASE("heavy feeds over loopback: each is cut and named, and none costs another an entry") {
  if (faulty_is_missing()) return;
  HttpServer server;
  std::string good;
  for (int i = 0; i < 20; ++i) good += item("good" + std::to_string(i));
  const std::vector<std::pair<std::string, std::string>> bodies{
      {"/huge", huge()}, {"/one", one_entry()}, {"/million", million()}, {"/bomb", bomb()}, {"/good", rss(good)}};
  std::string feeds;
  for (const auto& [path, body] : bodies) {
    server.answer(path, {.body = body, .headers = {{"Content-Type", "application/rss+xml"}}});
    feeds += server.url(path, path.substr(1) + ".localhost") + "\n";
  }
  server.answer("/endless", {.body = item("endless", std::string(10'000, ' ')), .how = HttpServer::How::endless});
  feeds += server.url("/endless", "endless.localhost") + "\n";
  const Place place(feeds, pipeline);
  const Outcome outcome = command(place.folder, place.run());
  CHECK_MESSAGE(outcome.code == 0, outcome.err);
  const auto titles = column(place.folder, "documents.jsonl", "title");
  CHECK(with_title(titles, "good") == 20);
  CHECK(with_title(titles, "huge") == 83);  // what fits into max_bytes
  CHECK(with_title(titles, "bomb") == 1);
  for (const char* kind : {"too_large", "too_many_entries", "not_a_feed"})
    CHECK_MESSAGE(outcome.err.find(kind) != std::string::npos, outcome.err);
}
