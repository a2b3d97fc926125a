#include "nodes/extract/main_text.hpp"

#include <algorithm>
#include <utility>

#include "nodes/extract/boilerplate.hpp"

namespace headrace {

namespace {

constexpr std::size_t paragraph_least = 25;  // bytes of a block that counts as prose
constexpr double linked = 0.5;               // a block with a larger share of linked text is a list of links
constexpr double keep_share = 0.4;           // a node with more of the page's prose than this is never pruned
constexpr int score_levels = 5;              // how far up a paragraph speaks for its containers

struct Block {
  std::size_t own = 0, own_linked = 0, commas = 0;  // of the text whose nearest block element this is
  std::size_t text = 0, links = 0, prose = 0;       // sums over the subtree
  double score = 0;
  bool pruned = false;
};

class MainText {
 public:
  MainText(const HtmlPage& page, const std::optional<std::string>& title) : page_(page), title_(title), blocks_(page.size()) {}

  std::string run() {
    if (page_.size() == 0) return {};
    prune_elements();
    measure();
    prune_named();
    measure();
    score();
    const auto top = best();
    return top ? emit(widened(*top)) : std::string{};
  }

 private:
  // ---- measuring -----------------------------------------------------------------------------------------------------
  std::size_t block_of(std::size_t i) const {
    while (i > 0 && !is_block(page_[i].tag)) i = page_[i].parent;
    return i;
  }

  // Calls `visit(i)` for each node of [from, end) that is not pruned.
  template <class Visit> void walk(std::size_t from, std::size_t end, Visit&& visit) const {
    for (std::size_t i = from; i < end;) {
      if (blocks_[i].pruned) {
        i = page_[i].end;
        continue;
      }
      visit(i);
      ++i;
    }
  }

