// The Link header (RFC 8288), as much of it as an address and its relations need.
#include <algorithm>

#include "nodes/url/page_links.hpp"

namespace headrace {

namespace {

constexpr std::size_t longest_header = 64u << 10;

class LinkHeader {
 public:
  LinkHeader(std::string_view rel, std::string_view text) : rel_(rel), text_(text) {}

  std::vector<std::string> targets() {
    std::vector<std::string> out;
    for (;;) {
      const auto open = text_.find('<'), close = text_.find('>', std::min(open, text_.size()));
      if (close == std::string_view::npos) return out;
      std::string target(text_.substr(open + 1, close - open - 1));
      text_.remove_prefix(close + 1);
      if (take_parameters()) out.push_back(std::move(target));
    }
  }

 private:
  void skip_blanks() {
    while (text_.starts_with(' ') || text_.starts_with('\t')) text_.remove_prefix(1);
  }

  std::string_view take_until(std::string_view ends) {
    const auto end = std::min(text_.find_first_of(ends), text_.size());
    const std::string_view out = text_.substr(0, end);
    text_.remove_prefix(end);
    return out;
  }

  std::string_view take_value() {
    skip_blanks();
    if (!text_.starts_with('"')) return take_until(" \t;,");
    text_.remove_prefix(1);
    const std::string_view out = take_until("\"");
    if (!text_.empty()) text_.remove_prefix(1);
    return out;
  }

  // Up to the comma before the next link; whether the first `rel` among them names the relation.
  bool take_parameters() {
    bool seen = false, matches = false;
    for (;;) {
      skip_blanks();
      if (!text_.starts_with(';')) return matches;
      text_.remove_prefix(1);
      skip_blanks();
      std::string_view name = take_until("=;, \t");
      skip_blanks();
      if (!text_.starts_with('=')) continue;
      text_.remove_prefix(1);
      const std::string_view value = take_value();
      if (seen || !has_relation(name, "rel")) continue;
      seen = true;
      matches = has_relation(value, rel_);
    }
  }

  std::string_view rel_, text_;
};

}  // namespace

std::vector<std::string> linked_as(std::string_view rel, std::string_view link_header) {
  return LinkHeader(rel, link_header.substr(0, longest_header)).targets();
}

}  // namespace headrace
