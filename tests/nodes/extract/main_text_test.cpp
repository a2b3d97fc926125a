// Which lines are the article: favor, Markdown, other sources of text, and what explain says of them.
#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

const std::string first = "The council voted on Tuesday to rebuild the old sea wall, which had been damaged by three winters of storms.";
const std::string second = "Engineers said that the work would begin in June, take two years, and cost about nine million crowns in all.";

Article extract(const std::string& html, const char* config = "{}") {
  TestNode node("extract_article", config);
  return node.given<"page">({"https://www.coast.example/news/wall", Bytes(html), "text/html; charset=utf-8", 200}).call<Article>().value();
}

std::string page(const std::string& body) { return "<html lang=en><body><div class=story>" + body + "</div></body></html>"; }

}  // namespace

TEST_CASE("text: the endings of sites are taken off") {
  const std::string body = "<p>" + first + "</p><p>" + second + "</p>";
  for (const char* ending :
       {"<p>Follow us on Facebook, Twitter and Instagram.</p>", "<p>Sign up for our newsletter</p>", "<p>Tags: wall, harbour</p>",
        "<div>Comments</div>", "<p><a href=/x>More about walls</a></p>", "<h3>More stories</h3><div><a href=/x>Ferry</a></div>"}) {
    CAPTURE(ending);
    CHECK(extract(page(body + ending)).text == first + "\n" + second);
  }
  const std::string own = "<p>He said: follow the tide.</p>";
  CHECK(extract(page(body + own)).text == first + "\n" + second + "\nHe said: follow the tide.");
}

TEST_CASE("text: favor decides what is not clear") {
  const std::string html = page("<p>Hull, Monday</p><p>" + first + "</p><ul><li><a href=/1>One of the walls</a></ul><p>" + second + "</p>");
  CHECK(extract(html, "{favor: precision}").text == first + "\n" + second);
  CHECK(extract(html).text == "Hull, Monday\n" + first + "\n" + second);
  CHECK(extract(html, "{favor: recall}").text == "Hull, Monday\n" + first + "\nOne of the walls\n" + second);
}

TEST_CASE("text: a suspicion that would take most of the page is wrong") {
  const std::string body = "<p>" + first + "</p><p>" + second + "</p>";
  for (const char* wrapper : {"<div class=sidebar>", "<div style='display:none'>", "<div hidden>", "<div class=comments>",
                              "<div class=teaser itemprop=articleBody>"}) {
    CAPTURE(wrapper);
    CHECK(extract("<body>" + std::string(wrapper) + body + "</div>").text == first + "\n" + second);
  }
}

TEST_CASE("text: JSON-LD helps where the page itself has little") {
  const std::string body = first + "\\n\\n" + second + " " + first + " " + second;
  const std::string json = "<script type=application/ld+json>{\"@type\": \"NewsArticle\", \"articleBody\": \"" + body + "\"}</script>";
  CHECK(extract(json + page("<p>" + first + "</p>")).text == first + "\n" + second + " " + first + " " + second);
  const std::string other = "A page about something else altogether, with a paragraph of its own that stands nowhere in the script.";
  CHECK(extract(json + page("<p>" + other + "</p>")).text == other);
}

TEST_CASE("markdown: headings, lists, quotes, code, emphasis, links") {
  struct Row {
    const char* html;
    std::string markdown;
  };
  const Row rows[] = {
      {"<p>A <b>bold</b> and <em> slanted </em>word.</p>", "A **bold** and *slanted* word."},
      {"<p>See <a href='/wall'>the wall</a>.</p>", "See [the wall](https://www.coast.example/wall)."},
      {"<h2>Costs</h2><p>Nine *million*.</p>", "## Costs\n\nNine \\*million\\*."},
      {"<ul><li>One stone</li><li>Two stones</li></ul>", "- One stone\n- Two stones"},
      {"<ol><li>One stone</li><li>Two stones</li></ol>", "1. One stone\n1. Two stones"},
      {"<ul><li>Outer stone<ul><li>Inner stone</li></ul></li></ul>", "- Outer stone\n  - Inner stone"},
      {"<blockquote><p>So be it.</p></blockquote>", "> So be it."},
      {"<pre>x = 1</pre>", "```\nx = 1\n```"},
      {"<p>Use <code>make</code> now.</p>", "Use `make` now."},
      {"<p>1. May is a holiday.</p>", "1\\. May is a holiday."},
      {"<p><b></b>Plain, <a href='javascript:x()'>no link</a>.</p>", "Plain, no link."},
  };
  for (const Row& row : rows) {
    CAPTURE(row.html);
    const std::string body = "<p>" + first + "</p>" + row.html + "<p>" + second + "</p>";
    CHECK(extract(page(body), "{markdown: true}").markdown == first + "\n\n" + row.markdown + "\n\n" + second + "\n");
  }
  CHECK_FALSE(extract(page("<p>" + first)).markdown);
}

TEST_CASE("explain: where the text comes from, and what was left out of it") {
  const Article article = extract(page("<p>" + first + "</p><p>Advertisement</p><p>" + second + "</p>"), "{explain: true}");
  REQUIRE(article.explain);
  std::string said;
  for (const Evidence& each : *article.explain)
    if (each.value == "text") said += each.source + "\n";
  CHECK(said == "element class=story\nleft out (line of the site): Advertisement\n");
}

TEST_CASE("model: its weights decide on every line; a bad file is refused") { CHECK_THROWS(extract("", "{model: no/such/file}")); }
