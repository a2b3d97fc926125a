// Bytes of the web to UTF-8.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

enum class Markup { html, xml };

struct DecodedText {
  std::string text;      // valid UTF-8, without a byte order mark; bad bytes became U+FFFD
  std::string encoding;  // WHATWG name of what it was decoded from: "utf-8", "windows-1252"
  bool damaged = false;  // some bytes did not decode
};

// Order: byte order mark, HTTP charset, declaration (XML prolog, or meta within the first 1,024 bytes), UTF-8 if it
// validates, windows-1252. A charset that is unknown, or that the bytes contradict, falls through to the next.
DecodedText decode_text(std::string_view bytes, std::optional<std::string_view> content_type, Markup markup);

// Bytes in a charset that somebody named: by a label of the web, or by any name that ICU knows. Nothing when the name is
// unknown, or when more characters beyond ASCII fail to decode than decode.
std::optional<DecodedText> decode_charset(std::string_view bytes, std::string_view name);

// The value of "charset=..." in a content type; empty without one.
std::string_view charset_parameter(std::string_view content_type);

}  // namespace headrace
