// What reading a page takes is counted, and grows no faster than the page.
#include <doctest/doctest.h>

#include <functional>

#include "nodes/extract/main_text.hpp"
#include "nodes/extract/markdown.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_language.hpp"

using namespace headrace;

namespace {

constexpr std::string_view prose =
    "<p>The council voted on Tuesday, as it had to, to rebuild the old sea wall that storms had damaged.</p>";

std::string repeated(std::string_view unit, std::size_t times) {
  std::string out;
  out.reserve(unit.size() * times);
  while (times-- > 0) out += unit;
  return out;
}

// Each unit another: "@" stands for its number.
std::string numbered(std::string_view unit, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i)
    for (const char c : unit) c == '@' ? out += std::to_string(i) : out += c;
  return out;
}

std::string text_of(const HtmlPage& page) {
  const PageParts parts(page, "https://www.coast.example/news/wall");
  const Article found = read_metadata(parts).article;
  const TextTree tree(page, parts.traits);
  const ArticleHead head{found.title, found.authors};
  const MainText main = find_main_text(TextSearch(parts, tree, head), Favor::balanced);
  to_markdown(main, tree, parts.url);
  find_language(page, parts.meta, parts.json.language, main.text());
  return main.text();
}

std::size_t steps_of(const std::string& html) {
  const HtmlPage page(html, "text/html; charset=utf-8");
  text_of(page);
  return page.steps().taken();
}

}  // namespace

TEST_CASE("steps: twice the page takes twice the work, whatever its shape") {
  struct Row {
    const char* name;
    std::function<std::string(std::size_t)> page;  // of n units
  };
  const auto of = [](const char* unit) { return [unit](std::size_t n) { return "<h1>x</h1>" + numbered(unit, n) + std::string(prose); }; };
  const auto json = [](const char* unit, const char* open, const char* close) {
    return [=](std::size_t n) {
      return "<title>Tide</title><script type=application/ld+json>" + std::string(open) + numbered(unit, n) + close + "</script>" +
             std::string(prose);
    };
  };
  const Row rows[] = {
      {"nested elements", of("<div class='byline sidebar'>")},
      {"nested inline elements with text", of("<span>tide ")},
      {"nested headings", of("<h2><div>tide")},
      {"nested lists", of("<ul><li>tide")},
      {"nested tables", of("<table><tr><td>tide")},
      {"nested links", of("<a href=/@>tide<object>")},
      {"nested blocks, closed in the wrong order", of("<div><span></div></span>")},
      {"end tags of nothing", [](std::size_t n) { return repeated("<x>", 600) + repeated("</y></div></b>", n) + std::string(prose); }},
      {"formatting that is never closed", of("<p><b><i><font color=red>tide")},
      {"formatting of many kinds that is never closed", of("<p><font color=@>tide")},
      {"formatting that outlives its block", of("<div><font color=@>tide</div>")},
      {"formatting closed where that counts for nothing", of("<b id=@><table><td></b></td></table>tide")},
      {"formatting closed around blocks", of("<b><div>tide</b></div>")},
      {"siblings", of("<i></i>")},
      {"siblings with text", of("<p>tide</p>")},
      {"text without an end", of("tide ")},
      {"white space", of("        ")},
      {"attributes", [](std::size_t n) { return "<p " + numbered("a@=b ", n) + ">" + std::string(prose); }},
      {"tags with attributes", of("<p a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8>")},
      {"links", of("<a href=/@>tide</a> ")},
      {"cards", of("<div class=card><a href=/@><h3>tide</h3></a>wall</div>")},
      {"headlines", of("<h1>Tide at the wall @</h1>")},
      {"titles", of("<title>Tide - at - the - wall - @</title>")},
      {"a title of many parts", [](std::size_t n) { return "<title>" + repeated("Tide | ", n) + "</title>" + std::string(prose); }},
      {"bylines", of("<p class=byline>By Ada Quay@</p>")},
      {"names in one byline",
       [](std::size_t n) { return "<h1>x</h1><p class=byline>By " + repeated("Ada Quay, ", n) + std::string(prose); }},
      {"lines that begin with By", of("By Ada Quay<br>")},
      {"authors in meta elements", of("<meta name=author content='Ada Quay, Ben Mole, Cleo Wharf'>")},
      {"dates", of("<time datetime=2026-03-01>1 March 2026</time>")},
      {"dates in one attribute",
       [](std::size_t n) { return "<h1>x</h1><time datetime='" + repeated("1 1 1 ", n) + "'></time>" + std::string(prose); }},
      {"datelines", of("<p class=date>Updated 1 March 2026</p>")},
      {"pictures", of("<figure><img src=/@.jpg width=600><figcaption>tide</figcaption></figure>")},
      {"JSON-LD, articles", json("{\"@type\":\"Article\",\"headline\":\"Tide @\",\"author\":\"Ada Quay\"},", "[", "{}]")},
      {"JSON-LD, authors", json("{\"@type\":\"Person\",\"name\":\"Ada Quay\"},", "{\"@type\":\"Article\",\"author\":[", "{}]}")},
      {"JSON-LD, nested", json("[{\"a\":", "", "")},
      {"JSON-LD, comments in strings", json("\"/*", "[", "")},
      {"JSON-LD, quotes", json("\"", "[", "")},
      {"JSON-LD, a body of tags", json("<a ", "{\"@type\":\"Article\",\"articleBody\":\"", "\"}")},
      {"drawings", of("<svg><path/></svg>")},
      {"drawings without end", of("<svg><math>")},
      {"comments", of("<!-- tide -->")},
      {"comments without end", of("<!--")},
      {"raw text", of("<style>p</style><script>1</script>")},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    constexpr std::size_t units = 4'000, slack = 20'000;
    const std::size_t one = steps_of(row.page(units)), two = steps_of(row.page(2 * units)), four = steps_of(row.page(4 * units));
    CAPTURE(one);
    CAPTURE(two);
    CAPTURE(four);
    CHECK(static_cast<double>(four) < 2.25 * static_cast<double>(two) + slack);  // four times as much would be quadratic
    CHECK(static_cast<double>(two) < 2.25 * static_cast<double>(one) + slack);
    CHECK(static_cast<double>(four) < 80.0 * static_cast<double>(row.page(4 * units).size()) + 1e6);
  }
}

TEST_CASE("steps: a page that has had its share ends with what was found") {
  const HtmlPage page("<title>Tide</title><h1>Tide</h1>" + repeated(prose, 3), std::nullopt);
  page.steps().take(std::size_t{1} << 40);
  CHECK(page.text_of(0).empty());
  CHECK(text_of(page).starts_with("The council voted"));
}

TEST_CASE("steps: a page that would need too much memory is read in part") {
  std::string html = std::string(prose) + std::string(prose);
  for (int i = 0; i < 4'000; ++i) html += "<b id=" + std::to_string(i) + "><table><td></b></td></table>tide";
  const HtmlPage page(html, std::nullopt);
  CHECK(page.size() > 0);
  CHECK(text_of(page).starts_with("The council voted"));
}
