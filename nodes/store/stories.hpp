// What the sinks that show stories have in common: documents grouped by story, and what to say of a group.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/values.hpp"

namespace headrace {

// The host of a URL, without its port and without the label of a variant (www, m, mobile, amp).
std::string outlet_of(std::string_view url);

// Topics with their mean score over a story of `documents`, best first. `topics` holds those of all its documents.
std::vector<Topic> mean_topics(std::span<const Topic> topics, std::size_t documents);

}  // namespace headrace
