// The picture that an article is shown with.
#pragma once
#include <optional>

#include "nodes/extract/evidence.hpp"
#include "nodes/extract/page_parts.hpp"

namespace headrace {

// An absolute address; never a pixel, a logo or a placeholder.
std::optional<Found<std::string>> find_lead_image(const PageParts& parts, std::size_t headline);

}  // namespace headrace
