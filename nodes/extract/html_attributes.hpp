// The attributes of a tag in HTML text, as the standard's tokenizer reads them, and which of them anybody here looks at: the others
// would be a tenth of what the parser keeps of a page.
//
//   HtmlAttributes attributes(html, at);  // `at`: where the tag's name ends
//   while (attributes.next())
//     if (number_of_attribute(attributes.name()) >= 0) out += attributes.written();
//   at = attributes.end();
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headrace {

class HtmlAttributes {
 public:
  HtmlAttributes(std::string_view html, std::size_t at) : html_(html), at_(at) {}
  bool next();                                         // false: the tag ends here
  std::string_view name() const { return name_; }      // as written, in any case
  std::string_view written() const { return whole_; }  // name and value, with the quotes
  // After the last:
  std::size_t end() const { return at_; }  // one past the '>'
  bool closed() const { return closed_; }  // false: the text ends first, and the tag is none

 private:
  std::size_t skip_spaces(std::size_t at) const;
  std::size_t value_end(std::size_t at) const;
  std::string_view html_;
  std::size_t at_;
  std::string_view name_, whole_;
  bool closed_ = false;
};

// Those that HtmlPage knows. Who wants one more adds its name here.
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
