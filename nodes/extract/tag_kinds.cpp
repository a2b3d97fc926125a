#include "nodes/extract/tag_kinds.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace headrace {

namespace {

struct Known {
  std::string_view name;
  TagKinds kinds = 0;
};

constexpr auto uncounted = std::to_array<std::string_view>(
    {"area", "base", "body",   "br", "col",   "colgroup", "dd",    "dt", "embed", "head", "hr",    "html", "img",   "input", "li",
     "link", "meta", "option", "p",  "param", "source",   "tbody", "td", "tfoot", "th",   "thead", "tr",   "track", "wbr"});
constexpr auto formatting =
    std::to_array<std::string_view>({"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"});
constexpr auto scope = std::to_array<std::string_view>({"applet", "caption", "marquee", "object", "table", "template"});
constexpr auto headings = std::to_array<std::string_view>({"h1", "h2", "h3", "h4", "h5", "h6"});
constexpr auto special = std::to_array<std::string_view>(
    {"address", "applet",  "article",  "aside",      "blockquote", "button", "caption", "center",    "details", "dir",
     "div",     "dl",      "fieldset", "figcaption", "figure",     "footer", "form",    "frameset",  "h1",      "h2",
     "h3",      "h4",      "h5",       "h6",         "header",     "hgroup", "iframe",  "listing",   "main",    "marquee",
     "menu",    "nav",     "noembed",  "noframes",   "noscript",   "object", "ol",      "plaintext", "pre",     "section",
     "select",  "summary", "table",    "template",   "textarea",   "title",  "ul",      "xmp"});
constexpr auto line_breaking = std::to_array<std::string_view>(
    {"address", "article",    "aside",  "blockquote", "body", "br",    "caption", "center", "dd", "details", "div",     "dl",
     "dt",      "figcaption", "figure", "footer",     "form", "h1",    "h2",      "h3",     "h4", "h5",      "h6",      "head",
     "header",  "hr",         "html",   "li",         "main", "nav",   "ol",      "option", "p",  "pre",     "section", "summary",
     "table",   "tbody",      "td",     "tfoot",      "th",   "thead", "title",   "tr",     "ul"});

constexpr std::size_t entries =
    uncounted.size() + formatting.size() + scope.size() + headings.size() + special.size() + line_breaking.size();

struct Table {
  std::array<Known, entries> known{};
  std::size_t size = 0;
};

// Every name once, in order.
consteval Table make_table() {
  Table out;
  const auto add = [&](std::span<const std::string_view> names, TagKinds kind) {
    for (const std::string_view name : names) out.known[out.size++] = {name, kind};
  };
  add(uncounted, tag_kind::uncounted);
  add(formatting, tag_kind::formatting);
  add(scope, tag_kind::scope);
  add(headings, tag_kind::heading);
  add(special, tag_kind::special);
  add(line_breaking, tag_kind::line_breaking);
  std::sort(out.known.begin(), out.known.end(), [](const Known& a, const Known& b) { return a.name < b.name; });
  std::size_t last = 0;
  for (std::size_t i = 1; i < out.size; ++i) {
    if (out.known[i].name == out.known[last].name) out.known[last].kinds |= out.known[i].kinds;
    else out.known[++last] = out.known[i];
  }
  out.size = last + 1;
  return out;
}
constexpr Table table = make_table();

}  // namespace

TagKinds kinds_of_tag(std::string_view name) {
  const auto end = table.known.begin() + table.size;
  const auto found =
      std::lower_bound(table.known.begin(), end, name, [](const Known& each, std::string_view wanted) { return each.name < wanted; });
  return found != end && found->name == name ? found->kinds : 0;
}

}  // namespace headrace
