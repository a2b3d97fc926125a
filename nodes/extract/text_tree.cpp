#include "nodes/extract/text_tree.hpp"

#include <algorithm>

#include "nodes/extract/boilerplate.hpp"
#include "nodes/extract/teaser_rows.hpp"

namespace headrace {

namespace {

constexpr std::size_t paragraph_least = 25;  // bytes of a block that counts as prose
constexpr std::size_t sentence_least = 60;   // bytes of a block that surely holds one
constexpr double linked = 0.5;               // a block with a larger share of linked text is a list of links
constexpr std::size_t article_least = 400;   // bytes of prose that make an article
constexpr double comments_share = 0.8;       // as keep_share, of what readers wrote
constexpr double keep_share = 0.4;           // a node with more of the page's prose than this is never pruned by a suspicion

// Latin, Chinese, Japanese and Arabic ones.
std::size_t commas_in(std::string_view text) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',') ++out;
    else if (text[i] == '\xEF') out += text.substr(i, 3) == "，";
    else if (text[i] == '\xE3') out += text.substr(i, 3) == "、";
    else if (text[i] == '\xD8') out += text.substr(i, 2) == "،";
  }
  return out;
}

}  // namespace

std::size_t visible_bytes(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; }));
}

TextTree::TextTree(const HtmlPage& page, const std::vector<NameTraits>& traits)
    : page_(page), traits_(traits), sums_(page.size()), block_(page.size()), pruned_(page.size()) {
  find_blocks();
  prune_elements();
  measure_texts();
  sum();
  // A suspicion is wrong where it would take much of the page: sites call their whole column "with-sidebar", or show it by script.
  const std::vector<bool> holders = holders_of_articles();
  std::vector<bool> suspects = find_teaser_cards(*this, keep_share);
  walk(0, page.size(), [&](std::size_t i) {
    if (page_[i].tag == Tag::text) return;
    const bool named = named_boilerplate(page_[i], traits_[i]) && !is_phrase(i);
    suspects[i] = is_hidden(page_[i]) || (!holders[i] && (suspects[i] || named));
  });
  prune_small(suspects);
  sum();
}

bool TextTree::is_prose(std::size_t i) const {
  const Sums& sums = sums_[i];
  return sums.own >= paragraph_least && share(sums.own_linked, sums.own) <= linked && !is_heading(page_[i].tag);
}

// A link or an emphasis inside a sentence, which would lose words without it.
bool TextTree::is_phrase(std::size_t i) const {
  switch (page_[i].tag) {
    case Tag::a:
    case Tag::abbr:
    case Tag::b:
    case Tag::cite:
    case Tag::code:
    case Tag::em:
    case Tag::i:
    case Tag::q:
    case Tag::strong: break;
    default: return false;
  }
  const Sums& block = sums_[block_[i]];
  return block.own >= sentence_least && share(block.own_linked, block.own) <= linked;
}

void TextTree::find_blocks() {
  for (std::size_t i = 0; i < page_.size(); ++i)
    block_[i] = i == 0 || is_block(page_[i].tag) ? static_cast<std::uint32_t>(i) : block_[page_[i].parent];
}

void TextTree::measure_texts() {
  std::size_t link_end = 0;
  walk(0, page_.size(), [&](std::size_t i) {
    const HtmlNode& node = page_[i];
    if (node.tag == Tag::a && !node.attribute("href").starts_with("#")) link_end = std::max<std::size_t>(link_end, node.end);
    if (node.tag != Tag::text) return;
    const auto length = static_cast<std::uint32_t>(visible_bytes(node.text));
    if (length == 0) return;
    Sums& sums = sums_[block_[i]];
    sums.own += length;
    if (i < link_end) sums.own_linked += length;
    sums.commas += static_cast<std::uint32_t>(commas_in(node.text));
  });
}

void TextTree::sum() {
  for (Sums& sums : sums_) sums.text = sums.links = sums.prose = 0;
  for (std::size_t i = page_.size(); i-- > 0;) {
    Sums& sums = sums_[i];
    if (pruned_[i]) {
      sums = {};
      continue;
    }
    sums.text += sums.own;
    sums.links += sums.own_linked;
    if (is_prose(i)) sums.prose += sums.own;
    if (i == 0 || page_[i].parent == i) continue;
    Sums& parent = sums_[page_[i].parent];
    parent.text += sums.text;
    parent.links += sums.links;
    parent.prose += sums.prose;
  }
}

void TextTree::prune_elements() {
  walk(0, page_.size(), [&](std::size_t i) { pruned_[i] = never_prose(page_[i].tag); });
}

void TextTree::prune_small(const std::vector<bool>& suspects) {
  const std::size_t all = page_.size() ? sums_[0].prose : 0;
  std::size_t headline_end = 0;
  walk(0, page_.size(), [&](std::size_t i) {
    if (page_[i].tag == Tag::h1) headline_end = page_[i].end;
    if (!suspects[i]) return;
    // Readers may write more than the article has; but what stands below the headline and leaves an article is no wrapper.
    const bool below = traits_[i] & name_trait::comments && headline_end > 0 && all - sums_[i].prose >= article_least;
    pruned_[i] = share(sums_[i].prose, all) <= (below ? comments_share : keep_share);
  });
}

// Elements around one that says itself that it is an article's body.
std::vector<bool> TextTree::holders_of_articles() const {
  std::vector<bool> out(page_.size());
  for (std::size_t i = 0; i < page_.size(); ++i)
    if (page_[i].attribute("itemprop") == "articleBody")
      for (std::size_t k = i; k > 0 && !out[k]; k = page_[k].parent) out[k] = true;
  return out;
}

}  // namespace headrace
