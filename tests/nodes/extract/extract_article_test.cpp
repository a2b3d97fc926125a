#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

constexpr std::string_view first =
    "The council voted on Tuesday to rebuild the old sea wall, which had been damaged by three winters of storms.";
constexpr std::string_view second = "Engineers said that the work would begin in June, take two years, and cost about nine million crowns.";
constexpr std::string_view third = "Residents of the lower town, many of whom had asked for it since the flood, welcomed the decision.";

// A page as a news site makes it: head, bars, the article between teasers, comments.
std::string news_page(std::string_view head, std::string_view body) {
  return "<!doctype html><html lang=en-GB><head>" + std::string(head) +
         "</head><body><nav><a href=/>Home</a> <a href=/sport>Sport</a></nav>" + "<div class='page with-sidebar'><div class=story>" +
         std::string(body) + "</div>" +
         "<div class=sidebar><p>Most read: a long teaser about another thing, which nobody asked for, but there it is, in full.</p></div>" +
         "<div id=comments><p>I think that this is a scandal, and I have said so for years, to anyone who would listen.</p></div></div>" +
         "<footer><p>Copyright by the publisher, all rights reserved, in every country, for ever and ever.</p></footer></body></html>";
}
std::string paragraphs() {
  return "<p>" + std::string(first) + "</p>\n<p>" + std::string(second) + "</p>\n<p>" + std::string(third) + "</p>";
}
std::string lines() { return std::string(first) + "\n" + std::string(second) + "\n" + std::string(third); }

Article extract(std::string body, std::optional<std::string> content_type = "text/html; charset=utf-8") {
  TestNode node("extract_article");
  return node.given<"page">({"https://www.coast.example/news/2026/03/01/wall", Bytes(std::move(body)), std::move(content_type), 200})
      .call<Article>()
      .value();
}

}  // namespace

TEST_CASE("extract_article: the text, one paragraph a line, without what stands around it") {
  CHECK(extract(news_page("", paragraphs())).text == lines());
}

