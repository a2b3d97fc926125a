// A scan over several views whose keys differ, in the order of all of them.
#pragma once
#include "core/state/store.hpp"

namespace headrace {

// Reads each view a page at a time: memory does not grow with what is scanned.
void merged_scan(const std::vector<std::unique_ptr<StoreView>>& views, std::string_view prefix, std::string_view from,
                 const StoreView::Visit& visit);

}  // namespace headrace
