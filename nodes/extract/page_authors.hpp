// Who wrote the article of a page.
#pragma once
#include <optional>
#include <vector>

#include "nodes/extract/evidence.hpp"
#include "nodes/extract/page_parts.hpp"

namespace headrace {

// `headline`: the node of the headline, from where bylines are looked for.
std::optional<Found<std::vector<std::string>>> find_authors(const PageParts& parts, std::size_t headline);

}  // namespace headrace
