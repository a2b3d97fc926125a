#include "nodes/extract/teaser_rows.hpp"

#include <unordered_map>

namespace headrace {

namespace {

constexpr std::size_t least_cards = 3;
constexpr std::size_t most_text = 300;  // bytes of a card; sections of a list have more

bool may_be_card(const HtmlNode& node) {
  switch (node.tag) {
    case Tag::article:
    case Tag::li: return true;
    case Tag::div:
    case Tag::section: return !node.attribute("class").empty();
    default: return false;
  }
}

// How many links of each subtree are a picture or a headline.
std::vector<std::uint32_t> count_leads(const HtmlPage& page) {
  std::vector<std::uint32_t> out(page.size());
  std::size_t link = 0, link_end = 0, heading_end = 0;
  for (std::size_t i = 0; i < page.size(); ++i) {
    const Tag tag = page[i].tag;
    if (tag == Tag::a && !page[i].attribute("href").empty()) {
      link = i, link_end = page[i].end;
      if (i < heading_end) out[i] = 1;
    }
    if (is_heading(tag)) heading_end = page[i].end;
    if (i < link_end && (is_heading(tag) || tag == Tag::img)) out[link] = 1;
  }
  for (std::size_t i = page.size(); i-- > 1;) out[page[i].parent] += page[i].parent == i ? 0 : out[i];
  return out;
}

struct Row {
  std::size_t members = 0, cards = 0, prose = 0;
};

}  // namespace

std::vector<bool> find_teaser_cards(const TextTree& tree, double most) {
  const HtmlPage& page = tree.page();
  const std::vector<std::uint32_t> leads = count_leads(page);
  const auto is_card = [&](std::size_t i) { return leads[i] > 0 && tree[i].text <= most_text && tree[i].links > 0; };
  std::vector<bool> out(page.size());
  std::unordered_map<std::string_view, Row> rows;  // by class, of the children of one element
  for (std::size_t parent = 0; parent < page.size(); ++parent) {
    if (leads[parent] < least_cards) continue;
    rows.clear();
    const auto each_member = [&](auto&& visit) {
      for (std::size_t i = parent + 1; i < page[parent].end; i = page[i].end)
        if (may_be_card(page[i]) && !tree.pruned(i) && tree[i].text > 0) visit(i, page[i].attribute("class"));
    };
    each_member([&](std::size_t i, std::string_view kind) {
      Row& row = rows[kind];
      ++row.members;
      row.cards += is_card(i);
      row.prose += tree[i].prose;
    });
    each_member([&](std::size_t i, std::string_view kind) {
      const Row& row = rows[kind];
      out[i] = row.cards >= least_cards && row.cards == row.members && TextTree::share(row.prose, tree[0].prose) <= most;
    });
  }
  return out;
}

}  // namespace headrace
