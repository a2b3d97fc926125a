// Which bytes a feed may come in.
#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;
using namespace std::string_literals;

namespace {

std::string feed_of(const std::string& title, const std::string& declaration = "") {
  return declaration + "<rss><channel><title>" + title + "</title></channel></rss>";
}

// ASCII spread over units of `unit` bytes; the letter stands in the first or in the last of them.
std::string spread(const std::string& text, std::size_t unit, bool little) {
  std::string out;
  for (const char c : text) {
    if (little) out += c;
    out.append(unit - 1, '\0');
    if (!little) out += c;
  }
  return out;
}

struct Row {
  const char* name;
  std::string bytes;
  std::optional<std::string> content_type;
  const char *encoding, *title;
  bool wellformed;
};

}  // namespace

TEST_CASE("parse_feed: encodings, by mark, by first bytes, by header, by declaration, by letters") {
  const std::string latin = "<?xml version='1.0' encoding='iso-8859-1'?>", utf8 = "<?xml version='1.0' encoding='utf-8'?>";
  const std::string korean =
      "\xbf\xc0\xb4\xc3 \xb4\xba\xbd\xba: \xc1\xa4\xba\xce\xb4\xc2 \xbb\xf5\xb7\xce\xbf\xee \xc1\xa4\xc3\xa5\xc0\xbb "
      "\xb9\xdf\xc7\xa5\xc7\xdf\xbd\xc0\xb4\xcf\xb4\xd9";
  const Row rows[] = {
      {"nothing said", feed_of("Tide"), {}, "utf-8", "Tide", true},
      {"UTF-8 with a mark", "\xEF\xBB\xBF" + feed_of("Fl\xC3\xA5t"), {}, "utf-8", "Flåt", true},
      {"UTF-16 with a mark", "\xFF\xFE" + spread(feed_of("Tide"), 2, true), {}, "utf-16le", "Tide", true},
      {"UTF-16 without one", spread(feed_of("Tide"), 2, false), {}, "utf-16be", "Tide", true},
      {"UTF-32 with a mark", "\0\0\xFE\xFF"s + spread(feed_of("Tide"), 4, false), {}, "utf-32be", "Tide", true},
      {"UTF-32 without one", spread(feed_of("Tide"), 4, true), {}, "utf-32le", "Tide", true},
      {"a declaration", feed_of("Fl\xE5t", latin), {}, "iso-8859-1", "Flåt", true},
      {"the header before the declaration", feed_of("\xCD\xCF\xD2\xC5", utf8), "text/xml; charset=koi8-r", "koi8-r", "море", true},
      {"a header in quotes", feed_of("Tide"), "application/rss+xml; charset=\"US-ASCII\"", "us-ascii", "Tide", true},
      {"windows-1252 that is called Latin", feed_of("don\x92t", latin), {}, "iso-8859-1", "don’t", true},
      {"Latin that has become UTF-8", feed_of("don\xC2\x92t"), {}, "utf-8", "don’t", true},
      {"a header of habit over UTF-8", feed_of("Fl\xC3\xA5t", utf8), "text/xml; charset=iso-8859-1", "utf-8", "Flåt", false},
      {"a declaration that is not true", feed_of("Fl\xE5t", utf8), {}, "windows-1252", "Flåt", false},
      {"a charset that nobody knows", feed_of("Tide", "<?xml version='1.0' encoding='bogus'?>"), {}, "utf-8", "Tide", false},
      {"a declaration of UTF-16 in bytes", feed_of("Tide", "<?xml version='1.0' encoding='utf-16'?>"), {}, "utf-8", "Tide", false},
      {"EBCDIC",
       "\x4C\x6F\xA7\x94\x93\x40\xA5\x85\x99\xA2\x89\x96\x95\x7E\x7D\xF1\x4B\xF0\x7D\x40\x85\x95\x83\x96\x84\x89\x95\x87\x7E\x7D\x83\x97"
       "\xF0"
       "\xF3\xF7\x7D\x6F\x6E\x4C\x99\xA2\xA2\x6E\x4C\x83\x88\x81\x95\x95\x85\x93\x6E\x4C\xA3\x89\xA3\x93\x85\x6E\xE3\x89\x84\x85\x4C\x61"
       "\xA3"
       "\x89\xA3\x93\x85\x6E\x4C\x61\x83\x88\x81\x95\x95\x85\x93\x6E\x4C\x61\x99\xA2\xA2\x6E",
       {},
       "cp037",
       "Tide",
       true},
      {"Korean that nobody declared", feed_of(korean), {}, "euc-kr", "오늘 뉴스: 정부는 새로운 정책을 발표했습니다", false},
      {"Latin that nobody declared",
       feed_of("M\xFC"
               "de F\xFC\xDF"
               "e gr\xFC\xDF"
               "en"),
       {},
       "windows-1252",
       "Müde Füße grüßen",
       false},
      {"a media type that is no feed's", feed_of("Tide"), "text/plain", "utf-8", "Tide", false},
      {"JSON", R"({"version": "https://jsonfeed.org/version/1.1", "title": "Tide", "items": []})", "application/feed+json", "utf-8", "Tide",
       true},
  };
  TestNode parse("parse_feed");
  for (const Row& row : rows) {
    CAPTURE(row.name);
    auto answer = parse.given<"feed_document">(FeedDocument{Bytes(row.bytes), row.content_type, {}}).call<ParsedFeed>();
    REQUIRE(answer.status() == Status::ready);
    const ParsedFeed feed = answer.value();
    CHECK(feed.encoding.value_or("") == row.encoding);
    CHECK(feed.feed.title.value_or("") == row.title);
    CHECK(feed.wellformed == row.wellformed);
  }
}
