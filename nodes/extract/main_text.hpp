// The article's words, without what stands around it.
#pragma once
#include <string>

#include "nodes/extract/html_page.hpp"

namespace headrace {

// One paragraph a line; empty when the page has no prose. `title` is left out where it is repeated.
std::string main_text(const HtmlPage& page, const std::optional<std::string>& title);

}  // namespace headrace
