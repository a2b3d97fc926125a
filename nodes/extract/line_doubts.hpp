// Parts of apply_rules() that know one thing each. They cast doubt on kept lines only.
#pragma once
#include <vector>

#include "nodes/extract/text_lines.hpp"

namespace headrace {

// Short lines above the headline: a rubric, a series, a section.
void doubt_kicker(std::vector<TextLine>& lines, const ArticleHead& head);
// Lists of the words under which the site files the article.
void doubt_tags(std::vector<TextLine>& lines, const HtmlPage& page);
void doubt_repeated_title(std::vector<TextLine>& lines, const ArticleHead& head);
// Who wrote it, when, and how long it takes to read, above the first paragraph.
void doubt_bylines(std::vector<TextLine>& lines, const ArticleHead& head);
// Short lines that have an element to themselves and their picture.
void doubt_captions(std::vector<TextLine>& lines, const TextTree& tree, std::size_t element);
// "You may also like", and what follows it, where no paragraph comes any more; or the lists of links that it stood above.
void doubt_what_leads_elsewhere(std::vector<TextLine>& lines);

}  // namespace headrace
