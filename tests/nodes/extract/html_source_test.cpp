#include "nodes/extract/html_source.hpp"

#include <doctest/doctest.h>

using namespace headrace;

TEST_CASE("reduce_html drops what holds no words, and nothing else") {
  struct Row {
    const char* html;
    const char* markup;
  };
  const Row rows[] = {
      {"<p>tide</p>", "<p>tide</p>"},
      {"a<!-- c --><!--> b", "a b"},
      {"a<!-- c --!>b<!-- never ends", "ab"},
      {"a<script>if (x < 1) '</p>'</script>b", "ab"},
      {"a<SCRIPT>x</Script >b", "ab"},
      {"a<script><!-- <script>x</script> y --></script>b", "ab"},
      {"a<script>never ends <p>b", "a"},
      {"a<style>p > b {}</style>b", "ab"},
      {"a<textarea><p>draft</textarea>b", "ab"},
      {"<title>1 < 2 <b>x</title><p>c", "<title>1 < 2 <b>x</title><p>c"},
      {"<p title='a > b'>c", "<p title='a > b'>c"},
      {"<p title=\"<script>\">c", "<p title=\"<script>\">c"},
      {"a<svg><title>icon</title></svg>b", "ab"},
      {"a<svg>b<svg>c", "abc"},
      {"a<svg/>b", "ab"},
      {"1 < 2 and <3", "1 < 2 and <3"},
      {"a</3>b<?php x ?>c", "abc"},
      {"<!doctype html><p>x", "<!doctype html><p>x"},
      {"a<", "a<"},
      {"a</", "a</"},
      {"<!", "<!"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.html);
    CHECK(reduce_html(row.html).markup == row.markup);
  }
}

TEST_CASE("reduce_html keeps JSON-LD aside") {
  const HtmlSource source = reduce_html("<script type=\"application/LD+json\">{\"a\": 1}</script><script>x</script>");
  REQUIRE(source.json_ld.size() == 1);
  CHECK(source.json_ld[0] == "{\"a\": 1}");
  CHECK(source.markup.empty());
}

TEST_CASE("reduce_html bounds what the parser would be slow at") {
  SUBCASE("depth") {
    for (const std::string_view unit :
         {"<div>", "<span><div></span>", "<b><div></b>", "<div><object></div>", "<a><table></a>", "<form><div></form>"}) {
      CAPTURE(unit);
      std::string html;
      for (int i = 0; i < 10'000; ++i) html += unit;
      CHECK(reduce_html(html + "<p>tide").markup.size() < html.size() - 10'000);
    }
  }
  SUBCASE("elements that close each other are no depth") {
    std::string html;
    for (int i = 0; i < 2'000; ++i) html += "<div><span>a</span></div><p>b<li>c<h2>d</h2><ul><li>e</ul>";
    CHECK(reduce_html(html).markup == html);
  }
  SUBCASE("attributes") {
    std::string html = "<a";
    for (int i = 0; i < 1'000; ++i) html += " x" + std::to_string(i);
    CHECK(reduce_html(html + ">b").markup == "<a>b");
  }
}
