// Which elements of a page are hardly ever part of its article.
#pragma once
#include "nodes/extract/html_page.hpp"
#include "nodes/extract/name_traits.hpp"

namespace headrace {

bool never_prose(Tag tag);
bool is_hidden(const HtmlNode& node);                             // as far as the page itself says, without its style sheets
bool named_boilerplate(const HtmlNode& node, NameTraits traits);  // by the words of its class, id and role: share bars, teasers
bool named_article(const HtmlNode& node);                         // says itself that it is the article's body

}  // namespace headrace
