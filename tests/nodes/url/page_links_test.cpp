#include "nodes/url/page_links.hpp"

#include <doctest/doctest.h>

using namespace headrace;
using Links = std::vector<std::string>;

TEST_CASE("the links of a page's head") {
  const PageLinks links = read_page_links(R"(<!DOCTYPE html><!-- <link rel=canonical href=/comment> --><html lang=en>
<HEAD><title>a <link rel=canonical href=/title></title><base href=" https://example.org/base/ "><base href=/second>
<script>document.write('<link rel=canonical href=/script>')</script><style>a{content:"<link rel=canonical href=/style>"}</style>
<LINK REL="shortcut CANONICAL" data-x='>' HREF='/a?x=1&amp;y=2&#x2F;3&copy=4'/><link href=/amp/a rel=amphtml>
<meta property="og:url" content="https://example.org/og"><meta name=og:url content=/og2><meta property=og:title content=/no>
<script type="application/ld+json">{"@type": "NewsArticle", "mainEntityOfPage": {"@type": "WebPage", "@id": "/ld"}}</script>
</head><body><link rel=canonical href=/body><script type='Application/LD+JSON; charset=utf-8'>[{"@graph": [{"@type": ["Thing",
"BlogPosting"], "url": "/ld2"}]}]</script></body></html>)");
  CHECK(links.base == " https://example.org/base/ ");
  CHECK(links.canonical == Links{"/a?x=1&y=2/3&copy=4"});
  CHECK(links.amphtml == Links{"/amp/a"});
  CHECK(links.og_url == Links{"https://example.org/og", "/og2"});
  CHECK(links.json_ld == Links{"/ld", "/ld2"});
}

TEST_CASE("pages that are broken give what they have, and no more than eight links of a kind") {
  for (const std::string page : {"", "<", "</", "<!--", "<link", "<link rel", "<link rel=", "<link rel='", "<link rel=canonical href",
                                 "<link rel=canonical href=\"x", "<script", "<script>", "<script type=application/ld+json>{",
                                 "<title></titl", "<base href=\"", "<link rel=canonical href=''>"}) {
    CAPTURE(page);
    CHECK(read_page_links(page).amphtml.empty());
  }
  CHECK(read_page_links("<link rel=canonical href=/a").canonical == Links{"/a"});
  CHECK(read_page_links("<link rel=canonical href=&#0;&#xD800;&#x110000;&#;&amp;&bogus;&").canonical ==
        Links{"&#0;&#xD800;&#x110000;&#;&&bogus;&"});
  std::string many;
  for (int i = 0; i < 100; ++i) many += "<link rel=canonical href=/" + std::to_string(i) + ">";
  CHECK(read_page_links(many).canonical.size() == 8);
}

TEST_CASE("a page costs work in proportion to its length") {
  for (const std::string piece : {"<", "<!--", "<script>", "</script", "<link rel=canonical href='", "<a ", "&", "<title></", "=",
                                  "<script type=application/ld+json>"}) {
    std::string page;
    while (page.size() < 4u << 20) page += piece;
    CAPTURE(piece);
    CHECK(read_page_links(page).canonical.size() <= 8);
    CHECK(read_page_links("<link rel=canonical href='" + page).canonical.size() <= 8);
  }
}

TEST_CASE("the articles of JSON-LD") {
  CHECK(article_addresses(
            R"({"@type": "Article", "url": "/u", "mainEntityOfPage": "/m", "hasPart": {"@type": "Article", "url": "/part"}})") ==
        Links{"/m"});
  CHECK(article_addresses(R"({"@type": "ReportageNewsArticle", "url": 7})").empty());
  CHECK(article_addresses(R"({"@type": "WebPage", "url": "/page"})").empty());
  CHECK(article_addresses("{").empty());
  CHECK(article_addresses("7").empty());
}

TEST_CASE("Link headers") {
  const std::string header =
      R"(<https://a.example/x,y;z>; rel="canonical", </style>;rel=preload;as=style , </amp>; title="a, <b>; rel=canonical"; rel='amphtml')";
  CHECK(linked_as("canonical", header) == Links{"https://a.example/x,y;z"});
  CHECK(linked_as("preload", header) == Links{"/style"});
  CHECK(linked_as("canonical", "</a>; REL=\"up CANONICAL\"; rel=next") == Links{"/a"});
  CHECK(linked_as("canonical", "</a>; rel=next; rel=canonical").empty());  // the first rel counts
  for (const std::string broken : {"", "<", "<a", "<a>", "<a>;", "<a>;rel", "<a>;rel=", "<a>;rel=\"canonical2", "a; rel=canonical"})
    CHECK(linked_as("canonical", broken).empty());
}
