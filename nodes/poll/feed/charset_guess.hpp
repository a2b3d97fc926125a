// Which charset bytes are in that nobody declared, judged by their letters.
#pragma once
#include <string>
#include <string_view>

namespace headrace::feed {

// A name that decode_charset() knows; empty when the letters speak clearly for none, or for a Latin one. Looks at the
// beginning of the text only.
std::string guess_charset(std::string_view bytes);

}  // namespace headrace::feed
