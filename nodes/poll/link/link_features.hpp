// What a link looks like before anybody has fetched it, as hashed features for a linear model: its host and the domains above it,
// the words and the shape of its path, the names of its parameters, and the words and the shape of its title.
//
//   link_features({.url = "https://news.example/2026/04/harbour-wall", .title = "Harbour wall holds"})
//
// Pure; any thread; a few microseconds.
#pragma once
#include <string_view>

#include "nodes/support/hashed_features.hpp"

namespace headrace {

struct LinkText {
  std::string_view url, title{};  // empty: unknown
};

HashedFeatures link_features(const LinkText& link, FeatureNames names = FeatureNames::left_out);
void add_link_features(FeatureCollector& out, const LinkText& link);

}  // namespace headrace
