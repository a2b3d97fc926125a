#include "nodes/extract/json_repair.hpp"

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t max_depth = 200;

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Repair {
 public:
  explicit Repair(std::string_view text) : text_(text) {
    constexpr std::string_view cdata = "<![CDATA[";
    const std::size_t mark = text.find(cdata);
    at_ = mark == text.npos ? 0 : mark + cdata.size();
    at_ = std::min(text.find_first_of("{[", at_), text.size());
  }

  std::string run() {
    while (at_ < text_.size() && !done_) step();
    if (in_string_) out_ += '"';
    drop_comma();
    if (out_.ends_with(':')) out_ += "null";
    while (!open_.empty()) close();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (in_string_) return string_step(c);
    if (const std::size_t skip = comment_length()) {
      at_ += skip;
      return;
    }
    ++at_;
    if (c == '"') in_string_ = true, out_ += c;
    else if (c == '{' || c == '[') opened(c);
    else if (c == '}' || c == ']') closed(c);
    else if (!is_space(c)) out_ += c;
    else if (!out_.empty() && out_.back() != ' ') out_ += ' ';
  }

  void opened(char c) {
    if (open_.size() >= max_depth) {
      done_ = true;
      return;
    }
    open_ += c;
    out_ += c;
  }
  void closed(char c) {
    drop_comma();
    if (open_.empty() || (open_.back() == '{') != (c == '}')) return;
    close();
    done_ = open_.empty();
  }
  void close() {
    out_ += open_.back() == '{' ? '}' : ']';
    open_.pop_back();
  }
  void drop_comma() {
    while (out_.ends_with(' ')) out_.pop_back();
    if (!in_string_ && out_.ends_with(',')) out_.pop_back();
  }

  void string_step(char c) {
    ++at_;
    if (c == '\\') return escape();
    if (c == '"' && !ends_string()) {
      out_ += "\\\"";
    } else if (c == '"') {
      in_string_ = false;
      out_ += c;
    } else {
      out_ += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  void escape() {
    if (at_ == text_.size()) return;
    const char c = text_[at_++];
    if (std::string_view("\"\\/bfnrtu").find(c) != std::string_view::npos) (out_ += '\\') += c;
    else if (static_cast<unsigned char>(c) >= ' ') out_ += c;  // "\'" and the like
  }
  // A quote ends its string when what may follow a string follows.
  bool ends_string() const {
    std::size_t next = at_;
    while (next < text_.size() && next < at_ + 64 && is_space(text_[next])) ++next;
    return next == text_.size() || std::string_view(",:}]").find(text_[next]) != std::string_view::npos || begins_comment(next);
  }

  bool begins_comment(std::size_t at) const {
    const std::string_view rest = text_.substr(at, 4);
    return (rest.starts_with("/*") && rest.size() > 3) || rest.starts_with("//") || rest == "<!--" || rest.starts_with("-->");
  }
  std::size_t comment_length() const {
    if (!begins_comment(at_)) return 0;
    const std::string_view rest = text_.substr(at_);
    const auto to = [&](std::string_view end) { return std::min(rest.find(end), rest.size() - end.size()) + end.size(); };
    if (rest.starts_with("/*")) return to("*/");
    if (rest.starts_with("//")) return std::min(rest.find('\n'), rest.size());
    return rest.starts_with("<!--") ? 4 : 3;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_, open_;
  bool in_string_ = false, done_ = false;
};

}  // namespace

std::string repaired_json(std::string_view text) { return Repair(text).run(); }

}  // namespace headrace
