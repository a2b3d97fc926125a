#include "nodes/extract/line_features.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "nodes/extract/house_lines.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/support/words.hpp"

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr std::size_t long_line = 120;  // bytes of a line that is surely prose
constexpr int list_levels = 4;          // how far up a list, a table or a quote is looked for
constexpr double least_held = 0.6;      // of the kept text that another text must hold

double share(std::size_t part, std::size_t whole) { return TextTree::share(part, whole); }

template <std::size_t N> bool holds_any(std::string_view low, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return low.find(word) != low.npos; });
}

bool promotes(std::string_view low) {
  static constexpr auto words = std::to_array<std::string_view>({"follow ",    "subscribe",  "newsletter", "sign up",   "read more",
                                                                 "click here", "facebook",   "twitter",    "instagram", "comment",
                                                                 "advert",     "more great", "related",    "watch:",    "listen ",
                                                                 "download",   "more from",  "more:",      "also read", "read also",
                                                                 "e-mail",     "email",      "@",          "http",      "app "});
  return holds_any(low, words);
}
// Another text, to be asked whether it has a line; one of fewer than four words could stand anywhere.
class KnownText {
 public:
  explicit KnownText(std::string_view text) {
    for_each_run(text, [&](std::size_t hash) { runs_.insert(hash); });
  }
  bool holds(std::string_view line) const { return share_of(line) >= 0.5; }
  bool lacks(std::string_view line) const { return share_of(line) < 0.5; }

 private:
  static constexpr std::size_t run = 4;  // words

  template <class Visit> static void for_each_run(std::string_view text, Visit&& visit) {
    const Words words(text);
    for (std::size_t i = 0; i + run <= words.size(); ++i) {
      std::size_t hash = 0;
      for (std::size_t k = i; k < i + run; ++k) hash = hash * 1'000'003 + std::hash<std::string_view>()(words[k]);
      visit(hash);
    }
  }
  // NaN, which is neither more nor less than anything, for a line that is too short.
  double share_of(std::string_view line) const {
    double all = 0, known = 0;
    for_each_run(line, [&](std::size_t hash) { ++all, known += runs_.contains(hash); });
    return known / all;
  }
  std::unordered_set<std::size_t> runs_;
};

