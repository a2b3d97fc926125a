// Redirectors and AMP caches: URLs that carry the address they lead to.
#pragma once
#include "nodes/url/url.hpp"

namespace headrace {

// Where a wrapper leads; nothing when `url` is none, or its target is no http or https URL.
std::optional<Url> target_of(const Url& url);

}  // namespace headrace
