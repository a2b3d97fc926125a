// The attributes of a tag in HTML text, as the standard's tokenizer reads them. Any bytes give attributes; linear in the tag.
//
//   HtmlAttributes attributes(html, at);  // `at`: where the tag's name ends
//   while (attributes.next())
//     if (attributes.name() == "href") link = attributes.value();
//   at = attributes.end();
//
// It borrows the text, as does what it gives. One thread.
#pragma once
#include <cstddef>
#include <string_view>

namespace headrace {

class HtmlAttributes {
 public:
  HtmlAttributes(std::string_view html, std::size_t at) : html_(html), at_(at) {}
  bool next();                                         // false: the tag ends here
  std::string_view name() const { return name_; }      // as written, in any case
  std::string_view value() const { return value_; }    // as written, without quotes; empty when there is none
  std::string_view written() const { return whole_; }  // name and value, with the quotes
  // After the last:
  std::size_t end() const { return at_; }  // one past the '>'
  bool closed() const { return closed_; }  // false: the text ends first, and the tag is none

 private:
  void skip_spaces();
  void read_value();
  std::string_view html_;
  std::size_t at_;
  std::string_view name_, value_, whole_;
  bool closed_ = false;
};

}  // namespace headrace