  static std::size_t letters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; }));
  }

  void measure() {
    for (Block& block : blocks_) block = {.pruned = block.pruned};
    std::size_t link_end = 0;
    walk(0, page_.size(), [&](std::size_t i) {
      const HtmlNode& node = page_[i];
      if (node.tag == Tag::a && !node.attribute("href").starts_with("#")) link_end = std::max<std::size_t>(link_end, node.end);
      if (node.tag != Tag::text) return;
      const std::size_t length = letters(node.text);
      if (length == 0) return;
      Block& block = blocks_[block_of(i)];
      block.own += length;
      if (i < link_end) block.own_linked += length;
      block.commas += static_cast<std::size_t>(std::count(node.text.begin(), node.text.end(), ','));
    });
    for (std::size_t i = page_.size(); i-- > 0;) {
      Block& block = blocks_[i];
      if (block.pruned) {
        block.text = block.links = block.prose = 0;
        continue;
      }
      block.text += block.own;
      block.links += block.own_linked;
      if (is_prose(i)) block.prose += block.own;
      if (i == 0 || page_[i].parent == i) continue;
      Block& parent = blocks_[page_[i].parent];
      parent.text += block.text;
      parent.links += block.links;
      parent.prose += block.prose;
    }
  }

  bool is_prose(std::size_t i) const {
    const Block& block = blocks_[i];
    return block.own >= paragraph_least && share(block.own_linked, block.own) <= linked && !is_heading(page_[i].tag);
  }
  static double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  }
  double link_density(std::size_t i) const { return share(blocks_[i].links, blocks_[i].text); }

  // ---- pruning -------------------------------------------------------------------------------------------------------
  void prune_elements() {
    walk(0, page_.size(), [&](std::size_t i) { blocks_[i].pruned = never_prose(page_[i]); });
  }

  // By name only what is small: sites call their whole column "with-sidebar" or "no-comments".
  void prune_named() {
    const std::size_t all = blocks_[0].prose;
    walk(0, page_.size(), [&](std::size_t i) {
      if (page_[i].tag == Tag::text || !named_boilerplate(page_[i])) return;
      blocks_[i].pruned = share(blocks_[i].prose, all) <= keep_share;
    });
  }

  // ---- choosing ------------------------------------------------------------------------------------------------------
  void score() {
    walk(0, page_.size(), [&](std::size_t i) {
      if (!is_prose(i)) return;
      const Block& block = blocks_[i];
      const double worth = (1 + static_cast<double>(block.commas) + std::min(static_cast<double>(block.own) / 100, 3.0)) *
                           (1 - share(block.own_linked, block.own));
      const bool leaf = page_[i].tag == Tag::p || page_[i].tag == Tag::pre || page_[i].tag == Tag::li || page_[i].tag == Tag::blockquote;
      std::size_t container = leaf ? page_[i].parent : i;
      for (int level = 0; level < score_levels; ++level) {
        blocks_[container].score += worth / (level < 2 ? level + 1 : level * 3);
        if (container == 0) break;
        container = page_[container].parent;
      }
    });
  }

  double rank(std::size_t i) const { return blocks_[i].score * (1 - link_density(i)) * (named_article(page_[i]) ? 1.5 : 1); }

  std::optional<std::size_t> best() const {
    std::optional<std::size_t> top;
    double top_rank = 0;
    walk(0, page_.size(), [&](std::size_t i) {
      if (blocks_[i].score <= 0) return;
      if (const double own = rank(i); own > top_rank) top = i, top_rank = own;
    });
    return top;
  }

  // An article cut into several containers: go up while that adds much prose and few links.
  std::size_t widened(std::size_t top) const {
    for (std::size_t i = page_[top].parent; i > 0 && page_[i].tag != Tag::body && page_[i].tag != Tag::html; i = page_[i].parent) {
      const Block& block = blocks_[i];
      if (static_cast<double>(block.prose) > 1.2 * static_cast<double>(blocks_[top].prose) && link_density(i) < 0.3) top = i;
    }
    return top;
  }

  // ---- writing -------------------------------------------------------------------------------------------------------
  bool is_link_list(std::size_t i) const {
    const Tag tag = page_[i].tag;
    const bool container = tag == Tag::ul || tag == Tag::ol || tag == Tag::dl || tag == Tag::table || tag == Tag::div ||
                           tag == Tag::section || tag == Tag::p || tag == Tag::li || is_heading(tag);
    return container && blocks_[i].text > 0 && link_density(i) > (is_heading(tag) || tag == Tag::p ? 0.8 : linked);
  }

  std::string emit(std::size_t top) {
    walk(top, page_[top].end, [&](std::size_t i) {
      if (i != top && (page_[i].tag == Tag::h1 || is_link_list(i))) blocks_[i].pruned = true;
    });
    std::size_t block = top, breaks = 0;
    walk(top, page_[top].end, [&](std::size_t i) {
      const HtmlNode& node = page_[i];
      if (node.tag == Tag::br) {
        ++breaks;
        return;
      }
      if (node.tag != Tag::text || letters(node.text) == 0) {
        if (node.tag == Tag::text && block_of(i) == block) append_squeezed(line_, node.text);
        return;
      }
      const std::size_t own = block_of(i);
      if (own != block || breaks > 1) end_line(block);
      else if (breaks == 1) append_squeezed(line_, " ");
      block = own, breaks = 0;
      append_squeezed(line_, node.text);
    });
    end_line(block);
    return std::move(out_);
  }

  void end_line(std::size_t block) {
    while (line_.ends_with(' ')) line_.pop_back();
    std::string line = std::exchange(line_, {});
    if (line.empty() || (title_ && line == *title_) || is_house_line(line)) return;
    // A heading waits for prose that follows it; without any it is left out.
    if (is_heading(page_[block].tag)) {
      headings_.push_back(std::move(line));
      return;
    }
    for (const std::string& heading : std::exchange(headings_, {})) add(heading);
    add(line);
  }
  void add(const std::string& line) { (out_ += out_.empty() ? "" : "\n") += line; }

  const HtmlPage& page_;
  const std::optional<std::string>& title_;
  std::vector<Block> blocks_;
  std::string out_, line_;
  std::vector<std::string> headings_;
};

}  // namespace

std::string main_text(const HtmlPage& page, const std::optional<std::string>& title) { return MainText(page, title).run(); }

}  // namespace headrace
