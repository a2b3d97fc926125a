// Lines that sites put into every article, by their words, in the languages that they are most often written in.
#pragma once
#include <string_view>

namespace headrace {

// "Read more: ...", "Advertisement": a line that belongs to the site and not to the article.
bool is_house_line(std::string_view line);

// "More stories", "You may also like": what follows leads to other articles.
bool leads_elsewhere(std::string_view line);

// "Follow us on Twitter", "Sign up for our newsletter"; short lines as "Tags: wall, harbour" as well.
bool calls_reader(std::string_view line);

// "3 min read".
bool is_reading_time(std::string_view line);

// "Photo: Ada Quay", "(credit: ...)", "via ...".
bool names_credit(std::string_view line);

bool ends_sentence(std::string_view line);

}  // namespace headrace
