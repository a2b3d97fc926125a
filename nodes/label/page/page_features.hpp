// What a page looks like, as hashed features for a linear model: the words of its text; how it is written, whatever the language
// (repetition, sentences, capitals, digits, marks); what its article names; what its markup holds; and its link (link_features).
//
//   page_features({.identity = "https://news.example/2026/04/ferry", .article = &article, .page = &page})
//
// What is not known has no features. At most 1000, of the first 16 KiB of the text and 512 KiB of the page. Pure; any thread; about a
// millisecond for a page of 250 KiB.
#pragma once
#include <string_view>

#include "nodes/support/hashed_features.hpp"
#include "nodes/values.hpp"

namespace headrace {

struct PageContent {
  std::string_view identity{};       // empty: unknown
  const Article* article = nullptr;  // null: unknown
  const Page* page = nullptr;        // null: unknown
};

HashedFeatures page_features(const PageContent& content, FeatureNames names = FeatureNames::left_out);

}  // namespace headrace
