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
      {"1 < 2 and <3", "1 &lt; 2 and &lt;3"},
      {"<<!-- c -->b>", "&lt;b>"},
      {"&am<!-- c -->p;", "&am<!---->p;"},
      {"a</3>b<?php x ?>c", "abc"},
      {"<!doctype html><p>x", "<!doctype html><p>x"},
      {"a<", "a&lt;"},
      {"a</", "a&lt;/"},
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

TEST_CASE("reduce_html leaves out blanks where a line begins or ends anyway") {
  struct Row {
    const char* html;
    const char* markup;
  };
  const Row rows[] = {
      {" \n <p> tide </p> \n <div>\n<ul>\n <li>low</li>\n</ul></div>", "<p> tide </p><div><ul><li>low</li></ul></div>"},
      {"<b>a</b> <i>b</i>", "<b>a</b> <i>b</i>"},
      {"<b>a</b> <p>b", "<b>a</b><p>b"},
      {"<b>a</b> <!-- c --> <p>b", "<b>a</b><p>b"},
      {"<b>a</b> <!-- c --> <i>b", "<b>a</b>  <i>b"},
      {"<p>a</p> <b>b</b>", "<p>a</p><b>b</b>"},
      {"<b>a</b> <br> <b>b</b>", "<b>a</b><br><b>b</b>"},
      {"<b>a</b> <link rel=x> <b>b</b>", "<b>a</b> <link rel=x> <b>b</b>"},
      {"<head> <meta name=x> <title>t</title> </head>", "<head><meta name=x><title>t</title></head>"},
      {"<pre> <b>a</b> \n <br> \n <p> </p> </pre> <b>b", "<pre> <b>a</b> \n <br> \n <p> </p> </pre><b>b"},
      {"<p>< <b>b", "<p>&lt; <b>b"},
      {"<b>a</b>&nbsp;<p>b", "<b>a</b>&nbsp;<p>b"},
      {"<b>a</b>\xC2\xA0<p>b", "<b>a</b>\xC2\xA0<p>b"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.html);
    CHECK(reduce_html(row.html).markup == row.markup);
  }
}

TEST_CASE("reduce_html keeps the attributes that somebody looks at, as they are written") {
  struct Row {
    const char* html;
    const char* markup;
  };
  const Row rows[] = {
      {"<p ID='a' data-x=1 class=b>c", "<p ID='a' class=b>c"},
      {"<p onclick=\"if (a > b) '\" id = \"x>y\" >c", "<p id = \"x>y\">c"},
      {"<p data-x id>c", "<p id>c"},
      {"<p/id/data-x/class=a/>c", "<p id class=a/>c"},
      {"<p =id id==b>c", "<p id==b>c"},
      {"<p id= >c", "<p id= >c"},
      {"<p data-x=\"1\"id='2'class>c", "<p id='2' class>c"},
      {"<br/><img src=a data-y/>", "<br><img src=a>"},
      {"</p id=a>b", "</p>b"},
      {"a<p id='never ends>b", "a"},
      {"a<p id", "a"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.html);
    CHECK(reduce_html(row.html).markup == row.markup);
  }
}
