// Pages that are made to hurt: every one is answered, with little text and in the time that its size allows.
#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/extract/html_page.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

Article extract(std::string body, const char* type = "text/html; charset=utf-8") {
  TestNode node("extract_article", "{explain: true, markdown: true}");
  return node.given<"page">({"https://www.coast.example/", Bytes(std::move(body)), type, 200}).call<Article>().value();
}

std::string repeated(std::string_view unit, std::size_t times) {
  std::string out;
  out.reserve(unit.size() * times);
  while (times-- > 0) out += unit;
  return out;
}

constexpr std::string_view prose =
    "<p>The council voted on Tuesday, as it had to, to rebuild the old sea wall that storms had damaged.</p>";

}  // namespace

TEST_CASE("hostile pages: shapes that make careless readers quadratic") {
  struct Row {
    const char* name;
    std::string html;
  };
  const Row rows[] = {
      {"100,000 nested elements", repeated("<div class='byline sidebar'>", 100'000) + std::string(prose)},
      {"nested headings", repeated("<h2><div>", 20'000) + std::string(prose)},
      {"a headline of 50,000 elements", "<h1>" + repeated("<i>a</i>", 50'000) + "</h1>" + std::string(prose)},
      {"headlines", repeated("<h1>Tide</h1>", 20'000)},
      {"lines that begin with By", "<h1>x</h1><p>" + repeated("By Ada Quay<br>", 20'000)},
      {"dates", "<h1>x</h1>" + repeated("<time datetime=2026-03-01>1 March 2026</time>", 20'000)},
      {"a span of 9e15", "<table><tr><td colspan=9007199254740991 rowspan=9007199254740991>" + repeated(prose, 10) + "</table>"},
      {"formatting that is never closed", repeated("<p><b><i><font color=red>", 5'000) + std::string(prose)},
      {"meta elements", repeated("<meta name=author content='Ada Quay'>", 20'000) + std::string(prose)},
      {"attributes", "<p " + repeated("a b=c ", 50'000) + ">" + std::string(prose)},
      {"one JSON-LD script, deep", "<script type=application/ld+json>" + repeated("[{\"a\":", 20'000) + "</script>" + std::string(prose)},
      {"JSON-LD, all quotes", "<script type=application/ld+json>[" + repeated("\"", 50'000) + "</script>" + std::string(prose)},
      {"tags without ends in a script's text",
       "<script type=application/ld+json>{\"@type\":\"Article\",\"articleBody\":\"" + repeated("<a ", 300'000) + "\"}</script>"},
      {"a class of 100 KB", "<div class='" + repeated("byline-author ", 8'000) + "'>" + std::string(prose)},
      {"one line", repeated("word ", 200'000)},
      {"links", repeated("<a href=/x>link</a> ", 30'000)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Article article = extract(row.html);
    CHECK(to_json(article).size() < 10 * row.html.size() + 100'000);
    CHECK(article.authors.size() <= 16);
  }
}

TEST_CASE("hostile pages: of 50 MB, 16 MiB are read") {
  std::string html = repeated(prose, 100) + repeated("<!-- nothing at all stands here, again and again -->", 1'000'000);
  const Article article = extract(std::move(html));
  REQUIRE(article.text);
  CHECK(article.text->size() > 5'000);
}

TEST_CASE("hostile pages: a wrong charset gives text, and text is UTF-8") {
  std::string bytes;
  for (int i = 0; i < 4000; ++i) bytes += static_cast<char>(i * 37 % 251);
  for (const char* type : {"text/html; charset=utf-8", "text/html; charset=shift_jis", "text/html; charset=utf-16",
                           "text/html; charset=gb18030", "text/html; charset=no-such", "text/html"}) {
    CAPTURE(type);
    CHECK(is_utf8(to_json(extract(std::string(prose) + bytes + std::string(prose), type))));
  }
}
