// What a page says of its own address: the links of its head, its JSON-LD, the Link headers it came with. A page is read once,
// byte by byte, without a parser of HTML: only its head, and scripts that hold JSON-LD, are looked into.
//
//   const PageLinks links = read_page_links(page.body);
//   links.canonical   // {"/2026/ferry"}, as written
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

// Addresses as they are written, relative ones too, in the order of the page; at most eight of a kind.
struct PageLinks {
  std::string base;                    // <base href>; empty without one
  std::vector<std::string> canonical;  // <link rel=canonical>
  std::vector<std::string> og_url;     // <meta property=og:url>
  std::vector<std::string> json_ld;    // mainEntityOfPage, else url, of an article
  std::vector<std::string> amphtml;    // <link rel=amphtml>
  std::vector<std::string> refresh;    // <meta http-equiv=refresh>: its content, a time and an address
};

PageLinks read_page_links(std::string_view html);

// The articles' addresses in one JSON-LD script; none when it is not JSON.
std::vector<std::string> article_addresses(const std::string& json_ld);

// The targets of a Link header, `<https://example.org/a>; rel="canonical", ...`, that have the relation `rel`.
std::vector<std::string> linked_as(std::string_view rel, std::string_view link_header);

// Whether `rel`, a list of words, names `relation`, which is in lower case.
bool has_relation(std::string_view rel, std::string_view relation);

}  // namespace headrace
