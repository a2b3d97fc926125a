// How the text of a page is spread over its elements: sums by subtree, so that every question about an element is arithmetic.
//
//   TextTree tree(page, traits);
//   tree.link_density(i);      // of the text below element i, how much is linked
//
// What is hardly ever part of an article is pruned: it counts nowhere and has no text. Linear in the page.
#pragma once
#include <optional>

#include "nodes/extract/html_page.hpp"
#include "nodes/extract/name_traits.hpp"

namespace headrace {

class TextTree {
 public:
  // Sums are bytes without white space. Borrows the page and the traits of its nodes.
  struct Sums {
    std::uint32_t own = 0, own_linked = 0, commas = 0;  // of the text whose nearest block element this is
    std::uint32_t text = 0, links = 0, prose = 0;       // over the subtree
  };
  TextTree(const HtmlPage& page, const std::vector<NameTraits>& traits);

  const HtmlPage& page() const { return page_; }
  const Sums& operator[](std::size_t i) const { return sums_[i]; }
  bool pruned(std::size_t i) const { return pruned_[i]; }  // the top of a pruned subtree; what is below it may say no
  double link_density(std::size_t i) const { return share(sums_[i].links, sums_[i].text); }
  bool is_prose(std::size_t i) const;                              // the element itself holds sentences, mostly unlinked
  std::size_t block_of(std::size_t i) const { return block_[i]; }  // the nearest element that begins a line

  // Calls `visit(i)` for each node of [from, end) that is not pruned, in order.
  template <class Visit> void walk(std::size_t from, std::size_t end, Visit&& visit) const {
    page_.steps().take(end - from);
    for (std::size_t i = from; i < end;) {
      if (pruned_[i]) {
        i = page_[i].end;
        continue;
      }
      visit(i);
      ++i;
    }
  }
  static double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  }

 private:
  bool is_phrase(std::size_t i) const;
  void find_blocks();
  void measure_texts();
  void sum();
  void prune_elements();
  void prune_small(const std::vector<bool>& suspects);
  std::vector<bool> holders_of_articles() const;

  const HtmlPage& page_;
  const std::vector<NameTraits>& traits_;
  std::vector<Sums> sums_;
  std::vector<std::uint32_t> block_;
  std::vector<bool> pruned_;
};

// Bytes of a text that are no white space.
std::size_t visible_bytes(std::string_view text);

}  // namespace headrace
