// Percent-encoding as the URL standard has it. Text is bytes: what is not ASCII is encoded byte by byte.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

// The standard's sets of characters that a part of a URL may not hold as they are.
enum class EncodeSet { userinfo, path, query, fragment };

void append_encoded(std::string& out, std::string_view text, EncodeSet set);

// The byte that the escape at `text[at]` stands for; nothing when there is none ("%", "%zz").
std::optional<unsigned char> escape_at(std::string_view text, std::size_t at);

void append_escape(std::string& out, unsigned char byte);  // "%2F"

std::string percent_decode(std::string_view text);  // a stray % stays
std::string form_decode(std::string_view text);     // of a query's name or value: + is a space

}  // namespace headrace
