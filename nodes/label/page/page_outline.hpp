// What the markup of a page shows at a glance: how much of it is text, where its links lead, what it hides.
//
//   const PageOutline outline = outline_of(page.body, page.url);
//   if (outline.foreign_links * 2 > outline.links) ...
//
// One pass over the bytes without a tree: a fraction of what reading the page costs. Never throws for what a page holds; any thread.
#pragma once
#include <cstddef>
#include <string_view>

namespace headrace {

struct PageOutline {
  std::size_t text = 0, linked_text = 0;                     // bytes without white space, of scripts and styles none
  std::size_t links = 0, foreign_links = 0, paid_links = 0;  // foreign: to another site; paid: nofollow, sponsored
  std::size_t foreign_hosts = 0;                             // different ones
  std::size_t paragraphs = 0, images = 0, scripts = 0, frames = 0, forms = 0, fields = 0;
  std::size_t hidden = 0;    // elements whose style hides them
  bool sends_away = false;   // a meta refresh
  bool not_indexed = false;  // a meta robots noindex
};

// Only the first 512 KiB of the page are looked at.
PageOutline outline_of(std::string_view html, std::string_view url);

}  // namespace headrace
