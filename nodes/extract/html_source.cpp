#include "nodes/extract/html_source.hpp"

#include <algorithm>
#include <cstdint>

#include "nodes/extract/attribute_names.hpp"
#include "nodes/extract/tag_kinds.hpp"
#include "nodes/support/html_attributes.hpp"

namespace headrace {

namespace {

constexpr std::size_t max_depth = 512;         // as browsers cut it
constexpr std::size_t max_attributes = 100;    // the parser compares each with each
constexpr std::size_t max_formatting = 16;     // elements that the parser opens again in every paragraph until they are closed
constexpr std::size_t max_search = 64;         // open elements that the end tag of an inline element is compared with
constexpr std::size_t max_json_ld = 64;        // scripts kept
constexpr std::size_t longest_reference = 33;  // of a character's name, "&CounterClockwiseContourIntegral;"

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool ends_name(char c) { return is_space(c) || c == '/' || c == '>'; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool same_name_at(std::string_view text, std::size_t at, std::string_view name) {
  if (at + name.size() > text.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (lower(text[at + i]) != name[i]) return false;
  return at + name.size() == text.size() || ends_name(text[at + name.size()]);
}

// Where "</name" begins, or npos.
std::size_t find_end_tag(std::string_view text, std::size_t from, std::string_view name) {
  for (std::size_t at = text.find("</", from); at != text.npos; at = text.find("</", at + 2))
    if (same_name_at(text, at + 2, name)) return at;
  return text.npos;
}

// Where the "</script" that ends a script begins. "<!-- <script" inside of it hides one end tag (the standard's double
// escaped state).
std::size_t find_script_end(std::string_view text, std::size_t from) {
  bool escaped = false, hidden = false;
  for (std::size_t at = text.find_first_of("<-", from); at != text.npos; at = text.find_first_of("<-", at + 1)) {
    if (text[at] == '-') {
      if (text.substr(at, 3) == "-->") escaped = hidden = false;
    } else if (text.substr(at, 4) == "<!--") {
      escaped = true;
    } else if (same_name_at(text, at + 1, "script")) {
      hidden = hidden || escaped;
    } else if (at + 1 < text.size() && text[at + 1] == '/' && same_name_at(text, at + 2, "script")) {
      if (!hidden) return at;
      hidden = false;
    }
  }
  return text.npos;
}

std::size_t comment_end(std::string_view text, std::size_t open) {
  const std::string_view body = text.substr(open + 4);
  if (body.starts_with(">")) return open + 5;
  if (body.starts_with("->")) return open + 6;
  for (std::size_t at = text.find("--", open + 4); at != text.npos; at = text.find("--", at + 1)) {
    if (text.substr(at, 3) == "-->") return at + 3;
    if (text.substr(at, 4) == "--!>") return at + 4;
  }
  return text.size();
}

// One past the tag whose name begins at `at`; quoted values may hold a '>'.
std::size_t tag_end(std::string_view text, std::size_t at) {
  while (at < text.size() && !ends_name(text[at])) ++at;
  HtmlAttributes attributes(text, at);
  while (attributes.next()) {}
  return attributes.end();
}

// Whether more text could make another character of the end, as it could of "&am".
bool ends_in_reference(std::string_view text) {
  std::size_t length = 0;
  while (length < std::min(longest_reference, text.size())) {
    const char c = text[text.size() - ++length];
    if (c == '&') return true;
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '#') return false;
  }
  return false;
}

// An upper bound of how deep the parser's stack of open elements is, and of how much formatting it holds open, so that no page
// makes it quadratic. An element is taken for closed when the parser surely closes it: one that the standard calls special hides
// what is below it from the end tags of others.
class DepthGuard {
 public:
  // False when the element would stand too deep, or open formatting without end: its tag is then left out.
  bool open(std::string_view name, TagKinds kinds) {
    if (kinds & tag_kind::uncounted) return true;
    const bool formats = kinds & tag_kind::formatting;
    if (stack_.size() >= max_depth || (formats && open_formatting_ >= max_formatting)) return false;
    open_formatting_ += formats;
    stack_.push_back({hash_of(name), kinds, formats});
    return true;
  }
  void close(std::string_view name, TagKinds kinds) {
    if (kinds & tag_kind::formatting) close_formatting(name);
    const bool special = kinds & tag_kind::special;
    const std::uint64_t hash = hash_of(name);
    const std::size_t last = !special && stack_.size() > max_search ? stack_.size() - max_search : 0;
    for (std::size_t i = stack_.size(); i > last; --i) {
      ++steps_;
      const Open& open = stack_[i - 1];
      if (open.name == hash && name == "form") return remove(i - 1);  // what stands in it stays open
      if (open.name == hash || (open.kinds & kinds & tag_kind::heading)) return stack_.resize(i - 1);
      if (special ? (open.kinds & tag_kind::scope) && name != "table" : (open.kinds & tag_kind::special) != 0) return;
    }
  }
  std::size_t steps() const { return steps_; }

 private:
  struct Open {
    std::uint64_t name;
    TagKinds kinds;
    bool formats;  // and is not closed yet
  };
  // FNV-1a; two names that meet in it make the bound a little worse.
  static std::uint64_t hash_of(std::string_view name) {
    std::uint64_t out = 14695981039346656037u;
    for (const char c : name) out = (out ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return out;
  }
  // Only what no table or the like stands around. The parser forgets it, wherever else it stands.
  void close_formatting(std::string_view name) {
    const std::uint64_t hash = hash_of(name);
    const std::size_t last = stack_.size() > max_search ? stack_.size() - max_search : 0;
    for (std::size_t i = stack_.size(); i > last && !(stack_[i - 1].kinds & tag_kind::scope); --i) {
      ++steps_;
      if (stack_[i - 1].name != hash || !stack_[i - 1].formats) continue;
      stack_[i - 1].formats = false;
      --open_formatting_;
      return;
    }
  }
  void remove(std::size_t at) { stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(at)); }
  std::vector<Open> stack_;
  std::size_t open_formatting_ = 0, steps_ = 0;
};

class Reducer {
 public:
  explicit Reducer(std::string_view html) : html_(html) { out_.markup.reserve(html.size() / 2); }

  HtmlSource run() {
    while (at_ < html_.size()) {
      const std::size_t open = std::min(html_.find('<', at_), html_.size());
      keep_text(open);
      if (open == html_.size()) break;
      markup();
      ++out_.steps;
    }
    out_.steps += depth_.steps();
    return std::move(out_);
  }

 private:
  void keep(std::size_t end) {
    out_.markup.append(html_, at_, end - at_);
    at_ = end;
  }
  // Blanks alone say nothing beside a tag that begins a line or ends one, and yet a third of all nodes would be of them.
  void keep_text(std::size_t end) {
    const std::string_view text = html_.substr(at_, end - at_);
    if (text.empty()) return;
    const bool blank = !in_pre_ && std::all_of(text.begin(), text.end(), is_space);
    if (blank && behind_break_) return drop(end);
    const std::size_t before = out_.markup.size();
    keep(end);
    behind_break_ = false;
    if (!blank) return;
    if (blanks_end_ != before) blanks_begin_ = before;  // or else a comment stood between
    blanks_end_ = out_.markup.size();
  }
  // Before a tag that is kept.
  void note_tag(std::string_view name, TagKinds kinds, bool opens) {
    if (name == "link" || name == "meta") return;  // nobody sees them
    if (name == "pre") in_pre_ = opens;
    behind_break_ = kinds & tag_kind::line_breaking;
    if (behind_break_ && !in_pre_ && blanks_end_ == out_.markup.size()) out_.markup.resize(blanks_begin_);
    blanks_end_ = none;
  }
  // With the attributes that anybody looks at, unless they are too many. A tag that never ends is none.
  void keep_start_tag(std::size_t name_end) {
    const std::size_t begin = out_.markup.size();
    out_.markup.append(html_, at_, name_end - at_);
    const std::size_t bare = out_.markup.size();
    HtmlAttributes attributes(html_, name_end);
    std::size_t kept = 0;
    while (attributes.next()) {
      if (number_of_attribute(attributes.name()) < 0) continue;
      if (++kept <= max_attributes) (out_.markup += ' ') += attributes.written();
    }
    if (kept > max_attributes) out_.markup.resize(bare);
    if (attributes.closed()) out_.markup += '>';
    else out_.markup.resize(begin);
    drop(attributes.end());
  }
  void drop(std::size_t end) {
    at_ = std::min(end, html_.size());
    if (ends_in_reference(out_.markup)) out_.markup += "<!---->";  // "&am<!-- c -->p;" is not "&amp;"
  }

  void markup() {
    const char next = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
    const char after = at_ + 2 < html_.size() ? html_[at_ + 2] : '\0';
    if (is_letter(next)) start_tag();
    else if (next == '/' && is_letter(after)) end_tag();
    else if (html_.substr(at_, 4) == "<!--") drop(comment_end(html_, at_));
    else if (next == '!') keep(std::min(html_.find('>', at_), html_.size() - 1) + 1);
    else if (next == '?' || (next == '/' && after != '\0')) drop(std::min(html_.find('>', at_), html_.size() - 1) + 1);
    else less_than();
  }
  // Written so that it makes no tag of what follows, when what stands between is left out.
  void less_than() {
    out_.markup += "&lt;";
    ++at_;
    behind_break_ = false;
  }

  std::size_t end_of_name(std::size_t at) const {
    while (at < html_.size() && !ends_name(html_[at])) ++at;
    return at;
  }
  std::string name_of(std::size_t begin, std::size_t end) const {
    return lower_case(html_.substr(begin, std::min<std::size_t>(end - begin, 64)));
  }

  void end_tag() {
    const std::size_t name_end = end_of_name(at_ + 2);
    const std::string name = name_of(at_ + 2, name_end);
    const TagKinds kinds = kinds_of_tag(name);
    depth_.close(name, kinds);
    note_tag(name, kinds, false);
    keep(name_end);
    HtmlAttributes attributes(html_, name_end);
    while (attributes.next()) {}
    if (attributes.closed()) out_.markup += '>';
    drop(attributes.end());
  }

  void start_tag() {
    const std::size_t name_end = end_of_name(at_ + 1);
    const std::string name = name_of(at_ + 1, name_end);
    if (name == "script") return script(tag_end(html_, name_end));
    if (name == "style" || name == "iframe" || name == "noembed" || name == "noframes" || name == "textarea")
      return raw_text(tag_end(html_, name_end), name);
    if (name == "svg" || name == "math") return drawing(tag_end(html_, name_end), name);
    if (name == "title" || name == "xmp") return keep(std::min(find_end_tag(html_, tag_end(html_, name_end), name), html_.size()));
    if (name == "plaintext") return drop(tag_end(html_, name_end));
    const TagKinds kinds = kinds_of_tag(name);
    if (!depth_.open(name, kinds)) return drop(tag_end(html_, name_end));
    note_tag(name, kinds, true);
    keep_start_tag(name_end);
  }

  void script(std::size_t body) {
    const std::string tag = lower_case(html_.substr(at_, body - at_));
    const std::size_t close = std::min(find_script_end(html_, body), html_.size());
    if (tag.find("application/ld+json") != tag.npos && out_.json_ld.size() < max_json_ld)
      out_.json_ld.emplace_back(html_.substr(body, close - body));
    drop(close == html_.size() ? close : tag_end(html_, close + 2));
  }

  void raw_text(std::size_t body, std::string_view name) {
    const std::size_t close = find_end_tag(html_, body, name);
    drop(close == html_.npos ? html_.size() : tag_end(html_, close + 2));
  }

  // Drawings and formulas have grammars of their own and no prose. One that never ends loses only its tag.
  void drawing(std::size_t body, std::string_view name) {
    if (body >= 2 && html_[body - 2] == '/') return drop(body);
    bool& endless = name == "svg" ? endless_svg_ : endless_math_;
    const std::size_t close = endless ? html_.npos : find_end_tag(html_, body, name);
    endless = close == html_.npos;
    drop(endless ? body : tag_end(html_, close + 2));
  }

  std::string_view html_;
  std::size_t at_ = 0;
  bool endless_svg_ = false, endless_math_ = false;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  bool in_pre_ = false, behind_break_ = true;         // what was kept last: a tag that breaks the line, or nothing
  std::size_t blanks_begin_ = 0, blanks_end_ = none;  // of the markup, when blanks were kept last
  DepthGuard depth_;
  HtmlSource out_;
};

}  // namespace

HtmlSource reduce_html(std::string_view html) { return Reducer(html).run(); }

}  // namespace headrace
