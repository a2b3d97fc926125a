// What a link looks like before anybody has fetched it, as hashed features for a linear model: its host and the domains above it,
// the words and the shape of its path, the names of its parameters, and the words and the shape of its title.
//
//   link_features({.url = "https://news.example/2026/04/harbour-wall", .title = "Harbour wall holds"})
//
// Pure; any thread; a few microseconds.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct LinkText {
  std::string_view url, title{};  // empty: unknown
};

inline constexpr int link_feature_bits = 18;

struct LinkFeatures {
  std::vector<std::uint32_t> buckets;  // each once, below 1 << link_feature_bits
  std::vector<std::string> names;      // of the same; only when asked for
};

enum class FeatureNames { left_out, kept };
LinkFeatures link_features(const LinkText& link, FeatureNames names = FeatureNames::left_out);

}  // namespace headrace
