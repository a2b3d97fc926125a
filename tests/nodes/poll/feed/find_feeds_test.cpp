#include <doctest/doctest.h>

#include <algorithm>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::string found(std::string html) {
  TestNode find("find_feeds");
  std::string out;
  auto answer = find.given<"page">(Page{"https://example.org/news/", Bytes(std::move(html)), {}}).call<std::vector<FeedReference>>();
  for (const FeedReference& each : answer.value()) out += each.url + (each.title ? " (" + *each.title + ")" : "") + "; ";
  return out;
}

}  // namespace

TEST_CASE("find_feeds: the feeds that a page names") {
  struct Row {
    const char *name, *html, *feeds;
  };
  const Row rows[] = {
      {"nothing", "", ""},
      {"one", "<link rel=alternate type=application/rss+xml href=feed.xml>", "https://example.org/news/feed.xml; "},
      {"a title, an escape, capitals", "<LINK REL='Alternate' TYPE='application/atom+xml' HREF='/a?b=1&amp;c=2' title=' All\n news '/>",
       "https://example.org/a?b=1&c=2 (All news); "},
      {"several words of a relation", "<link rel='home alternate' type='application/feed+json; charset=utf-8' href=//cdn.example/f>",
       "https://cdn.example/f; "},
      {"in order, each once",
       "<link rel=alternate type=application/atom+xml href=/b><link rel=alternate type=application/rss+xml href=/a>"
       "<link rel=alternate type=application/rss+xml href=/b>",
       "https://example.org/b; https://example.org/a; "},
      {"a base", "<base href='/en/'><link rel=alternate type=text/rss+xml href=feed>", "https://example.org/en/feed; "},
      {"rel=feed needs no type", "<link rel=feed href=/f>", "https://example.org/f; "},
      {"other alternates", "<link rel=alternate hreflang=de href=/de><link rel=alternate type=application/json+oembed href=/o>", ""},
      {"other relations", "<link rel=stylesheet type=application/rss+xml href=/x>", ""},
      {"no address", "<link rel=alternate type=application/rss+xml>", ""},
      {"no web address", "<link rel=alternate type=application/rss+xml href='javascript:x'>", ""},
      {"in a comment", "<!-- <link rel=feed href=/x> --><link rel=feed href=/y>", "https://example.org/y; "},
      {"in a script", "<script>a='<link rel=feed href=/x>' < b && \"</script><link rel=feed href=/y>", "https://example.org/y; "},
      {"in the body", "<body><p>x</p><link rel=feed href=/y></body>", "https://example.org/y; "},
      {"cut off", "<link rel=feed href=/y", "https://example.org/y; "},
      {"cut off in a value", "<link rel=feed href='/y", "https://example.org/y; "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(found(row.html) == row.feeds);
  }
}

TEST_CASE("find_feeds: a page of nothing but links is read in one pass, and names at most a hundred") {
  std::string html;
  for (int i = 0; i < 20'000; ++i) html += "<link rel=feed href=/" + std::to_string(i) + "><script><!--";
  CHECK(found(html) == "https://example.org/0; ");
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "<link rel=feed href=/" + std::to_string(i) + ">";
  const std::string feeds = found(many);
  CHECK(std::count(feeds.begin(), feeds.end(), ';') == 100);
}
