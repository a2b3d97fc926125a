// What everybody who looks for metadata needs to know of a page. Borrows the page; immutable.
#pragma once
#include <string_view>
#include <vector>

#include "nodes/extract/html_page.hpp"
#include "nodes/extract/json_ld.hpp"
#include "nodes/extract/name_traits.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/extract/site_name.hpp"

namespace headrace {

struct PageParts {
  PageParts(const HtmlPage& page, std::string_view url);

  const HtmlPage& page;
  std::string_view url;
  PageMeta meta;
  std::string title_element;  // text of <title>
  JsonLdArticle json;
  std::vector<std::string> site_names;  // as the page declares them, most trusted first
  SiteName site;
  std::vector<NameTraits> traits;  // by node
  // By node: stands in navigation, a sidebar, comments, teasers or among what is hidden, so it says nothing of this article.
  std::vector<bool> beside;
};

// Where the headline stands: the first element beside nothing whose text is `title`, an h1 if there is one; 0 without one.
std::size_t headline_node(const PageParts& parts, std::string_view title);

}  // namespace headrace
