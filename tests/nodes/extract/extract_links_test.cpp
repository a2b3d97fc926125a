#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/extract/page_link.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::string links(const std::string& html, const std::string& config = "{}", const char* url = "https://www.coast.example/news/wall") {
  TestNode node("extract_links", config);
  std::string out;
  auto answer = node.given<"page">({url, Bytes(html), "text/html", 200}).call<std::vector<PageLink>>();
  for (const PageLink& link : answer.value())
    out += link.url + " [" + link.text.value_or("") + "]" + (link.rel ? " " + *link.rel : "") + "\n";
  return out;
}

}  // namespace

TEST_CASE("extract_links: absolute, once each, with words and relation") {
  struct Row {
    const char* html;
    const char* wanted;
  };
  const Row rows[] = {
      {"<a href=/a>Tide</a>", "https://www.coast.example/a [Tide]\n"},
      {"<a href='b?x=1#top' rel=nofollow>Ferry <b>late</b></a>", "https://www.coast.example/news/b?x=1 [Ferry late] nofollow\n"},
      {"<a href=//cdn.example/c>c</a>", "https://cdn.example/c [c]\n"},
      {"<a href=/a><img alt=''></a><a href=/a>Tide</a><a href=/a>again</a>", "https://www.coast.example/a [Tide]\n"},
      {"<a href=/a><img src=x alt='The wall'></a>", "https://www.coast.example/a [The wall]\n"},
      {"<a href='#top'>up</a><a>none</a><a href=''>self</a><a href='mailto:a@b.example'>m</a><a href='javascript:x()'>j</a>", ""},
      {"<base href=https://old.example/deep/><a href=a>Tide</a>", "https://old.example/deep/a [Tide]\n"},
      {"<!-- <a href=/no>no</a> --><script>'<a href=/no>'</script><a href=/a>Tide</a>", "https://www.coast.example/a [Tide]\n"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.html);
    CHECK(links(row.html) == row.wanted);
  }
}

TEST_CASE("extract_links: its fields") {
  CHECK(links("<a href=https://shop.coast.example/a>a</a><a href=https://other.example/>b</a>", "{same_site: true}") ==
        "https://shop.coast.example/a [a]\n");
  CHECK(links("<a href=/1>1</a><a href=/2>2</a><a href=/1>3</a><a href=/3>3</a>", "{max_links: 2}") ==
        "https://www.coast.example/1 [1]\nhttps://www.coast.example/2 [2]\n");
  CHECK(links("<a href=/1>1</a><a href=https://a.example/>2</a>", "{}", "no address") == "https://a.example/ [2]\n");
}

TEST_CASE("extract_links: long words are cut between characters") {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "é";
  const std::string line = links("<a href=/a>" + text + "</a>");
  CHECK(line.size() < 1100);
  CHECK(is_utf8(line));
}
