#include "nodes/extract/text_lines.hpp"

#include <array>
#include <utility>

#include "nodes/extract/boilerplate.hpp"

namespace headrace {

namespace {

// Elements that never hold a line that anybody reads in order.
bool holds_no_lines(Tag tag) {
  return tag == Tag::head || tag == Tag::button || tag == Tag::select || tag == Tag::option || tag == Tag::input || tag == Tag::noscript ||
         tag == Tag::template_ || tag == Tag::title || tag == Tag::video;
}

class LineCutter {
 public:
  LineCutter(const TextTree& tree, std::size_t element) : tree_(tree), page_(tree.page()), element_(element), block_(element) {}

  std::vector<TextLine> run() {
    for (std::size_t i = element_; i < page_[element_].end;) {
      if (tree_.pruned(i) && (holds_no_lines(page_[i].tag) || !is_block(page_[i].tag) || is_hidden(page_[i]))) {
        i = page_[i].end;
        continue;
      }
      if (i >= pruned_end_ && tree_.pruned(i)) pruned_end_ = page_[i].end;
      if (page_[i].tag == Tag::a) link_end_ = std::max<std::size_t>(link_end_, page_[i].end);
      if (page_[i].tag == Tag::br) ++breaks_;
      if (page_[i].tag == Tag::text) add(i);
      ++i;
    }
    end_line();
    return std::move(lines_);
  }

 private:
  void add(std::size_t i) {
    const std::string_view text = page_[i].text;
    const std::size_t letters = visible_bytes(text), own = tree_.block_of(i);
    if (letters == 0) {
      if (own == block_) append_squeezed(line_.text, text);
      return;
    }
    if (own != block_ || breaks_ > 1) end_line();
    else if (breaks_ == 1) append_squeezed(line_.text, " ");
    block_ = own;
    breaks_ = 0;
    if (line_.letters == 0) begin_line(i);
    line_.end = static_cast<std::uint32_t>(i + 1);
    line_.letters += static_cast<std::uint32_t>(letters);
    if (i < link_end_) line_.linked += static_cast<std::uint32_t>(letters);
    append_squeezed(line_.text, text);
  }
  void begin_line(std::size_t i) {
    line_.first = static_cast<std::uint32_t>(i);
    line_.block = static_cast<std::uint32_t>(block_);
    line_.doubt = i < pruned_end_ ? TextLine::Doubt::pruned : TextLine::Doubt::none;
  }
  void end_line() {
    while (line_.text.ends_with(' ')) line_.text.pop_back();
    TextLine line = std::exchange(line_, {});
    if (!line.text.empty()) lines_.push_back(std::move(line));
    breaks_ = 0;
  }

  const TextTree& tree_;
  const HtmlPage& page_;
  std::size_t element_, block_, pruned_end_ = 0, link_end_ = 0, breaks_ = 0;
  TextLine line_;
  std::vector<TextLine> lines_;
};

}  // namespace

std::vector<TextLine> cut_lines(const TextTree& tree, std::size_t element) { return LineCutter(tree, element).run(); }

std::string_view doubt_name(TextLine::Doubt doubt) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"kept", "in a pruned block", "headline", "list of links", "line of the site", "repeats the title", "byline or date", "caption",
       "heading without text", "ending of the site", "leads to other articles", "model"});
  return names[static_cast<std::size_t>(doubt)];
}

}  // namespace headrace
