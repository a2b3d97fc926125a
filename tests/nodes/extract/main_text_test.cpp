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

TEST_CASE("text: what stands among the paragraphs and is none of them") {
  const std::string card =
      "<div class=card><a href=/x><h3>Another thing</h3></a><p>A short line about that other thing, for whoever is curious.</p></div>";
  struct Row {
    const char* name;
    std::string between;
  };
  const Row rows[] = {
      {"a row of cards", "<div>" + card + card + card + "</div>"},
      {"a picture and its caption", "<div><img src=a.jpg><div>The wall, seen from the sea</div></div>"},
      {"a picture and its credit", "<div><img src=a.jpg><p>The wall, seen from the sea. (Photo: Ben Mole)</p></div>"},
      {"a label", "<p>Advertisement</p><p>Anzeige</p><p>Share</p>"},
      {"tags",
       "<p>Filed: <a href=/t/1 rel=tag>the old wall</a>, <a href=/t/2 rel=tag>storms and other weather</a>, "
       "<a href=/t/3 rel='category tag'>what the council of the county decides and when it does</a></p>"},
      {"tags alone", "<p><a href=/t/1 rel=tag>storms, the wall, the council of the county and all that it decides</a></p>"},
      {"another article", "<p>Lesen Sie auch: Die Mauer in Bildern</p><p>Leia também: o muro</p><p>Читайте также: стена</p>"},
      {"a heading of other articles", "<h4>You may also like</h4><ul><li><a href=/1>Ferry</a><li><a href=/2>Pier</a></ul>"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    const std::string more = "<p>" + second + "</p><p>" + first + "</p><p>" + second + "</p>";
    CHECK(extract(page("<p>" + first + "</p>" + row.between + more)).text == first + "\n" + second + "\n" + first + "\n" + second);
  }
}

TEST_CASE("text: a rubric above the headline is left out, a paragraph above it is not") {
  const std::string body = "<h1>The wall</h1><p>" + first + "</p><p>" + second + "</p>";
  CHECK(extract(page("<span>Encounters</span>" + body)).text == first + "\n" + second);
  CHECK(extract(page("<p>" + second + "</p>" + body)).text == second + "\n" + first + "\n" + second);
}

TEST_CASE("text: what stands above the first paragraph") {
  const std::string head = "<title>The wall - The Coast</title><meta name=author content='Ada Quay'>";
  const std::string body = "<p>" + first + "</p><p>" + second + "</p>";
  for (const char* line : {"By Ada Quay", "Ada Quay, Hull", "4 May 2026", "Published on May 4, 2026 at 9:30 am", "3 min read", "The wall",
                           "THE WALL!", "The wall<br>by Ada Quay, 4 May 2026"}) {
    CAPTURE(std::string(line));
    CHECK(extract(head + page("<p>" + std::string(line) + "</p>" + body)).text == first + "\n" + second);
  }
  for (const char* line :
       {"The tide of 4 May 2026 was the highest that anybody can remember.", "By Tuesday all was over.", "Hull, on Monday"}) {
    CAPTURE(std::string(line));
    CHECK(extract(head + page("<p>" + std::string(line) + "</p>" + body)).text == line + ("\n" + first) + "\n" + second);
  }
}

TEST_CASE("text: what stands below the last paragraph and leads elsewhere") {
  const std::string body = "<p>" + first + "</p><p>" + second + "</p>";
  const std::string list =
      "<ul><li>Ferries must change, <a href=/1>says the harbour master</a><li>Three winters, <a href=/2>in pictures</a></ul>";
  for (const char* heading : {"More stories", "Most read", "Meistgelesen", "Te puede interesar"}) {
    CAPTURE(std::string(heading));
    CHECK(extract(page(body + "<div>" + heading + "</div>" + list)).text == first + "\n" + second);
  }
  CHECK(extract(page(body + "<p>More stories of the kind are told in the harbour, and " + second + "</p>")).text->ends_with(second));
}

TEST_CASE("text: a paragraph keeps its links, whatever they are called, and a sentence its picture") {
  const std::string linked =
      "The <a class=popup href=/w>sea wall</a> was damaged by <b class=ad>three winters</b> of storms, as everybody knows, said the "
      "engineers.";
  const std::string plain = "The sea wall was damaged by three winters of storms, as everybody knows, said the engineers.";
  CHECK(extract(page("<p>" + linked + "</p><p>" + first + "</p>")).text == plain + "\n" + first);
  const std::string beside = "The new wall will be a metre higher, and the road will run behind it.";
  CHECK(extract(page("<p>" + first + "</p><div><img src=a.jpg><p>" + beside + "</p></div>")).text == first + "\n" + beside);
}

TEST_CASE("text: comments may outweigh the article, sidebars may share its table, the next article may follow") {
  const std::string half = "<p>" + first + "</p><p>" + second + "</p><p>" + first + "</p>", body = half + half;
  const std::string three = first + "\n" + second + "\n" + first, text = three + "\n" + three;
  std::string comments;
  for (int i = 0; i < 8; ++i)
    comments += "<li class=comment><p>I think that this is a scandal, and I have said so for years, to anyone who would listen.</p>";
  CHECK(extract("<body><h1>The wall</h1><div>" + body + "</div><section class=comments><ol>" + comments + "</ol></section>").text == text);
  const std::string side = "<td><b>Weather</b><br>Fog today, and fog again tomorrow, says the pilot.</td>";
  CHECK(extract("<table><tr><td>The Coast, news of the harbour<td></tr><tr>" + side + "<td>" + body + "</td>" + side + "</tr></table>")
            .text == text);
  const std::string other = "<p>Another story about something else altogether, with a paragraph of its own, " + second + "</p>";
  CHECK(extract("<title>The wall</title><main><article><h1>The wall</h1><div>" + body + "</div></article><article><h1>The pier</h1><div>" +
                other + other + other + "</div></article></main>")
            .text == text);
}

TEST_CASE("text: divided by h1, all but the first of which are its headings") {
  const std::string html = "<h1>The wall</h1><p>" + first + "</p><h1>Costs</h1><p>" + second + "</p><h1>Time</h1><p>" + first + "</p>";
  CHECK(extract(page(html)).text == first + "\nCosts\n" + second + "\nTime\n" + first);
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
