#include "nodes/poll/api/post_links.hpp"

#include <doctest/doctest.h>

using namespace headrace::api;

namespace {

std::string joined(const std::vector<std::string>& links) {
  std::string out;
  for (const std::string& link : links) out += link + " ";
  return out;
}

}  // namespace

TEST_CASE("links of Markdown: written out, in angles, alone, by reference; no pictures, no code") {
  struct Row {
    const char *text, *links;
  };
  const Row rows[] = {{"[a](https://a.example/x)", "https://a.example/x "},
                      {"[a](https://a.example/x \"title\") b", "https://a.example/x "},
                      {"[a](<https://a.example/x>)", "https://a.example/x "},
                      {"[a](https://a.example/x_(y))", "https://a.example/x_(y) "},
                      {"(see https://a.example/x)", "https://a.example/x "},
                      {"https://a.example/x, https://b.example/y.", "https://a.example/x https://b.example/y "},
                      {"**https://a.example/x**", "https://a.example/x "},
                      {"<https://a.example/x>", "https://a.example/x "},
                      {"[a][1]\n\n[1]: https://a.example/x", "https://a.example/x "},
                      {"![picture](https://a.example/x.png) [a](https://b.example/)", "https://b.example/ "},
                      {"`https://a.example/x` ```\nhttps://b.example/\n``` https://c.example/", "https://c.example/ "},
                      {"` https://a.example/x", "https://a.example/x "},
                      {"\\[a](mailto:x@y.example) [b](/r/news) xhttps://a.example", ""},
                      {"", ""}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(joined(links_in_markdown(row.text)) == row.links);
  }
}

TEST_CASE("links of markup: anchors in any spelling, without mentions and hashtags") {
  CHECK(joined(
            links_in_html("<p>a <A HREF='https://a.example/?x=1&amp;y=2'>b</A> <a href=https://b.example/>c <a>d</a><a href=\"\">e</a>")) ==
        "https://a.example/?x=1&y=2 https://b.example/ ");
  CHECK(joined(links_in_html("<a class='u-url mention' href='https://a.example/@x'>x</a><a class=\"mention hashtag\" href='/t'>t</a>"
                             "<a class='unmentioned' href='https://b.example/'>b</a>")) == "https://b.example/ ");
}

TEST_CASE("text of nothing but brackets, fences or links is read in linear time, and gives no more than a hundred links") {
  for (const std::string piece : {"`", "``` ", "[", "](", "](https://a.example/ ", "https://a.example/(", "<a href=x>", "<"}) {
    CAPTURE(piece);
    std::string text;
    while (text.size() < 200'000) text += piece + (piece == "`" && text.size() % 7 == 0 ? " " : "");
    CHECK(links_in_markdown(text).size() <= most_links);
    CHECK(links_in_html(text).size() <= most_links);
  }
}
