#include "nodes/support/charset.hpp"

#include <doctest/doctest.h>

#include "core/run/random.hpp"
#include "core/value/json.hpp"

using namespace headrace;

namespace {

std::string meta(std::string_view charset, std::string_view text) {
  return "<html><head><meta charset=" + std::string(charset) + "></head>" + std::string(text);
}

}  // namespace

TEST_CASE("decode_text: what is said, in order") {
  struct Row {
    const char* name;
    std::string bytes;
    std::optional<std::string_view> content_type;
    Markup markup;
    const char* encoding;
    const char* holds;
  };
  using namespace std::string_literals;
  const Row rows[] = {
      {"plain ASCII", "tide", {}, Markup::html, "utf-8", "tide"},
      {"empty", "", {}, Markup::html, "utf-8", ""},
      {"undeclared UTF-8", "Gezeiten\xC3\xBC", {}, Markup::html, "utf-8", "Gezeitenü"},
      {"undeclared windows-1252", "caf\xE9 \x93quoted\x94", {}, Markup::html, "windows-1252", "café “quoted”"},
      {"mark before header", "\xEF\xBB\xBFk\xC3\xB6", "text/html; charset=koi8-r", Markup::html, "utf-8", "kö"},
      {"UTF-16LE mark", "\xFF\xFEk\0\xF6\0"s, {}, Markup::html, "utf-16le", "kö"},
      {"UTF-16BE mark", "\xFE\xFF\0k\0\xF6"s, "text/html; charset=utf-8", Markup::html, "utf-16be", "kö"},
      {"UTF-16 without a mark", "<\0?\0x\0"s, {}, Markup::xml, "utf-16le", "<?x"},
      {"header", "\xD4\xC5\xD3\xD4", "text/html; charset=KOI8-R", Markup::html, "koi8-r", "тест"},
      {"quoted header", "\xD4\xC5\xD3\xD4", "text/html; Charset = \"koi8-r\"; x=y", Markup::html, "koi8-r", "тест"},
      {"header before meta", meta("koi8-r", "\xF2\xE5\xF1\xF2"), "text/html;charset=windows-1251", Markup::html, "windows-1251", "тест"},
      {"unknown header, then meta", meta("koi8-r", "\xD4\xC5\xD3\xD4"), "text/html; charset=martian", Markup::html, "koi8-r", "тест"},
      {"header that the bytes contradict", meta("windows-1252", "\xE9t\xE9"), "text/html; charset=utf-8", Markup::html, "windows-1252",
       "été"},
      {"latin-1 by habit", "na\xC3\xAFve", "text/html; charset=ISO-8859-1", Markup::html, "utf-8", "naïve"},
      {"iso-8859-1 is windows-1252", "\x80 \xE9", "text/html; charset=iso-8859-1", Markup::html, "windows-1252", "€ é"},
      {"meta http-equiv",
       "<META content='text/html; charset=windows-1251' http-equiv=Content-Type>\xF2\xE5\xF1\xF2",
       {},
       Markup::html,
       "windows-1251",
       "тест"},
      {"meta in a comment does not count",
       "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>\xF2\xE5\xF1\xF2",
       {},
       Markup::html,
       "windows-1251",
       "тест"},
      {"meta in an attribute does not count",
       "<p title='<meta charset=koi8-r>'>\xE9t\xE9 pour tous",
       {},
       Markup::html,
       "windows-1252",
       "été"},
      {"meta says UTF-16 and cannot be", meta("utf-16", "k\xC3\xB6"), {}, Markup::html, "utf-8", "kö"},
      {"XML prolog", "<?xml version='1.0' encoding='iso-8859-15'?><a>\xA4</a>", {}, Markup::xml, "iso-8859-15", "€"},
      {"meta means nothing in XML", "<meta charset=koi8-r/>\xE9t\xE9", {}, Markup::xml, "windows-1252", "été"},
      {"Japanese", meta("shift_jis", "\x93\xFA\x96\x7B\x8C\xEA"), {}, Markup::html, "shift_jis", "日本語"},
      {"EUC-JP", meta("euc-jp", "\xC6\xFC\xCB\xDC\xB8\xEC"), {}, Markup::html, "euc-jp", "日本語"},
      {"gb2312 is GBK", meta("gb2312", "\xD6\xD0\xCE\xC4"), {}, Markup::html, "gbk", "中文"},
      {"Big5", meta("big5", "\xA4\xA4\xA4\xE5"), {}, Markup::html, "big5", "中文"},
      {"Korean", meta("euc-kr", "\xC7\xD1\xB1\xB9"), {}, Markup::html, "euc-kr", "한국"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const DecodedText decoded = decode_text(row.bytes, row.content_type, row.markup);
    CHECK(decoded.encoding == row.encoding);
    CHECK(decoded.text.find(row.holds) != std::string::npos);
    CHECK_FALSE(decoded.damaged);
  }
}

TEST_CASE("decode_text: a declaration behind the first 1,024 bytes is not seen") {
  const std::string late = std::string(1024, ' ') + "<meta charset=koi8-r>\xD4\xC5\xD3\xD4";
  CHECK(decode_text(late, {}, Markup::html).encoding == "windows-1252");
}

TEST_CASE("decode_text: windows-1252 maps all 256 bytes, as browsers do") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const DecodedText decoded = decode_text(all, "text/plain; charset=windows-1252", Markup::html);
  CHECK_FALSE(decoded.damaged);
  std::u32string points;
  for (std::size_t i = 0; i < decoded.text.size();) {
    const auto lead = static_cast<unsigned char>(decoded.text[i]);
    const int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : 3;
    char32_t c = length == 1 ? lead : length == 2 ? lead & 0x1F : lead & 0x0F;
    for (int k = 1; k < length; ++k) c = c << 6 | (static_cast<unsigned char>(decoded.text[i + static_cast<std::size_t>(k)]) & 0x3F);
    points += c;
    i += static_cast<std::size_t>(length);
  }
  REQUIRE(points.size() == 256);
  for (std::size_t c = 0; c < 256; ++c)
    if (c < 0x80 || c >= 0xA0) CHECK(points[c] == c);
  CHECK(points[0x80] == 0x20AC);
  for (const std::size_t open : {0x81, 0x8D, 0x8F, 0x90, 0x9D}) CHECK(points[open] == open);
  CHECK(points[0x9F] == 0x178);
}

