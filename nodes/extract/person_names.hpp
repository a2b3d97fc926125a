// The people that a byline names.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "nodes/extract/site_name.hpp"

namespace headrace {

// "By Ada Quay and Ben Mole, staff writers" is Ada Quay, Ben Mole. None for an outlet, a desk, an address. `lone_words`: a single
// word may be a name, because the place where it stands is for names. At most 16, each once, in order.
std::vector<std::string> person_names(std::string_view byline, const SiteName& site, bool lone_words);

}  // namespace headrace
