// The start tags of a page, for whoever needs no more of it than its <link> elements. Comments are passed over, and so is
// what scripts and other elements without markup hold.
//
//   for (HtmlTags tags(html); tags.next();)
//     if (tags.is("link")) use(tags.attribute("href"));
//
// Any bytes give tags; linear in the size of the page. The page must outlive it. One thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace::feed {

class HtmlTags {
 public:
  static constexpr std::size_t max_attributes = 64;

  explicit HtmlTags(std::string_view html) : html_(html) {}
  bool next();  // false behind the last tag
  bool is(std::string_view name) const;
  std::string attribute(std::string_view name) const;  // decoded; empty without one

 private:
  struct Attribute {
    std::string_view name, value;
  };
  bool skip_past(std::string_view closing);
  void skip_raw_text();
  void read_attributes();
  std::string_view take(auto belongs);

  std::string_view html_, name_;
  std::size_t at_ = 0;
  std::vector<Attribute> attributes_;
};

}  // namespace headrace::feed