TEST_CASE("decode_text: a few bad bytes damage a text, they do not change its charset") {
  const std::string good = "<meta charset=utf-8>\xC3\xBC\xC3\xB6\xC3\xA4";
  const DecodedText damaged = decode_text(good + "\xFF.", {}, Markup::html);
  CHECK(damaged.encoding == "utf-8");
  CHECK(damaged.damaged);
  CHECK(damaged.text.ends_with("üöä\xEF\xBF\xBD."));
  const DecodedText cut = decode_text("k\xC3", "text/html; charset=utf-8", Markup::html);
  CHECK(cut.encoding == "utf-8");
  CHECK(cut.damaged);
  CHECK(cut.text == "k\xEF\xBF\xBD");
}

TEST_CASE("decode_text: any bytes give valid UTF-8, the same each time") {
  RandomNumbers random(7);
  const std::string_view labels[] = {"utf-8",       "koi8-r", "shift_jis", "gbk",          "big5",      "euc-jp",
                                     "iso-2022-jp", "euc-kr", "utf-16",    "windows-1253", "macintosh", "windows-874"};
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = round % 3 ? "" : "<meta charset=";
    for (std::uint64_t left = random.below(60); left > 0; --left) bytes += static_cast<char>(random.below(round % 2 ? 256 : 128));
    const std::string type = "text/html; charset=" + std::string(labels[random.below(std::size(labels))]);
    for (const Markup markup : {Markup::html, Markup::xml}) {
      const DecodedText first = decode_text(bytes, type, markup);
      CHECK(is_utf8(first.text));
      CHECK(decode_text(bytes, type, markup).text == first.text);
    }
  }
}
