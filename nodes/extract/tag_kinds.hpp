// What the reduction of a page needs to know of a tag by its name. One search for all of it: it is asked for every tag.
#pragma once
#include <cstdint>
#include <string_view>

namespace headrace {

using TagKinds = std::uint8_t;
namespace tag_kind {
inline constexpr TagKinds uncounted = 1;       // void elements, and those that close their own kind
inline constexpr TagKinds formatting = 2;      // outlives the element it stands in (so does a link, but only one at a time)
inline constexpr TagKinds special = 4;         // hides what is below it from the end tags of others
inline constexpr TagKinds scope = 8;           // also from the end tags of special ones
inline constexpr TagKinds line_breaking = 16;  // text on both sides of it is on two lines
inline constexpr TagKinds heading = 32;        // closes any other of its kind
}  // namespace tag_kind

TagKinds kinds_of_tag(std::string_view name);  // in lower case; none for an unknown one

}  // namespace headrace
