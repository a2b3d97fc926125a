// What a page declares about its article: meta elements, JSON-LD, time elements, headings.
#pragma once
#include "nodes/extract/html_page.hpp"
#include "nodes/values.hpp"

namespace headrace {

// Everything but the text. `url` is where the page was found: relative addresses start there.
Article read_metadata(const HtmlPage& page, std::string_view url);

}  // namespace headrace
