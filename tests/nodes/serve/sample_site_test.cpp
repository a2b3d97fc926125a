// The sample site is what tests and the demo take for the web: its feeds must read as they were meant, and each of four
// layouts must give its article and nothing around it.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/serve/site_folder.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

const SiteFolder& site() {
  static const SiteFolder folder(std::string(HEADRACE_SOURCE_DIR) + "/tests/site", 8080);
  return folder;
}

struct Address {
  std::string host, path;
};

// Of an absolute http URL; a relative one belongs to `host`.
Address address_of(const std::string& url, const std::string& host) {
  if (!url.starts_with("http://")) return {host, url.substr(0, url.find_first_of("?#"))};
  const std::size_t end = url.find('/', 7);
  return {url.substr(7, url.find(':', 7) - 7), url.substr(end, url.find_first_of("?#", end) - end)};
}

}  // namespace

TEST_CASE("sample site: the feeds read as they were meant, and one link of all leads nowhere") {
  struct Row {
    std::string host, path;
    std::size_t entries;
  };
  std::multiset<int> statuses;
  std::size_t without_link = 0;
  for (const Row& row : {Row{"harbour-gazette.localhost", "/feed.xml", 10}, Row{"valley-post.localhost", "/atom.xml", 7},
                         Row{"tidewater-notes.localhost", "/feed.json", 9}}) {
    CAPTURE(row.host);
    const SiteAnswer& answer = site().find(row.host, row.path);
    TestNode parse("parse_feed");
    parse.given<"feed_document">({Bytes(answer.body), answer.content_type, "http://" + row.host + ":8080" + row.path});
    const ParsedFeed feed = parse.call<ParsedFeed>().value();
    CHECK(feed.wellformed);
    CHECK(feed.entries.size() == row.entries);
    std::set<std::string> ids;
    for (const FeedEntry& entry : feed.entries) {
      CHECK(ids.insert(entry.id.value()).second);
      CHECK(entry.published.has_value());
      if (!entry.link) {
        ++without_link;
        continue;
      }
      const Address address = address_of(*entry.link, row.host);
      CAPTURE(*entry.link);
      statuses.insert(site().find(address.host, address.path).status);
    }
  }
  CHECK(without_link == 1);
  CHECK(statuses == [] {
    std::multiset<int> wanted = {302, 404};
    for (int i = 0; i < 23; ++i) wanted.insert(200);
    return wanted;
  }());
}

TEST_CASE("sample site: each layout gives its article and nothing around it") {
  struct Row {
    std::string host, path, title, begins, ends;
  };
  const std::vector<Row> rows = {
      {"harbour-gazette.localhost", "/2026/03/cannery-to-close", "Brandt cannery to close after sixty years",
       "The Brandt cannery will close", "that it will stay so."},
      {"harbour-gazette.localhost", "/2026/03/cafe-elegie-reopens",
       "Caf\u00e9 \u00c9l\u00e9gie reopens with Zo\u00eb Br\u00fblart\u2019s \u2018Na\u00efvet\u00e9\u2019",
       "Eleven months after the fire, the Caf\u00e9 \u00c9l\u00e9gie", "hangs in the foyer until May."},
      {"valley-post.localhost", "/business/chip-that-listens", "Valley start-up builds a chip that listens for failing turbines",
       "In a former dairy", "sea wall have bearings too."},
      {"tidewater-notes.localhost", "/posts/a-winter-of-bread", "A winter of bread", "I have baked forty loaves",
       "before you cut it. I never do."},
      {"orrin-bulletin.localhost", "/schools/paper-bridge", "School's paper bridge carries a piano", "A class of fourteen-year-olds",
       "has been returned and tuned."},
  };
  for (const Row& row : rows) {
    CAPTURE(row.host + row.path);
    const SiteAnswer& answer = site().find(row.host, row.path);
    TestNode extract("extract_article");
    const Article article =
        extract.given<"page">({.url = "http://" + row.host + row.path, .body = answer.body, .content_type = answer.content_type})
            .call<Article>()
            .value();
    CHECK(article.title == row.title);
    REQUIRE(article.text.has_value());
    CHECK(article.text->find(row.begins) != std::string::npos);
    CHECK(article.text->find(row.ends) != std::string::npos);
    for (const char* around : {"Most read", "subscribe for four crowns", "evening letter", "marrick_walker", "You may also like",
                               "Sallow Cross Tyres", "We use one cookie", "Imprint"})
      CHECK_MESSAGE(article.text->find(around) == std::string::npos, around << " is in the text");
  }
}

TEST_CASE("sample site: a page without a title has a text all the same") {
  TestNode extract("extract_article");
  const SiteAnswer& answer = site().find("orrin-bulletin.localhost", "/notices/ferry");
  const Article article =
      extract
          .given<"page">({.url = "http://orrin-bulletin.localhost/notices/ferry", .body = answer.body, .content_type = answer.content_type})
          .call<Article>()
          .value();
  CHECK_FALSE(article.title.has_value());
  CHECK(article.text.value_or("").find("winter timetable until 29 March") != std::string::npos);
}
