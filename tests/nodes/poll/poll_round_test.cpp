// Two rounds over two hundred feeds of every format on loopback, in two runs: the first finds each entry once, the second is told by
// every server that nothing is new, and a third finds what has come since.
#include "tests/core/run/kill_support.hpp"

using namespace headrace::kill_test;

namespace {

constexpr int feeds = 200, entries = 5;

const std::string pipeline = R"(
name: rounds
params: {feeds: !required "feed URLs", out: !required "a folder"}
resources:
  http:  {node: http_client, delay: 0s, allow_private: true}
  store: {node: rocksdb, path: "${out}/state"}
sources:
  entry: {node: poll_feeds, feeds: "${feeds}", once: true}
graph:
  canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
sinks:
  documents: {node: write_jsonl, path: "${out}/documents.jsonl", keys: {url: canonical.url}}
)";

// How a format writes a feed, and one entry of it.
struct Format {
  const char *type, *head, *before_link, *after_link, *between, *tail;
};
const Format formats[] = {
    {"application/rss+xml", "<rss version='0.91'><channel><title>F</title>", "<item><title>T</title><link>", "</link></item>", "",
     "</channel></rss>"},
    {"application/rss+xml", "<rss version='2.0'><channel><title>F</title>", "<item><link>", "</link><title>T</title></item>", "",
     "</channel></rss>"},
    {"application/rdf+xml", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel/>",
     "<item><link>", "</link></item>", "", "</rdf:RDF>"},
    {"application/atom+xml", "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>", "<entry><title>T</title><link href='",
     "'/></entry>", "", "</feed>"},
    {"application/feed+json", R"({"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [)", R"({"id": "x", "url": ")",
     "\"}", ",", "]}"},
    {"text/xml", "<rss><channel><title>Fish & chips<br></title>", "<item><title>3 < 4 </b></title><link>", "</link>", "",
     "</channel></rss>"}};

class Feeds {
 public:
  Feeds() {
    for (int feed = 0; feed < feeds; ++feed) publish(feed, entries, {{304, "", {{"ETag", tag(entries)}}}});
  }
  // From now on `feed` has so many entries, and after one answer says `then`.
  void publish(int feed, int count, std::vector<HttpServer::Answer> then = {}) {
    const Format& format = formats[static_cast<std::size_t>(feed) % std::size(formats)];
    std::string body = format.head;
    for (int i = count; i-- > 0;) {
      const std::string url = "https://x.example/" + std::to_string(feed) + "-" + std::to_string(i);
      std::string before = format.before_link;
      if (const auto id = before.find("\"x\""); id != before.npos) before.replace(id, 3, '"' + url + '"');
      body += before + url + format.after_link + (i > 0 ? format.between : "");
      urls_.insert(url);
    }
    const HttpServer::Answer full{.body = body + format.tail, .headers = {{"Content-Type", format.type}, {"ETag", tag(count)}}};
    if (then.empty()) server.answer(path(feed), full);
    else server.answer(path(feed), {full, then.front()});
  }
  std::string list() const {
    std::string out;
    for (int feed = 0; feed < feeds; ++feed) out += server.url(path(feed)) + "\n";
    return out;
  }
  static std::string path(int feed) { return "/feed" + std::to_string(feed); }
  static std::string tag(int count) { return "\"" + std::to_string(count) + "\""; }
  const std::set<std::string>& urls() const { return urls_; }
  HttpServer server;

 private:
  std::set<std::string> urls_;
};

}  // namespace

TEST_CASE("two hundred feeds: each entry once; a second round is 304 throughout; a restart keeps all of it") {
  if (faulty_is_missing()) return;
  Feeds all;
  const Place place(all.list(), pipeline);
  const auto round = [&] {
    const Outcome outcome = command(place.folder, place.run());
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(column(place.folder, "documents.jsonl", "url") == each_once(all.urls()));
  };
  round();
  round();
  for (int feed = 0; feed < feeds; ++feed) {
    const auto requests = all.server.requests(Feeds::path(feed));
    REQUIRE(requests.size() == 2);
    CHECK_FALSE(requests[0].headers.contains("if-none-match"));
    CHECK(requests[1].headers.at("if-none-match") == Feeds::tag(entries));
  }
  for (int feed = 0; feed < feeds; feed += 7) all.publish(feed, entries + 1);
  round();
}
