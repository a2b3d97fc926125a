// The meta and link elements of a page, ready to be asked by name.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nodes/extract/html_page.hpp"

namespace headrace {

// Declared by `property`, `name`, `itemprop` or `http-equiv`; names in lower case, values squeezed and never empty.
class PageMeta {
 public:
  struct Entry {
    std::string name, value;
  };
  explicit PageMeta(const HtmlPage& page);
  // The first value of the first name that has one; null when none has. Borrowed.
  const Entry* find(std::initializer_list<std::string_view> names) const;
  std::optional<std::string> value(std::initializer_list<std::string_view> names) const;
  std::vector<std::string> all(std::string_view name) const;
  std::optional<std::string> link(std::string_view relation) const;  // its address, as written

 private:
  void add_meta(const HtmlNode& meta);
  void add_link(const HtmlNode& link);
  std::vector<Entry> entries_, links_;
};

// Some sites escape their values twice ("&amp;#8217;") or leave tags in them; JSON-LD is not HTML at all.
// Only the first `most` bytes are looked at.
std::string plain_text(std::string_view text, std::size_t most = 10'000);

std::string lower_ascii(std::string_view text);
std::string_view host_of(std::string_view url);  // without "www."; empty unless it is http or https
bool is_web_url(std::string_view url);
bool is_front_page(std::string_view url);  // of an absolute address: it has no path

// The link as an absolute address, `base` being the page's. Dot segments stay: whoever fetches it canonicalises it. Nothing for
// what is no address, and for other schemes.
std::optional<std::string> absolute_url(std::string_view link, std::string_view base);

}  // namespace headrace
