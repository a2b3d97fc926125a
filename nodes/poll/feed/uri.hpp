// References of a feed against its base, by RFC 3986 section 5. Not a URL parser: nothing is checked or normalised; what is
// to be fetched goes through resolve_url or canonical_url.
#pragma once
#include <string>
#include <string_view>

namespace headrace::feed {

// `reference` seen from `base`; `reference` itself when it is absolute, or when `base` is not.
std::string resolve_reference(std::string_view base, std::string_view reference);

bool is_absolute(std::string_view text);  // begins with a scheme
bool is_web_url(std::string_view text);   // begins with http:// or https://, in any case

}  // namespace headrace::feed
