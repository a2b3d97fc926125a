// Pages that send their reader on by themselves, as shorteners answer those whom they take for programs.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

// Where `<meta http-equiv=refresh content="0;URL=...">` or location.replace("...") leads, as written; nothing when the page stays.
std::optional<std::string> refresh_target(std::string_view html);

}  // namespace headrace
