// The feed of a site whose page was found where a feed should be.
#pragma once
#include <optional>

#include "nodes/values.hpp"

namespace headrace {

// The first feed that the page names, unless that is `asked` itself; nothing when the document is no page. A page of another site
// than `asked` is not believed: domains are parked, and their pages name feeds too. Pure; any thread.
std::optional<std::string> feed_of_page(const FeedDocument& document, const std::string& asked);

}  // namespace headrace
