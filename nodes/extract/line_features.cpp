#include "nodes/extract/line_features.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "nodes/extract/page_meta.hpp"

namespace headrace {

namespace {

using Doubt = TextLine::Doubt;

constexpr std::size_t long_line = 120;  // bytes of a line that is surely prose
constexpr int list_levels = 4;          // how far up a list, a table or a quote is looked for

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
bool credits(std::string_view low) {
  static constexpr auto words =
      std::to_array<std::string_view>({"photo", "image", "credit", "getty", "©", "copyright", "rights reserved", "reuters", "courtesy",
                                       "via ", "tags", "filed under", "posted", "updated"});
  return holds_any(low, words);
}

bool ends_sentence(std::string_view text) {
  for (const std::string_view end : {".", "!", "?", "…", "”", "\"", "。", "！", "？", ":", "»", ")"})
    if (text.ends_with(end)) return true;
  return false;
}

class Features {
 public:
  Features(const std::vector<TextLine>& lines, const TextTree& tree) : lines_(lines), tree_(tree), page_(tree.page()) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (is_prose(lines[i])) {
        if (!any_prose_) first_prose_ = i;
        any_prose_ = true;
        last_prose_ = i;
        by_parent_[parent_of(lines[i])] += lines[i].letters;
      }
      all_ += lines[i].doubt == Doubt::none ? lines[i].letters : 0;
      ++times_[lines[i].text];
    }
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
            one(credits(low)),
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
            one(line.text.size() > 20 && times_.at(line.text) > 1)};
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
  std::unordered_map<std::string_view, int> times_;
};

}  // namespace

std::vector<LineFeatures> line_features(const std::vector<TextLine>& lines, const TextTree& tree) {
  const Features features(lines, tree);
  std::vector<LineFeatures> out;
  out.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) out.push_back(features.of(i));
  return out;
}

}  // namespace headrace
