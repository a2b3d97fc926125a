// International domain names: UTS 46 processing as the URL standard asks for it. The only place that knows ICU's tables.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

// "BÜCHER.de" to "xn--bcher-kva.de": mapped, checked, each label in ASCII. Takes UTF-8; for what is ASCII already this is a waste
// of time. Nothing when the domain is not valid. Neither hyphens nor lengths are checked, and characters that no host may hold can
// be left in it.
std::optional<std::string> international_to_ascii(std::string_view domain);

}  // namespace headrace