TEST_CASE("extract_article: layouts") {
  const std::string one(first), two(second), three(third);
  struct Row {
    const char* name;
    std::string body;
  };
  const Row rows[] = {
      {"paragraphs separated by br", one + "<br><br>" + two + "<br/><br/>\n" + three},
      {"divs", "<div>" + one + "</div><div>" + two + "</div><div>" + three + "</div>"},
      {"two sections", "<section><p>" + one + "</p></section><section><p>" + two + "</p><p>" + three + "</p></section>"},
      {"tables", "<table><tr><td><p>" + one + "</p><p>" + two + "</p><p>" + three + "</p></td></tr></table>"},
      {"share bar and caption between", "<p>" + one + "</p><div class='share-bar'>Share this with your many friends, now</div><p>" + two +
                                            "</p><figure><img src=a.jpg><figcaption>The wall, seen from the sea</figcaption></figure><p>" +
                                            three + "</p>"},
      {"inline tags inside words",
       "<p>" + one.substr(0, 6) + "<b>" + one.substr(6, 3) + "</b>" + one.substr(9) + "</p><p>" + two + "</p><p>" + three + "</p>"},
      {"a list of links at the end", "<p>" + one + "</p><p>" + two + "</p><p>" + three +
                                         "</p><ul><li><a href=/1>The other thing that happened</a><li><a href=/2>And one more</a></ul>"},
      {"hidden text", "<p>" + one + "</p><p style='display: none'>Nobody should ever see this paragraph, it is for machines.</p><p>" + two +
                          "</p><p>" + three + "</p>"},
      {"house lines", "<p>" + one + "</p><p>Read more: The wall in pictures</p><p>" + two + "</p><p>" + three + "</p>"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(extract(news_page("", row.body)).text == lines());
  }
}

TEST_CASE("extract_article: headings stay where prose follows, the headline does not") {
  const std::string body = "<h1>Sea wall to be rebuilt</h1><p>" + std::string(first) + "</p><h2>What it costs</h2><p>" +
                           std::string(second) + "</p><p>" + std::string(third) + "</p><h2>Related</h2>";
  CHECK(extract(news_page("<title>Sea wall to be rebuilt</title>", body)).text ==
        std::string(first) + "\nWhat it costs\n" + std::string(second) + "\n" + std::string(third));
}

TEST_CASE("extract_article: what the page declares") {
  const Article article = extract(news_page(
      "<title>Sea wall to be rebuilt - News | The Coast</title><meta property=og:site_name content='The Coast'>"
      "<meta property=og:title content='Sea wall to be rebuilt &#124; The Coast'><meta property=og:image content=/img/wall.jpg>"
      "<meta name=description content='The council has voted.'><meta name=author content='By Ada Quay'>"
      "<meta property=article:published_time content=2026-03-01T09:30:00+01:00><meta property=article:modified_time content=2026-03-02>"
      "<link rel=canonical href=https://www.coast.example/news/wall>",
      paragraphs()));
  CHECK(article.title == "Sea wall to be rebuilt");
  CHECK(article.publisher == "The Coast");
  CHECK(article.image == "https://www.coast.example/img/wall.jpg");
  CHECK(article.description == "The council has voted.");
  CHECK(article.authors == std::vector<std::string>{"Ada Quay"});
  CHECK(format_time(*article.published) == "2026-03-01T08:30:00Z");
  CHECK(format_time(*article.modified) == "2026-03-02");
  CHECK(article.canonical_url == "https://www.coast.example/news/wall");
  CHECK(article.language == "en-GB");
}

TEST_CASE("extract_article: JSON-LD, nested, after a script that is not JSON") {
  const Article article = extract(news_page(
      "<script type='application/ld+json'>{broken</script><script type='application/ld+json'>"
      R"({"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"], "headline": "Sea wall to be rebuilt", "datePublished": "2026-02-28T23:00:00Z",)"
      R"( "author": [{"@type": "Person", "name": "Ada Quay"}, "Ben Mole", {"name": "Ada Quay"}], "publisher": {"name": "The Coast"},)"
      R"( "image": [{"url": "//cdn.example/w.jpg"}], "inLanguage": "en"}]})"
      "</script>",
      paragraphs()));
  CHECK(article.title == "Sea wall to be rebuilt");
  CHECK(article.authors == std::vector<std::string>{"Ada Quay", "Ben Mole"});
  CHECK(article.publisher == "The Coast");
  CHECK(article.image == "https://cdn.example/w.jpg");
  CHECK(format_time(*article.published) == "2026-02-28T23:00:00Z");
}

TEST_CASE("extract_article: what is not said is absent") {
  const Article article = extract(
      news_page("<title></title><meta name=author content=''><meta property=og:image content='data:image/png;base64,AA'>", paragraphs()));
  CHECK_FALSE(article.title);
  CHECK_FALSE(article.image);
  CHECK_FALSE(article.publisher);
  CHECK_FALSE(article.description);
  CHECK(article.authors.empty());
  CHECK(format_time(*article.published) == "2026-03-01");  // the address says it
}

TEST_CASE("extract_article: the title without the site's name") {
  struct Row {
    const char* title;
    const char* wanted;
  };
  for (const Row& row : {Row{"Tide - Coast", "Tide"},
                         {"Coast | Tide", "Tide"},
                         {"Tide – a history | coast.example", "Tide – a history"},
                         {"Tide", "Tide"},
                         {"Coast", "Coast"},
                         {"Sea-wall", "Sea-wall"}}) {
    CAPTURE(row.title);
    CHECK(extract("<title>" + std::string(row.title) + "</title><p>x").title == row.wanted);
  }
  CHECK(extract("<title>Tide - News - Somewhere Else</title><h1>Tide</h1>").title == "Tide");
}

TEST_CASE("extract_article: charsets") {
  const Article article = extract("<meta charset=windows-1252><title>Caf\xE9</title><p>" + std::string(first) +
                                      " \x93"
                                      "caf\xE9\x94",
                                  std::nullopt);
  CHECK(article.title == "Café");
  CHECK(article.text->ends_with("“café”"));
}

TEST_CASE("extract_article: a page without an article is an article without text") {
  for (const char* body : {"", " ", "<html></html>", "<p>Hello", "<nav><a href=/>Home</a></nav>", "\0\0\0", "<<<>>>", "not markup"}) {
    CAPTURE(body);
    CHECK_FALSE(extract(body).text);
  }
}

TEST_CASE("extract_article: what is no HTML is said so") {
  TestNode node("extract_article");
  for (const char* type : {"application/json", "image/png", "application/pdf; x=y", "video/mp4"}) {
    CAPTURE(type);
    CHECK(node.given<"page">({"https://a.example/", Bytes("{}"), type, 200}).call<Article>().failure().kind == "unsupported_type");
  }
  for (const char* type : {"text/html", "TEXT/HTML;charset=x", "application/xhtml+xml", "text/plain", "", "html"}) {
    CAPTURE(type);
    CHECK(node.given<"page">({"https://a.example/", Bytes("<p>x"), type, 200}).call<Article>().status() == Status::ready);
  }
}

TEST_CASE("extract_article: every truncation and random damage give an answer, the same twice") {
  const std::string whole = news_page(
      "<meta charset=utf-8><title>Sea wall</title><script type='application/ld+json'>{\"@type\": \"Article\", \"author\": {\"name\": "
      "\"A\"}}</script><style>p{}</style><!-- c -->",
      "<svg><path></svg><table><tr><td>a</table><select><option>b</select><textarea>c</textarea>" + paragraphs());
  TestNode node("extract_article");
  const auto answer = [&](const std::string& body) {
    return to_json(node.given<"page">({"https://www.coast.example/", Bytes(body), "text/html", 200}).call<Article>().value());
  };
  for (std::size_t length = 0; length <= whole.size(); ++length) answer(whole.substr(0, length));
  CHECK(answer(whole) == answer(whole));
  RandomNumbers random(11);
  for (int round = 0; round < 1'000; ++round) {
    std::string damaged = whole;
    for (int flips = 0; flips < 20; ++flips) damaged[random.below(damaged.size())] = "<>/'\"=&-! a\xC3\x80"[random.below(13)];
    CHECK(answer(damaged) == answer(damaged));
  }
}

TEST_CASE("extract_article: hostile shapes end") {
  const auto repeated = [](std::string_view unit, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += unit;
    return out;
  };
  for (const std::string_view unit : {"<div>", "<span><div></span>", "<b id=x><p></b>", "<table><td>", "<svg>", "<a>", "</p>", "<!--",
                                      "<ul><li>", "<button>", "<form><div></form>", "<font size=1>", "&amp"}) {
    CAPTURE(unit);
    const Article article = extract(repeated(unit, unit == "<div>" ? 100'000 : 20'000) + "<p>" + std::string(first) + "</p>");
    CHECK(to_json(article).size() < 5'000'000);
  }
}
