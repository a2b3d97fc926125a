// What extract_links gives.
#pragma once
#include "core/value/value.hpp"

namespace headrace {

// A link of a page.
struct PageLink {
  std::string url;
  std::optional<std::string> text, rel;
  static constexpr auto fields() {
    return std::tuple(field("url", &PageLink::url, "Where it leads, absolute, without its fragment."),
                      field("text", &PageLink::text, "Its words."),
                      field("rel", &PageLink::rel, "Its relation, as written: nofollow, author."));
  }
};

}  // namespace headrace
