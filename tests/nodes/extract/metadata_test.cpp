// What extract_article makes of the many ways in which pages say who wrote what when.
#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

Article extract(const std::string& html, const char* url = "https://www.coast.example/news/wall", const char* config = "{}") {
  TestNode node(std::string_view("extract_article"), config);
  return node.given<"page">({url, Bytes(html), "text/html; charset=utf-8", 200}).call<Article>().value();
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) (out += out.empty() ? "" : "; ") += name;
  return out;
}

std::string json_ld(const std::string& text) { return "<script type=application/ld+json>" + text + "</script>"; }

struct Row {
  const char* name;
  std::string html;
  const char* wanted;
};

}  // namespace

TEST_CASE("title: who confirms whom") {
  const Row rows[] = {
      {"h1 that the title repeats", "<title>Wall to be rebuilt | The Coast</title><h1>Wall to be rebuilt</h1>", "Wall to be rebuilt"},
      {"h1 as shown, with its own quotes", "<meta property=og:title content=\"'Wall' to be rebuilt\"><h1>‘Wall’ to be rebuilt</h1>",
       "‘Wall’ to be rebuilt"},
      {"h1 in capitals", "<title>Wall to be rebuilt</title><h1>WALL TO BE REBUILT</h1>", "Wall to be rebuilt"},
      {"another wording in h1", "<title>Why the wall must be rebuilt now</title><h1>The wall must be rebuilt</h1>",
       "The wall must be rebuilt"},
      {"h1 is the site", "<title>Wall to be rebuilt - Coast</title><h1>Coast</h1><h2>Wall to be rebuilt</h2>", "Wall to be rebuilt"},
      {"h1 of the site with a slogan", "<title>Wall to be rebuilt - The Coast Daily</title><h1>The Coast Daily</h1>", "Wall to be rebuilt"},
      {"h1 in the sidebar", "<title>Wall to be rebuilt</title><aside><h1>Most read of the wall</h1></aside>", "Wall to be rebuilt"},
      {"section and site in the title alone", "<title>Wall to be rebuilt after the storm - Harbour - Pier Daily</title>",
       "Wall to be rebuilt after the storm"},
      {"a dash of its own", "<title>Wall - a history of the old harbour</title>", "Wall - a history of the old harbour"},
      {"escaped twice", "<meta property=og:title content='Wall &amp;amp; pier &amp;#8217;26'>", "Wall & pier ’26"},
      {"JSON-LD headline with tags", json_ld(R"({"@type": "NewsArticle", "headline": "<b>Wall</b> to be rebuilt"})"), "Wall to be rebuilt"},
      {"nothing but h1", "<h1>Wall</h1>", "Wall"},
      {"several h1", "<title>Wall to be rebuilt</title><h1>Coast</h1><h1>Wall to be rebuilt</h1><h1>Ferry late</h1>", "Wall to be rebuilt"},
      {"several h1, one of them another wording",
       "<title>Why the old wall must be rebuilt now</title><h1>Weather today</h1><h1>The old wall must be rebuilt</h1><h1>Ferry late "
       "again</h1>",
       "The old wall must be rebuilt"},
      {"acronym of the site", "<title>Wall to be rebuilt - Coast Example News</title>", "Wall to be rebuilt"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(extract(row.html).title == std::string(row.wanted));
  }
}

TEST_CASE("authors: wherever they are named") {
  const Row rows[] = {
      {"JSON-LD, typed", json_ld(R"({"@type": "NewsArticle", "author": {"@type": "Person", "name": "Ada Quay"}})"), "Ada Quay"},
      {"JSON-LD, a list of strings", json_ld(R"({"@type": "NewsArticle", "author": ["Ada Quay", "Ben Mole"]})"), "Ada Quay; Ben Mole"},
      {"JSON-LD, names in a list", json_ld(R"({"@type": "NewsArticle", "author": {"name": ["Ada Quay", "Ben Mole"]}})"),
       "Ada Quay; Ben Mole"},
      {"JSON-LD, given and family name",
       json_ld(R"({"@type": "Article", "author": {"@type": "Person", "givenName": "Ada", "familyName": "Quay"}})"), "Ada Quay"},
      {"JSON-LD, by reference",
       json_ld(R"({"@graph": [{"@type": "Article", "author": {"@id": "#a"}}, {"@type": "Person", "@id": "#a", "name": "Ada Quay"}]})"),
       "Ada Quay"},
      {"JSON-LD, an organisation", json_ld(R"({"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Pier Daily"}})"), ""},
      {"JSON-LD, broken", json_ld("{\"@type\": \"NewsArticle\", \"author\": {\"name\": \"Ada Quay\",},\n\"x\": \"a \"b\" c\" "),
       "Ada Quay"},
      {"JSON-LD of another article", "<title>Wall</title>" + json_ld(R"([{"@type": "Article", "headline": "Ferry", "author": "Ben Mole"},
                                           {"@type": "Article", "headline": "Wall", "author": "Ada Quay"}])"),
       "Ada Quay"},
      {"meta", "<meta name=author content='Ada Quay'>", "Ada Quay"},
      {"meta, an address of a profile", "<meta property=article:author content=https://social.example/ada>", ""},
      {"Dublin Core", "<meta name=DC.creator content='Quay, Ada'><meta name=DC:creator content='Mole, Ben'>", "Ada Quay; Ben Mole"},
      {"rel=author", "<h1>Wall</h1><p>By <a rel=author href=/ada>Ada Quay</a>", "Ada Quay"},
      {"itemprop with a name inside", "<h1>Wall</h1><div itemprop=author><img alt=x> <b itemprop=name>Ada Quay</b> of the harbour</div>",
       "Ada Quay"},
      {"byline class", "<h1>Wall</h1><div class=article-byline>By <span>Ada Quay</span> | 3 May 2026</div>", "Ada Quay"},
      {"byline before a break", "<h1>Wall</h1><h3 class=byline>By Ada Quay<br>Monday, 4 May 2026</h3>", "Ada Quay"},
      {"a microformat", "<h1>Wall</h1><p><span class='p-author h-card'>Ada Quay</span> on Monday</p>", "Ada Quay"},
      {"two in a byline", "<h1>Wall</h1><ul class=authors><li>Ada Quay<li>Ben Mole</ul>", "Ada Quay; Ben Mole"},
      {"a line of text", "<h1>Wall</h1><p>By Ada Quay</p><p>The wall is old.</p>", "Ada Quay"},
      {"the commenter", "<h1>Wall</h1><div id=comments><span class=author>Ben Mole</span></div>", ""},
      {"the author of a teaser", "<h1>Wall</h1><div class=related><span class=author>Ben Mole</span></div>", ""},
      {"the outlet", "<meta property=og:site_name content='Pier Daily'><meta name=author content='Pier Daily'>", ""},
      {"the outlet in meta, the person in the page", "<meta name=author content='Coast staff'><h1>Wall</h1><p class=byline>Ada Quay</p>",
       "Ada Quay"},
      {"the page and JSON-LD agree against meta",
       json_ld(R"({"@type": "Article", "author": "Ada Quay"})") +
           "<meta name=author content='Ben Mole'><h1>Wall</h1><p class=byline>Ada Quay</p>",
       "Ada Quay"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(joined(extract(row.html).authors) == row.wanted);
  }
}

TEST_CASE("published: the first publication, by vote of the days") {
  const auto published = [](const Row& row, const char* url) {
    const Article article = extract(row.html, url);
    return article.published ? format_time(*article.published) : "";
  };
  const Row rows[] = {
      {"meta with a zone", "<meta property=article:published_time content=2026-03-01T23:30:00-05:00>", "2026-03-02T04:30:00Z"},
      {"JSON-LD", json_ld(R"({"@type": "Article", "datePublished": "2026-03-01"})"), "2026-03-01"},
      {"JSON-LD of the page alone", json_ld(R"({"@graph": [{"@type": "WebPage", "datePublished": "2026-03-01"}]})"), "2026-03-01"},
      {"JSON-LD of the page and of its article",
       json_ld(R"([{"@type": "WebPage", "datePublished": "2020-01-01"}, {"@type": "Article", "datePublished": "2026-03-01"}])"),
       "2026-03-01"},
      {"the day from one, the time from the other",
       json_ld(R"({"@type": "Article", "datePublished": "2026-03-01"})") + "<h1>Wall</h1><time datetime=2026-03-01T09:30Z>today</time>",
       "2026-03-01T09:30:00Z"},
      {"seconds since 1970", "<meta name=sailthru.date content=1772357400>", "2026-03-01T09:30:00Z"},
      {"an RFC 822 date", "<meta name=pubdate content='Sun, 01 Mar 2026 10:30:00 +0100'>", "2026-03-01T09:30:00Z"},
      {"time element", "<h1>Wall</h1><time datetime='2026-03-01 09:30:00+01:00'>1 March</time>", "2026-03-01T08:30:00Z"},
      {"itemprop before an earlier time element",
       "<h1>Wall</h1><time datetime=2026-01-01>x</time><meta itemprop=datePublished content=2026-03-01>", "2026-03-01"},
      {"a class and words", "<h1>Wall</h1><span class=post-date>1 March 2026</span>", "2026-03-01"},
      {"not the update", "<h1>Wall</h1><p class=date>Updated 4 March 2026</p><p class=date>Published 1 March 2026</p>", "2026-03-01"},
      {"both in a line", "<h1>Wall</h1><p class=date>1 March 2026, updated 4 March 2026</p>", "2026-03-01"},
      {"a line of text", "<h1>Wall</h1><p>Hull, 1. März 2026</p>", "2026-03-01"},
      {"a comment's date", "<h1>Wall</h1><div class=comments><time datetime=2026-03-01>x</time></div>", ""},
      {"an appointment after the last change",
       "<meta property=article:modified_time content=2026-03-01><h1>Wall</h1><p>Opens 5 June 2026</p>", ""},
      {"nonsense", "<meta property=article:published_time content=yesterday><meta name=date content=0000-00-00>", ""},
      {"too old", "<meta property=article:published_time content=1970-01-01T00:00:00Z>", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(published(row, "https://www.coast.example/news/wall") == row.wanted);
  }
  CHECK(published({"", "", ""}, "https://coast.example/2026/03/01/wall") == "2026-03-01");
  CHECK(published({"", "", ""}, "https://coast.example/2026/mar/01/wall") == "2026-03-01");
  CHECK(published({"", "", ""}, "https://coast.example/news/20260301-wall") == "2026-03-01");
}

TEST_CASE("image: the first that shows something") {
  const Row rows[] = {
      {"og:image", "<meta property=og:image content=/wall.jpg>", "https://www.coast.example/wall.jpg"},
      {"a logo there, a picture in the page", "<meta property=og:image content=/coast-logo.png><h1>Wall</h1><img src=/wall.jpg width=640>",
       "https://www.coast.example/wall.jpg"},
      {"a photograph of a logo", "<meta property=og:image content=/the-old-logo-of-the-ferry-line.jpg>",
       "https://www.coast.example/the-old-logo-of-the-ferry-line.jpg"},
      {"pixels and small ones passed",
       "<h1>Wall</h1><img src=/1x1.gif><img src=/a.jpg width=50><img src=/b.jpg height=20><img src=c.jpg width=500>",
       "https://www.coast.example/news/c.jpg"},
      {"lazy", "<h1>Wall</h1><img src=data:image/gif;base64,R0 data-src=/wall.jpg>", "https://www.coast.example/wall.jpg"},
      {"the largest of a set", "<h1>Wall</h1><img srcset='/s.jpg 320w, /l.jpg 1280w, /m.jpg 640w' src=/s.jpg>",
       "https://www.coast.example/l.jpg"},
      {"none", "<h1>Wall</h1><img src=/icon.svg><aside><img src=/ad.jpg width=600></aside>", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(extract(row.html).image.value_or("") == row.wanted);
  }
}

TEST_CASE("publisher and canonical address") {
  CHECK(extract("<title>Wall | The Coast</title>").publisher == "The Coast");
  CHECK(extract("<meta property=og:site_name content=Harbour><script type=application/ld+json>{\"@type\": \"Article\", \"publisher\": "
                "{\"name\": \"The Coast\"}}</script>")
            .publisher == "The Coast");
  CHECK(extract("<meta property=og:site_name content='Pier Daily | News from the sea'>").publisher == "Pier Daily");
  CHECK(extract("<title>The Coast: the wall again</title>").publisher == "The Coast");
  CHECK_FALSE(extract("<title>Harbour: the wall again</title>").publisher);
  CHECK(extract("<a href=/><img src=logo.png alt='The Coast - News'></a>").publisher == "The Coast");
  CHECK(extract("<a href=https://coast.example title='The Coast'><img src=logo.png alt=Logo></a>").publisher == "The Coast");
  CHECK(extract("<meta name=twitter:site content=@coast>").publisher == "coast");
  CHECK(extract("<a href=/>Home</a><a href=/><img alt='The Coast Logo'></a>").publisher == "The Coast");
  CHECK(extract("<meta property=og:site_name content='Pier Daily'><a href=/>The Coast</a>").publisher == "Pier Daily");
  CHECK_FALSE(
      extract("<a href=/>Home</a><a href=https://harbour.example/>The Coast</a><meta name=twitter:site content=@harbour>").publisher);
  CHECK(extract("<link rel=canonical href=/news/wall-2>").canonical_url == "https://www.coast.example/news/wall-2");
  CHECK_FALSE(extract("<link rel=canonical href=https://other.example/wall>").canonical_url);
  CHECK_FALSE(extract("<link rel=canonical href=https://www.coast.example/>").canonical_url);
}

TEST_CASE("explain: every value has a source") {
  const std::string html =
      "<html lang=en><title>Wall to be rebuilt | The Coast</title><meta name=author content='Ada Quay'><h1>Wall to be rebuilt</h1>";
  CHECK_FALSE(extract(html).explain);
  const Article article = extract(html, "https://www.coast.example/2026/03/01/wall", "{explain: true}");
  REQUIRE(article.explain);
  std::string said;
  for (const Evidence& each : *article.explain) {
    said += each.value + ": " + each.source + "\n";
    CHECK(each.confidence > 0);
    CHECK(each.confidence <= 1);
  }
  CHECK(said.find("title: h1, as title element says") != said.npos);
  CHECK(said.find("authors: meta author") != said.npos);
  CHECK(said.find("published: address") != said.npos);
  CHECK(said.find("language: html lang") != said.npos);
}
