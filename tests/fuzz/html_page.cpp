// Bytes to a flat page: decoding, the reduction before the parser, the parser, the flattening. The first byte chooses the declared charset.
#include "nodes/extract/html_page.hpp"

#include <string>

#include "core/value/json.hpp"
#include "nodes/extract/html_source.hpp"
#include "nodes/support/charset.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > fuzz::longest_input) return 0;
  constexpr std::string_view types[] = {"text/html",
                                        "text/html; charset=utf-8",
                                        "text/html; charset=windows-1251",
                                        "text/html; charset=shift_jis",
                                        "text/html; charset=utf-16le",
                                        "text/html; charset=gb18030",
                                        "text/html; charset=none"};
  const std::string_view type = types[data[0] % std::size(types)], bytes = fuzz::text_of(data + 1, size - 1);

  const DecodedText decoded = decode_text(bytes, type, Markup::html);
  fuzz::require(is_utf8(decoded.text), "decoded text is UTF-8");
  const HtmlSource source = reduce_html(decoded.text);
  fuzz::require(source.markup.size() <= 4 * decoded.text.size(), "reduced markup is no longer than that of a page of less-than signs");

  const HtmlPage page(bytes, type);
  for (std::size_t i = 0; i < page.size(); ++i) {
    fuzz::require(page[i].end > i && page[i].end <= page.size(), "a subtree is a stretch of the list");
    fuzz::require(i == 0 || page[i].parent < i || page[i].parent == 0, "parents stand before their children");
  }
  if (page.size()) fuzz::require(page.text_of(0).size() <= 4 * decoded.text.size() + 64, "text comes from the page");
  return 0;
}
