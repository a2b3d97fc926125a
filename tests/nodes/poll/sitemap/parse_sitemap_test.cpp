#include <doctest/doctest.h>
#include <zlib.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

FeedDocument document(std::string body) { return {Bytes(std::move(body)), {}, "https://example.org/sitemap.xml"}; }

Sitemap read(std::string body, const std::string& fields = "{}") {
  return TestNode("parse_sitemap", fields).given<"sitemap_document">(document(std::move(body))).call<Sitemap>().value();
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

const std::string news = R"(<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc>https://example.org/ferry?a=1&amp;b=2</loc><lastmod>2026-03-01T12:00:00+01:00</lastmod>
    <changefreq>hourly</changefreq><priority>0.8</priority>
    <news:news>
      <news:publication><news:name>Harbour Gazette</news:name><news:language>en</news:language></news:publication>
      <news:publication_date>2026-03-01</news:publication_date>
      <news:title>Ferry late again &amp; again</news:title><news:keywords>ferry, harbour</news:keywords>
    </news:news>
    <image:image><image:loc>https://example.org/ferry.jpg</image:loc></image:image>
  </url>
  <url><loc> /hill </loc></url>
  <url><lastmod>2026-03-01</lastmod></url>
  <url><loc>javascript:x</loc></url>
</urlset>)";

}  // namespace

TEST_CASE("parse_sitemap: pages with what news and image sitemaps say") {
  const Sitemap map = read(news);
  CHECK(map.whole);
  REQUIRE(map.pages.size() == 2);
  CHECK(to_json(map.pages[0]) ==
        R"({"url":"https://example.org/ferry?a=1&b=2","modified":"2026-03-01T11:00:00Z","published":"2026-03-01",)"
        R"("title":"Ferry late again & again","publication":"Harbour Gazette","language":"en","change_frequency":"hourly",)"
        R"("priority":0.8,"keywords":["ferry","harbour"],"images":["https://example.org/ferry.jpg"]})");
  CHECK(map.pages[1].url == "https://example.org/hill");
}

TEST_CASE("parse_sitemap: an index, a list of lines") {
  const Sitemap index =
      read("<sitemapindex><sitemap><loc>https://example.org/a.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>");
  CHECK(index.pages.empty());
  CHECK(to_json(index.sitemaps) == R"([{"url":"https://example.org/a.xml.gz","modified":"2026-03-01"}])");
  const Sitemap lines = read("\xEF\xBB\xBFhttps://example.org/1\r\n\r\nnot a link\nhttps://example.org/2");
  REQUIRE(lines.pages.size() == 2);
  CHECK(lines.pages[1].url == "https://example.org/2");
}

TEST_CASE("parse_sitemap: what is none is said to be none") {
  TestNode parse("parse_sitemap");
  for (const std::string body : {"", "hello", "<html><body>Hello</body></html>", "<rss/>", "\x1F\x8B", "\x1F\x8B\x08 damaged"}) {
    CAPTURE(body);
    CHECK(parse.given<"sitemap_document">(document(body)).call<Sitemap>().failure().kind == "not_a_sitemap");
  }
}

TEST_CASE("parse_sitemap: compressed, in members, cut off at any byte") {
  const std::string packed = gzipped(news);
  CHECK(read(packed).pages.size() == 2);
  CHECK(read(gzipped(news.substr(0, 500)) + gzipped(news.substr(500))).pages.size() == 2);
  TestNode parse("parse_sitemap");
  for (std::size_t length = 0; length < packed.size(); ++length) {
    auto answer = parse.given<"sitemap_document">(document(packed.substr(0, length))).call<Sitemap>();
    REQUIRE((answer.status() == Status::ready || answer.failure().kind == "not_a_sitemap"));
    if (answer.status() == Status::ready) CHECK_FALSE(answer.value().whole);
  }
}

TEST_CASE("parse_sitemap: limits leave out, and say so") {
  std::string many = "<urlset>";
  for (int i = 0; i < 1000; ++i) many += "<url><loc>https://example.org/" + std::to_string(i) + "</loc></url>";
  const Sitemap few = read(many, "{max_entries: 10}");
  CHECK(few.pages.size() == 10);
  CHECK_FALSE(few.whole);
  const Sitemap cut = read(many, "{max_bytes: 1KiB}");
  CHECK(cut.pages.size() < 30);
  CHECK_FALSE(cut.whole);
  const Sitemap bomb =
      read(gzipped("<urlset><url><loc>https://example.org/a</loc></url>" + std::string(20'000'000, ' ')), "{max_bytes: 64KiB}");
  CHECK(bomb.pages.size() == 1);
  CHECK_FALSE(bomb.whole);
}
