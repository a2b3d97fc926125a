#include <algorithm>
#include <vector>

#include "nodes/extract/boilerplate.hpp"
#include "nodes/extract/text_lines.hpp"

namespace headrace {

namespace {

constexpr std::size_t article_least = 400;  // bytes of prose that make an article
constexpr int score_levels = 5;             // how far up a paragraph speaks for its containers

class MainElement {
 public:
  MainElement(const TextTree& tree, std::size_t headline) : tree_(tree), page_(tree.page()), headline_(headline), scores_(page_.size()) {}

  std::optional<std::size_t> run() {
    score();
    const auto top = best();
    return top ? std::optional(narrowed(widened(*top))) : std::nullopt;
  }

 private:
  void score() {
    tree_.walk(0, page_.size(), [&](std::size_t i) {
      if (!tree_.is_prose(i)) return;
      const auto& sums = tree_[i];
      const double worth = (1 + static_cast<double>(sums.commas) + std::min(static_cast<double>(sums.own) / 100, 3.0)) *
                           (1 - TextTree::share(sums.own_linked, sums.own));
      const bool leaf = page_[i].tag == Tag::p || page_[i].tag == Tag::pre || page_[i].tag == Tag::li || page_[i].tag == Tag::blockquote;
      std::size_t container = leaf ? page_[i].parent : i;
      for (int level = 0; level < score_levels; ++level) {
        scores_[container] += worth / (level < 2 ? level + 1 : level * 3);
        if (container == 0) break;
        container = page_[container].parent;
      }
    });
  }

  double rank(std::size_t i) const { return scores_[i] * (1 - tree_.link_density(i)) * (named_article(page_[i]) ? 1.5 : 1); }

  std::optional<std::size_t> best() const {
    std::optional<std::size_t> top;
    double top_rank = 0;
    tree_.walk(0, page_.size(), [&](std::size_t i) {
      if (scores_[i] <= 0) return;
      if (const double own = rank(i); own > top_rank) top = i, top_rank = own;
    });
    return top;
  }

  // An article cut into several containers: go up while that adds much prose and few links.
  std::size_t widened(std::size_t top) const {
    for (std::size_t i = page_[top].parent; i > 0 && page_[i].tag != Tag::body && page_[i].tag != Tag::html; i = page_[i].parent)
      if (tree_[i].prose > wider_by(page_[i].tag) * tree_[top].prose && tree_.link_density(i) < 0.3) top = i;
    return top;
  }
  // The other cells of a table that a page is laid out in are its sidebars; one that holds a paragraph a row has much more.
  static double wider_by(Tag tag) { return tag == Tag::tr || tag == Tag::tbody || tag == Tag::table ? 2 : 1.2; }

  // Below an article some sites show the next one: of several that have headlines of their own, the one with the page's is meant.
  std::size_t narrowed(std::size_t top) const {
    std::vector<std::size_t> headlines;
    tree_.walk(top, page_[top].end, [&](std::size_t i) {
      if (page_[i].tag == Tag::h1) headlines.push_back(i);
    });
    if (headlines.size() < 2) return top;
    std::size_t own = 0, others = 0;
    for (std::size_t i = top + 1; i < page_[top].end;) {
      if (page_[i].tag != Tag::article || tree_.pruned(i) || !has_headline(i, headlines)) {
        ++i;
        continue;
      }
      if (headline_ > i && headline_ < page_[i].end) own = i;
      else ++others;
      i = page_[i].end;
    }
    return own > 0 && others > 0 && tree_[own].prose >= article_least ? own : top;
  }
  bool has_headline(std::size_t article, const std::vector<std::size_t>& headlines) const {
    const auto first = std::lower_bound(headlines.begin(), headlines.end(), article);
    return first != headlines.end() && *first < page_[article].end;
  }

  const TextTree& tree_;
  const HtmlPage& page_;
  std::size_t headline_;
  std::vector<double> scores_;
};

}  // namespace

std::optional<std::size_t> find_main_element(const TextTree& tree, std::size_t headline) { return MainElement(tree, headline).run(); }

}  // namespace headrace
