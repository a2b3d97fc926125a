// What the class and id names of elements say of them, read once a page.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "nodes/extract/html_page.hpp"

namespace headrace {

using NameTraits = std::uint8_t;  // a set

namespace name_trait {
inline constexpr NameTraits boilerplate = 1;  // hardly ever part of an article's text: share bars, comments, teasers
inline constexpr NameTraits beside = 2;       // says nothing of this article: navigation, comments, other articles
inline constexpr NameTraits byline = 4;       // who wrote it
inline constexpr NameTraits not_name = 8;     // something of a person, but not the name
inline constexpr NameTraits date = 16;        // when it was published
inline constexpr NameTraits updated = 32;     // when it was changed
inline constexpr NameTraits comments = 64;    // what readers wrote below it
}  // namespace name_trait

// Words end at punctuation and before capitals: "share-bar", "shareBar" and "share_bar" are share, bar.
NameTraits traits_of_names(std::string_view names);

std::vector<NameTraits> read_name_traits(const HtmlPage& page);  // by node

}  // namespace headrace
