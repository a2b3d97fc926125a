// Query parameters that say where a reader came from and change nothing of what the server answers.
#pragma once
#include <string_view>

namespace headrace {

// `name` is decoded and in lower case.
bool is_tracking_parameter(std::string_view name, std::string_view host);

}  // namespace headrace
