#include "nodes/extract/markdown.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "nodes/extract/page_meta.hpp"

namespace headrace {

namespace {

constexpr int deepest_list = 6;

// One line of text with its inline marks. Marks hug their words: blanks are moved out of them.
class Inline {
 public:
  Inline(const HtmlPage& page, std::string_view url) : page_(page), url_(url) {}

  std::string run(const TextTree& tree, const TextLine& line) {
    std::vector<std::size_t> around;
    for (std::size_t i = page_[line.first].parent; i > line.block; i = page_[i].parent) around.push_back(i);
    std::for_each(around.rbegin(), around.rend(), [&](std::size_t i) { open(i); });
    for (std::size_t i = line.first; i < line.end;) {
      close(i);
      if (tree.pruned(i)) {
        i = page_[i].end;
        continue;
      }
      if (page_[i].tag == Tag::br) add(" ");
      else if (page_[i].tag == Tag::text) add(page_[i].text);
      else open(i);
      ++i;
    }
    close(page_.size());
    while (out_.ends_with(' ')) out_.pop_back();
    return std::move(out_);
  }

 private:
  struct Mark {
    std::size_t end;  // the node behind its element
    std::string opening, closing;
    bool written = false;
  };

  void open(std::size_t i) {
    const HtmlNode& node = page_[i];
    switch (node.tag) {
      case Tag::b:
      case Tag::strong: return marks_.push_back({node.end, "**", "**"});
      case Tag::i:
      case Tag::em: return marks_.push_back({node.end, "*", "*"});
      case Tag::code: return marks_.push_back({node.end, "`", "`"});
      case Tag::a:
        if (auto url = absolute_url(squeezed(node.attribute("href")), url_); url && url->find_first_of("()<>") == url->npos)
          marks_.push_back({node.end, "[", "](" + *url + ")"});
        return;
      default: return;
    }
  }
  void close(std::size_t i) {
    while (!marks_.empty() && marks_.back().end <= i) {
      const Mark mark = std::move(marks_.back());
      marks_.pop_back();
      if (!mark.written) continue;
      const bool blank = out_.ends_with(' ');
      while (out_.ends_with(' ')) out_.pop_back();
      (out_ += mark.closing) += blank ? " " : "";
    }
  }
  void add(std::string_view text) {
    std::string piece = out_.empty() ? "" : out_.substr(out_.size() - 1);  // white space joins that before it
    const std::size_t known = piece.size();
    append_squeezed(piece, text);
    piece.erase(0, known);
    if (piece.starts_with(' ')) out_ += ' ', piece.erase(0, 1);
    if (piece.empty()) return;
    for (Mark& mark : marks_)
      if (!mark.written) out_ += mark.opening, mark.written = true;
    for (const char c : piece) {
      if (std::string_view("\\`*_[]<").find(c) != std::string_view::npos) out_ += '\\';
      out_ += c;
    }
  }

  const HtmlPage& page_;
  std::string_view url_;
  std::vector<Mark> marks_;
  std::string out_;
};

class Writer {
 public:
  Writer(const TextTree& tree, std::string_view url) : tree_(tree), page_(tree.page()), url_(url) {}

  void add(const TextLine& line) {
    const std::string prefix = prefix_of(line);
    const bool in_code = ancestor(line.block, Tag::pre).has_value();
    if (in_code != code_) fence(in_code);
    const bool item = prefix.find("- ") != prefix.npos || prefix.find("1. ") != prefix.npos;
    if (!out_.empty() && !in_code) out_ += item && item_ ? "" : "\n";
    item_ = item;
    out_ += in_code ? line.text : prefix + escaped_start(Inline(page_, url_).run(tree_, line), prefix);
    out_ += '\n';
  }
  std::string take() {
    if (code_) fence(false);
    return std::move(out_);
  }

 private:
  void fence(bool opens) {
    out_ += opens && !out_.empty() ? "\n```\n" : "```\n";
    code_ = opens;
  }
  std::optional<std::size_t> ancestor(std::size_t i, Tag tag) const {
    for (; i > 0; i = page_[i].parent)
      if (page_[i].tag == tag) return i;
    return {};
  }
  std::string prefix_of(const TextLine& line) const {
    const Tag tag = page_[line.block].tag;
    std::string out = ancestor(line.block, Tag::blockquote) ? "> " : "";
    if (is_heading(tag)) return out + std::string(static_cast<std::size_t>(tag) - static_cast<std::size_t>(Tag::h1) + 1, '#') + " ";
    const auto item = ancestor(line.block, Tag::li);
    if (!item) return out;
    int depth = 0;
    bool numbered = false;
    for (std::size_t i = *item; i > 0 && depth <= deepest_list; i = page_[i].parent) {
      if (page_[i].tag != Tag::ul && page_[i].tag != Tag::ol) continue;
      if (depth++ == 0) numbered = page_[i].tag == Tag::ol;
    }
    return out + std::string(static_cast<std::size_t>(2 * std::max(depth - 1, 0)), ' ') + (numbered ? "1. " : "- ");
  }
  // "1. May" and "# 5" at the start of a paragraph are no list and no heading.
  static std::string escaped_start(std::string text, const std::string& prefix) {
    if (!prefix.empty() || text.empty()) return text;
    if (std::string_view("#-+>").find(text.front()) != std::string_view::npos) return "\\" + text;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')')) text.insert(digits, "\\");
    return text;
  }

  const TextTree& tree_;
  const HtmlPage& page_;
  std::string_view url_;
  std::string out_;
  bool code_ = false, item_ = false;
};

}  // namespace

std::string to_markdown(const MainText& text, const TextTree& tree, std::string_view url) {
  if (text.other) {
    std::string out;
    for (const char c : *text.other) out += c == '\n' ? std::string("\n\n") : std::string(1, c);
    return out;
  }
  Writer writer(tree, url);
  for (const TextLine& line : text.lines)
    if (line.doubt == TextLine::Doubt::none) writer.add(line);
  return writer.take();
}

}  // namespace headrace
