// Whose page it is, by vote of all who name somebody.
#pragma once
#include <optional>

#include "nodes/extract/evidence.hpp"
#include "nodes/extract/page_parts.hpp"

namespace headrace {

std::optional<Found<std::string>> find_publisher(const PageParts& parts);

}  // namespace headrace
