#include "nodes/label/page/page_outline.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "nodes/label/page/text_shape.hpp"

using namespace headrace;

namespace {

const std::string url = "https://www.harbour.example/a";

TextShape shape_of(const std::string& text) { return TextShape(Words(text), text); }

}  // namespace

TEST_CASE("page_outline: links, where they lead, and how much of the text they are") {
  const PageOutline outline = outline_of(
      "<p>Tide <a href=/a>in</a> <a HREF='https://harbour.example/b'>ou</a> <A rel='nofollow ugc' href=\"//ads.example/x?a=>1\">ad</a>"
      "<a href=https://ads.example/y>ad</a><a name=here>x</a>",
      url);
  CHECK(outline.links == 4);
  CHECK(outline.foreign_links == 2);
  CHECK(outline.foreign_hosts == 1);
  CHECK(outline.paid_links == 1);
  CHECK(outline.text == 4 + 2 + 2 + 2 + 2 + 1);
  CHECK(outline.linked_text == 8);
  CHECK(outline.paragraphs == 1);
}

TEST_CASE("page_outline: what scripts, styles and comments hold is no text") {
  const PageOutline outline = outline_of(
      "<script>if (a</b/.test('<a href=x>')) {}</script ><style>p{}</style><!-- <a href=/x>x</a> -->ab<script>never closed <p>", url);
  CHECK(outline.text == 2);
  CHECK(outline.links == 0);
  CHECK(outline.scripts == 2);
  CHECK(outline.paragraphs == 0);
}

TEST_CASE("page_outline: forms, frames, hidden elements, and what meta elements ask for") {
  const PageOutline outline = outline_of(
      "<meta name=robots content='NOINDEX, follow'><meta http-equiv=Refresh content='0; URL=https://x.example/'>"
      "<form><input><select></select></form><iframe src=x></iframe><img><div style='Display : none'></div><div hidden></div>",
      url);
  CHECK(outline.not_indexed);
  CHECK(outline.sends_away);
  CHECK(outline.forms == 1);
  CHECK(outline.fields == 2);
  CHECK(outline.frames == 1);
  CHECK(outline.images == 1);
  CHECK(outline.hidden == 2);
}

TEST_CASE("page_outline: text with signs of markup is text") {
  CHECK(outline_of("1 < 2 <3 a<", url).text == 7);
  CHECK(outline_of("", url).text == 0);
  CHECK(outline_of("<a href", url).links == 0);
  CHECK(outline_of("<a href='x", url).links == 1);
}

TEST_CASE("page_outline: any bytes have one, in one pass") {
  std::mt19937 random(5);
  const std::string pieces[] = {"<",  ">", "a",  " href=",        "\"",    "'", "/", "<!--", "-->", "<script>",
                                "</", "=", "x ", "style=left:-1", "<meta "};
  for (int round = 0; round < 2000; ++round) {
    std::string html;
    for (unsigned i = random() % 60; i > 0; --i) html += pieces[random() % std::size(pieces)];
    const PageOutline outline = outline_of(html, html);
    CHECK(outline.text <= html.size());
    CHECK(outline.linked_text <= outline.text);
  }
  for (const std::string& piece : pieces) {
    std::string html;
    while (html.size() < (1 << 20)) html += piece;
    CHECK(outline_of(html, url).text <= 512u << 10);
  }
}

TEST_CASE("text_shape: repetition, sentences, lines and marks") {
  const TextShape prose = shape_of("The ferry sails at 7.30. Does it? Yes!!\nThe last one left an hour ago");
  CHECK(prose.words == 16);
  CHECK(prose.sentences == 3);  // neither in 7.30 nor between two marks
  CHECK(prose.lines == 2);
  CHECK(prose.open_lines == 0.5);
  CHECK(prose.exclamations == 2);
  CHECK(prose.questions == 1);
  CHECK(prose.repeated_pairs == 0);
  CHECK(prose.commonest_word == 0);

  const TextShape filler =
      shape_of("cheap loans cheap loans cheap loans cheap loans\n$ 5 | call me@x.example\ncheap loans cheap loans cheap loans cheap loans");
  CHECK(filler.repeated_lines == doctest::Approx(1.0 / 3));
  CHECK(filler.commonest_word == doctest::Approx(7.0 / 21));
  CHECK(filler.repeated_pairs > 0.5);
  CHECK(filler.amounts == 1);
  CHECK(filler.bullets == 1);
  CHECK(filler.addresses == 1);

  const TextShape han = shape_of("渡轮每四十分钟一班。末班船晚上十点开出。");
  CHECK(han.sentences == 2);
  CHECK(han.words == 18);
  CHECK(shape_of("").words == 0);
  CHECK(shape_of("\xff\xf0\xe2\x80").words <= 1);
}
