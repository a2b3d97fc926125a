#include "nodes/extract/html_page.hpp"

#include <doctest/doctest.h>

using namespace headrace;

namespace {

std::size_t find(const HtmlPage& page, Tag tag) {
  for (std::size_t i = 0; i < page.size(); ++i)
    if (page[i].tag == tag) return i;
  FAIL("no such element");
  return 0;
}

}  // namespace

TEST_CASE("HtmlPage: a flat tree in document order") {
  const HtmlPage page("<p id=Lead class='a b'>Fish &amp; <b>ch</b>ips</p><p>two", {});
  const std::size_t p = find(page, Tag::p);
  CHECK(page[p].attribute("id") == "Lead");
  CHECK(page[p].attribute("class") == "a b");
  CHECK(page[p].attribute("title").empty());
  CHECK(page[p].has_attribute("id"));
  CHECK_FALSE(page[p].has_attribute("hidden"));
  CHECK(page[p + 1].text == "Fish & ");
  CHECK(page[p + 1].parent == p);
  CHECK(page[page[p].end].tag == Tag::p);
  CHECK(page[find(page, Tag::html)].end == page.size());
}

TEST_CASE("HtmlPage::text_of glues words inside a block and never across blocks") {
  struct Row {
    const char* html;
    const char* text;
  };
  const Row rows[] = {
      {"<b>ch</b>ips", "chips"},
      {"<div>one</div><div>two</div>", "one two"},
      {"<div>one<p>two</p>three</div>", "one two three"},
      {"<td>a</td>", "a"},
      {"<table><tr><td>a</td><td>b</td></tr></table>", "a b"},
      {"<ul><li>a<li>b</ul>", "a b"},
      {"one<br>two", "one two"},
      {" \n a\t b&nbsp; &#8195;c ", "a b c"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.html);
    const HtmlPage page(row.html, {});
    CHECK(page.text_of(find(page, Tag::body)) == row.text);
  }
}

TEST_CASE("HtmlPage: formatting that is never closed does not multiply") {
  std::string html;
  for (int i = 0; i < 400; ++i) html += "<b id=" + std::to_string(i) + ">";
  for (int i = 0; i < 20'000; ++i) html += "<p>x";
  const HtmlPage page(html, {});
  CHECK(page.size() > 0);
  CHECK(page.size() < 2'000'000);
}
