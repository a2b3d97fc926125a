// JSON as pages really hold it, made parseable.
#pragma once
#include <string>
#include <string_view>

namespace headrace {

// Without comments, CDATA marks and what follows the value; control characters and stray quotes inside strings escaped, commas
// before a closing bracket left out, what is open at the end closed. Sound JSON keeps its meaning. One pass.
std::string repaired_json(std::string_view text);

}  // namespace headrace
