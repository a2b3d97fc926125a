// The article as Markdown (CommonMark): headings, lists, quotes, code, emphasis and links.
#pragma once
#include <string>

#include "nodes/extract/main_text.hpp"

namespace headrace {

// Links are made absolute against `url`.
std::string to_markdown(const MainText& text, const TextTree& tree, std::string_view url);

}  // namespace headrace
