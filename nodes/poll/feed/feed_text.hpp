// The bytes of a feed to text.
//
//   const FeedText feed = decode_feed(bytes, "application/rss+xml; charset=koi8-r");
//
// Order: byte order mark, how the first bytes spell `<` (UTF-16, UTF-32, EBCDIC), HTTP charset, XML declaration, UTF-8 if it
// validates, a guess from the letters, windows-1252. A charset that is unknown, or that the bytes contradict, falls through
// to the next. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace headrace::feed {

struct FeedText {
  std::string text;       // valid UTF-8, without a byte order mark; bad bytes became U+FFFD
  std::string encoding;   // as the sender or the document names it, in small letters; else what it was found to be
  bool repaired = false;  // bytes that did not decode, a declaration that is missing or wrong, a media type that is no feed's
};

FeedText decode_feed(std::string_view bytes, std::optional<std::string_view> content_type);

}  // namespace headrace::feed
