// When the article of a page was published and changed.
#pragma once
#include <optional>

#include "core/value/types.hpp"
#include "nodes/extract/evidence.hpp"
#include "nodes/extract/page_parts.hpp"

namespace headrace {

struct PageTimes {
  std::optional<Found<Time>> published, modified;
};

// `headline`: the node of the headline, from where dates are looked for.
PageTimes find_times(const PageParts& parts, std::size_t headline);

}  // namespace headrace
