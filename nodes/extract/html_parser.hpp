// Markup to nodes, by gumbo. Nothing of the parser's tree, which is several times as large, is left when it returns.
#pragma once
#include "nodes/extract/html_page.hpp"
#include "nodes/extract/slabs.hpp"

namespace headrace {

struct ParsedHtml {
  std::vector<HtmlNode> nodes;
  Slabs kept;             // what they point into
  std::size_t taken = 0;  // bytes that the parser asked for
};

// Of markup that takes the parser more memory than any real page's does, a part is read.
ParsedHtml parse_html(std::string markup);

}  // namespace headrace
