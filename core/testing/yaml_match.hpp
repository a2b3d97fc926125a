// Whether a value is what a test wants: equal as JSON, of a map only the members that are named, and {contains: ...} for a
// part of a text or an element of a list. All differences are gathered.
#pragma once
#include "core/config/tree.hpp"

namespace headrace::testing {

struct Mismatch {
  const ConfigTree* at;  // the part of `wanted` that is not met
  std::string message;
};

void match(const ConfigTree& wanted, const ValueView& actual, const std::string& path, std::vector<Mismatch>& out);

std::string shown(const ValueView& value);  // as JSON, cut when it is long

}  // namespace headrace::testing
