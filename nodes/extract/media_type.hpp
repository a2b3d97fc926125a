// Whether a page may be HTML.
#pragma once
#include <optional>
#include <string>

namespace headrace {

// Throws NodeError of kind unsupported_type when the content type says that the page is surely something else.
void require_html(const std::optional<std::string>& content_type);

}  // namespace headrace