class Features {
 public:
  Features(const std::vector<TextLine>& lines, const TextTree& tree, const std::string* body)
      : lines_(lines), tree_(tree), page_(tree.page()) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (is_prose(lines[i])) {
        if (!any_prose_) first_prose_ = i;
        any_prose_ = true;
        last_prose_ = i;
        by_parent_[parent_of(lines[i])] += lines[i].letters;
        by_kind_[kind_of(lines[i])] += lines[i].letters;
      }
      all_ += lines[i].doubt == Doubt::none ? lines[i].letters : 0;
      ++times_[lines[i].text];
    }
    if (body) read_body(*body);
  }

  LineFeatures of(std::size_t i) const {
    const TextLine& line = lines_[i];
    const std::string low = lower_ascii(line.text.substr(0, 300));
    const bool kept = line.doubt == Doubt::none, at_end = any_prose_ && i > last_prose_;
    const auto one = [](bool yes) { return yes ? 1.0 : 0.0; };
    const double linked = share(line.linked, line.letters);
    return {1,
            one(kept),
            one(line.doubt == Doubt::pruned),
            one(line.doubt == Doubt::headline || line.doubt == Doubt::title),
            one(line.doubt == Doubt::link_list),
            one(line.doubt == Doubt::house_line),
            one(line.doubt == Doubt::lone_heading),
            one(line.doubt == Doubt::byline),
            one(line.doubt == Doubt::caption),
            one(line.doubt == Doubt::ending),
            one(line.doubt == Doubt::elsewhere),
            std::min(1.0, std::log1p(static_cast<double>(line.text.size())) / 7),
            one(line.text.size() < 25),
            linked,
            one(linked > 0.5),
            one(is_heading(page_[line.block].tag)),
            one(within(line, Tag::li)),
            one(within(line, Tag::td)),
            one(within(line, Tag::blockquote)),
            one(page_[line.block].tag == Tag::p),
            one(ends_sentence(line.text)),
            std::min(1.0, static_cast<double>(std::count(line.text.begin(), line.text.end(), ',')) / 4),
            share_of(line.text, 'A', 'Z'),
            share_of(line.text, '0', '9'),
            one(promotes(low)),
            one(names_credit(line.text)),
            one(i == 0),
            one(!any_prose_ || i < first_prose_),
            one(at_end),
            one(i + 3 >= lines_.size()),
            one(i > 0 && is_prose(lines_[i - 1])),
            one(i + 1 < lines_.size() && is_prose(lines_[i + 1])),
            one((i > 0 && lines_[i - 1].doubt == Doubt::pruned) || (i + 1 < lines_.size() && lines_[i + 1].doubt == Doubt::pruned)),
            with_the_rest(line),
            tree_.link_density(line.block),
            one(emphasised(line)),
            one(kept && at_end),
            one(line.text.size() > 20 && times_.at(line.text) > 1),
            kept_around(i),
            like_the_rest(line),
            one(kept && line.text.size() < 25 && !ends_sentence(line.text)),
            one(kept && linked > 0.5),
            one(body_ && body_->holds(line.text)),
            one(body_ && body_->lacks(line.text))};
  }

 private:
  static bool is_prose(const TextLine& line) {
    return line.doubt == Doubt::none && line.text.size() >= long_line && share(line.linked, line.letters) < 0.3;
  }
  static double share_of(std::string_view text, char from, char to) {
    return share(static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [&](char c) { return c >= from && c <= to; })),
                 text.size());
  }
  std::size_t parent_of(const TextLine& line) const { return page_[line.block].parent; }
  // How much of the prose has the same parent.
  double with_the_rest(const TextLine& line) const {
    const auto found = by_parent_.find(parent_of(line));
    return found == by_parent_.end() ? 0 : std::min(1.0, share(found->second, all_));
  }
  // How much of the prose stands in elements of the same name and class.
  std::string_view kind_of(const TextLine& line) const { return page_[line.block].attribute("class"); }
  double like_the_rest(const TextLine& line) const {
    const auto found = by_kind_.find(kind_of(line));
    return found == by_kind_.end() ? 0 : std::min(1.0, share(found->second, all_));
  }
  // Of the two lines on either side, how many the rules keep.
  double kept_around(std::size_t i) const {
    double kept = 0;
    for (std::size_t k = i < 2 ? 0 : i - 2; k <= i + 2 && k < lines_.size(); ++k) kept += k != i && lines_[k].doubt == Doubt::none;
    return kept / 4;
  }
  // The text that JSON-LD has counts when it holds most of what the rules keep.
  void read_body(std::string_view text) {
    body_.emplace(text);
    std::size_t held = 0;
    for (const TextLine& line : lines_)
      if (line.doubt == Doubt::none && body_->holds(line.text)) held += line.letters;
    if (share(held, all_) < least_held) body_.reset();
  }
  bool within(const TextLine& line, Tag tag) const {
    std::size_t i = line.block;
    for (int level = 0; level < list_levels && i > 0; ++level, i = page_[i].parent)
      if (page_[i].tag == tag) return true;
    return false;
  }
  // All of it is bold or italic.
  bool emphasised(const TextLine& line) const {
    for (std::size_t i = page_[line.first].parent; i > line.block; i = page_[i].parent) {
      const Tag tag = page_[i].tag;
      if ((tag == Tag::b || tag == Tag::strong || tag == Tag::em || tag == Tag::i) && page_[i].end >= line.end) return true;
    }
    return false;
  }

  const std::vector<TextLine>& lines_;
  const TextTree& tree_;
  const HtmlPage& page_;
  bool any_prose_ = false;
  std::size_t first_prose_ = 0, last_prose_ = 0, all_ = 0;
  std::unordered_map<std::size_t, std::size_t> by_parent_;
  std::unordered_map<std::string_view, std::size_t> by_kind_;
  std::unordered_map<std::string_view, int> times_;
  std::optional<KnownText> body_;
};

}  // namespace

std::vector<LineFeatures> line_features(const std::vector<TextLine>& lines, const TextTree& tree, const std::string* body) {
  const Features features(lines, tree, body);
  std::vector<LineFeatures> out;
  out.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) out.push_back(features.of(i));
  return out;
}

}  // namespace headrace
