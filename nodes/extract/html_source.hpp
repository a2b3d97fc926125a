// What of a page's text the parser needs to see. Scripts, styles and comments are two thirds of the web's bytes and none of
// its words; tags nested beyond any use would make every later step slow. One pass, linear in the text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct HtmlSource {
  std::string markup;                // without script, style, svg, comments and the tags beyond the depth limit
  std::vector<std::string> json_ld;  // bodies of <script type="application/ld+json">
};

HtmlSource reduce_html(std::string_view html);

}  // namespace headrace
