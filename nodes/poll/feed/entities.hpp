// Character references of XML and HTML, and markup to plain text.
#pragma once
#include <string>
#include <string_view>

namespace headrace::feed {

struct DecodedEntities {
  std::string text;
  bool malformed = false;  // a bare `&`, an unknown name, a number that is no character: kept as written
  bool html = false;       // a name that XML does not know
};

// Names of HTML 4, decimal and hexadecimal numbers. Numbers 128 to 159 mean windows-1252, as browsers have it.
DecodedEntities decode_entities(std::string_view text);

// C1 controls, which no text has, become what windows-1252 has at their numbers: text that passed for ISO-8859-1 once.
void restore_windows_1252(std::string& utf8);

// The text of a piece of HTML: tags, comments, scripts and styles dropped, references decoded, blanks collapsed.
std::string plain_text(std::string_view html);

std::string collapse_blanks(std::string_view text);  // trims, and every run of blanks becomes one
std::string_view trim(std::string_view text);

}  // namespace headrace::feed
