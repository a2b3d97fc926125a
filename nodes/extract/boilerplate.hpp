// Which elements of a page are hardly ever part of its article.
#pragma once
#include "nodes/extract/html_page.hpp"

namespace headrace {

bool never_prose(const HtmlNode& node);        // by its element, or because it is hidden
bool named_boilerplate(const HtmlNode& node);  // by the words of its class, id and role: share bars, comments, teasers
bool named_article(const HtmlNode& node);      // says itself that it is the article's body

// "Read more: ...", "Advertisement": a line that belongs to the site and not to the article.
bool is_house_line(std::string_view line);

}  // namespace headrace
