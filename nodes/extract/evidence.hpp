// Values that were found on a page, with where they come from and how sure that is.
#pragma once
#include <string>
#include <string_view>

namespace headrace {

// `source` names the place for people: "meta og:title", "h1". Confidence 0..1: not a probability, but comparable among values of
// one kind.
template <class Value> struct Found {
  Value value;
  std::string source;
  double confidence = 0;
};

}  // namespace headrace
