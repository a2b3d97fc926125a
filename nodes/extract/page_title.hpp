// The headline of a page, by vote of all who name one.
#pragma once
#include <optional>

#include "nodes/extract/evidence.hpp"
#include "nodes/extract/page_parts.hpp"

namespace headrace {

std::optional<Found<std::string>> find_title(const PageParts& parts);

}  // namespace headrace
