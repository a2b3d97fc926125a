// What of a page's text the parser needs to see. Scripts, styles and comments are two thirds of the web's bytes and none of
// its words; tags nested beyond any use, and formatting that is opened and never closed, would make every later step slow.
// One pass, linear in the text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct HtmlSource {
  std::string markup;                // without script, style, svg, comments and the tags beyond the limits
  std::vector<std::string> json_ld;  // bodies of <script type="application/ld+json">
  std::size_t steps = 0;             // tags and open elements that were looked at
};

HtmlSource reduce_html(std::string_view html);

}  // namespace headrace
