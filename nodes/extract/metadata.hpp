// What a page declares about its article: title, people, dates, image, publisher, description, addresses.
#pragma once
#include "nodes/extract/page_parts.hpp"
#include "nodes/values.hpp"

namespace headrace {

struct Metadata {
  Article article;                 // everything but the text and the language
  std::vector<Evidence> evidence;  // of each value that was found, in the order of Article's members
};

Metadata read_metadata(const PageParts& parts);

}  // namespace headrace
