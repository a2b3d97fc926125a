// The attributes that somebody here looks at. The others, which would be a tenth of what the parser keeps of a page, are left out
// before it sees the page.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace headrace {

// Who wants one more adds its name here.
inline constexpr auto attributes_looked_at = std::to_array<std::string_view>({"alt",
                                                                              "aria-hidden",
                                                                              "class",
                                                                              "content",
                                                                              "data-date",
                                                                              "data-datetime",
                                                                              "data-lazy-src",
                                                                              "data-original",
                                                                              "data-published",
                                                                              "data-src",
                                                                              "data-srcset",
                                                                              "data-time",
                                                                              "data-timestamp",
                                                                              "datetime",
                                                                              "height",
                                                                              "hidden",
                                                                              "href",
                                                                              "http-equiv",
                                                                              "id",
                                                                              "itemprop",
                                                                              "lang",
                                                                              "name",
                                                                              "property",
                                                                              "pubdate",
                                                                              "rel",
                                                                              "role",
                                                                              "src",
                                                                              "srcset",
                                                                              "style",
                                                                              "title",
                                                                              "type",
                                                                              "width",
                                                                              "xml:lang"});
static_assert(std::is_sorted(attributes_looked_at.begin(), attributes_looked_at.end()));

// The place of a name, in any case, among them; -1: nobody looks at it.
int number_of_attribute(std::string_view name);

// One of them, known when the program is compiled: any other name does not compile.
struct AttributeName {
  consteval AttributeName(const char* name) : number(0) {
    while (attributes_looked_at.at(number) != name) ++number;  // at() throws for a name that is not among them
  }
  constexpr std::string_view text() const { return attributes_looked_at[number]; }
  std::uint8_t number;
};

}  // namespace headrace
