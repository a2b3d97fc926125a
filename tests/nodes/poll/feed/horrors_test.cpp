// Feeds that want to cost more than their bytes. Sizes are those that a reader of quadratic time would not finish.
#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

ParsedFeed read(std::string body, const std::string& fields = "{}") {
  return TestNode("parse_feed", fields)
      .given<"feed_document">(FeedDocument{Bytes(std::move(body)), {}, "https://a.example/f"})
      .call<ParsedFeed>()
      .value();
}

std::size_t text_of(const ParsedFeed& feed) { return to_json(feed).size(); }

}  // namespace

TEST_CASE("horrors: a million entries; those beyond the limit are left out") {
  const std::string body = "<rss><channel><title>x</title>" + repeated("<item><guid>1</guid></item>", 1'000'000);
  CHECK(read(body, "{max_entries: 1000}").entries.size() == 1000);
}

TEST_CASE("horrors: a good entry behind each bad one is read") {
  for (const std::string bad :
       {"<item><title>a</item>", "<item><title>a & b < c</title></item></channel>", "<item a='b</item>'><title>a</title></item>",
        "<item><description><![CDATA[<p>]]></description></item>", "<item><pubDate>never</pubDate></item>", "<item></title></item>"}) {
    CAPTURE(bad);
    const ParsedFeed feed = read("<rss><channel>" + bad + "<item><guid>good</guid></item></channel></rss>");
    REQUIRE(feed.entries.size() == 2);
    CHECK(feed.entries[1].id == "good");
  }
}

TEST_CASE("horrors: entities of entities of entities") {
  std::string body = "<!DOCTYPE rss [<!ENTITY a \"" + std::string(4000, 'x') + "\">";
  for (char c = 'b'; c <= 'z'; ++c)
    body += std::string("<!ENTITY ") + c + " \"" + repeated(std::string("&") + char(c - 1) + ";", 20) + "\">";
  body += "]><rss><channel><title>" + repeated("&z;", 1000) + "</title><description>" + repeated("&a;", 100'000) +
          "</description></channel></rss>";
  CHECK(text_of(read(body)) < body.size() * 2 + (2u << 20));
}

TEST_CASE("horrors: a hundred thousand elements inside each other") {
  const ParsedFeed feed = read("<rss><channel><item>" + repeated("<a>", 100'000) + "deep" + repeated("</a>", 100'000) +
                               "<guid>1</guid></item></channel></rss>");
  REQUIRE(feed.entries.size() == 1);
  CHECK(feed.entries[0].id == "1");
}

TEST_CASE("horrors: what every entry inherits is not repeated without end") {
  const std::string entries = repeated("<entry/>", 20'000);
  const std::string author =
      "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>" + std::string(1'000'000, 'x') + "</name></author>" + entries + "</feed>";
  CHECK(text_of(read(author)) < 20'000'000);
  const std::string base = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/" + std::string(1'000'000, 'x') + "/'>" +
                           repeated("<entry><link href='a'/></entry>", 20'000) + "</feed>";
  CHECK(text_of(read(base)) < 20'000'000);
}

TEST_CASE("horrors: constructs that never end") {
  for (const std::string opening :
       {"<!--", "<![CDATA[", "<!DOCTYPE [", "<?x ", "<a b='", "<a b=\"", "<a ", "</", "<", "&", "&#", "<a:b xmlns:a='", "<!ENTITY "}) {
    CAPTURE(opening);
    const ParsedFeed feed = read("<rss><channel><title>Tide</title>" + repeated(opening, 200'000));
    CHECK(feed.feed.title == "Tide");
  }
}

TEST_CASE("horrors: a title of nothing but markup") {
  for (const std::string piece : {"&lt;script>", "&lt;!--", "&lt;a ", "&lt;", "&amp;#", "<b>", "<![CDATA[<]]>"}) {
    CAPTURE(piece);
    const ParsedFeed feed =
        read("<rss><channel><title>" + repeated(piece, 100'000) + "</title><link>https://a.example/</link></channel></rss>");
    CHECK(text_of(feed) < 2'000'000);
  }
}

TEST_CASE("horrors: JSON of a million brackets, and of a million items") {
  TestNode parse("parse_feed");
  auto answer = parse.given<"feed_document">(FeedDocument{Bytes("{\"items\":" + repeated("[", 1'000'000)), {}, {}}).call<ParsedFeed>();
  CHECK(answer.failure().kind == "not_a_feed");
  CHECK(read(R"({"version": "https://jsonfeed.org/version/1", "items": [{})" + repeated(",{}", 300'000) + "]}", "{max_entries: 100}")
            .entries.size() == 100);
}
