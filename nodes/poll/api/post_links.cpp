#include "nodes/poll/api/post_links.hpp"

#include <algorithm>
#include <utility>

#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::api {

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool has_class(std::string_view classes, std::string_view wanted) {
  while (!classes.empty()) {
    const auto end = static_cast<std::size_t>(std::find_if(classes.begin(), classes.end(), is_blank) - classes.begin());
    if (classes.substr(0, end) == wanted) return true;
    classes.remove_prefix(std::min(end + 1, classes.size()));
  }
  return false;
}

bool is_web_address(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

// Reads Markdown from left to right; each step takes at least one byte, and looks ahead no further than a line or an address.
class MarkdownLinks {
 public:
  explicit MarkdownLinks(std::string_view text) : text_(text) {}

  std::vector<std::string> read() {
    while (at_ < text_.size() && links_.size() < most_links) step();
    return std::move(links_);
  }

 private:
  static constexpr std::size_t longest_address = 4096, longest_fence = 32;

  std::string_view rest() const { return text_.substr(at_); }

  void step() {
    const char c = text_[at_];
    if (c == '\\') at_ += 2;
    else if (c == '`') skip_code();
    else if (rest().starts_with("](") || rest().starts_with("]: ")) take_target();
    else if (c == '!' && rest().starts_with("![")) in_picture_ = true, at_ += 2;
    else if (starts_address()) take_bare();
    else ++at_;
  }

  // As many backticks again end it; without them they are backticks.
  void skip_code() {
    const std::size_t end = std::min(text_.find_first_not_of('`', at_), text_.size());
    const std::string_view fence = text_.substr(at_, end - at_);
    at_ = end;
    if (fence.size() > longest_fence || open_fences_ >= most_open_fences) return;
    const std::size_t close = text_.find(fence, end);
    if (close == std::string_view::npos) ++open_fences_;  // so that a text of nothing but fences takes no longer
    else at_ = close + fence.size();
  }

  void take_target() {
    const bool picture = std::exchange(in_picture_, false), definition = text_[at_ + 1] == ':';
    at_ += definition ? 3 : 2;
    if (rest().starts_with('<')) ++at_;
    const std::string_view address = until(definition ? "> \t\n" : "> \t\n\"");
    const std::string_view target = definition ? address : balanced(address);
    at_ += target.size();
    if (!picture && is_web_address(target)) links_.emplace_back(target);
  }

  bool starts_address() const {
    if (!is_web_address(rest().substr(0, 8))) return false;
    return at_ == 0 || !is_word(text_[at_ - 1]);
  }
  static bool is_word(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

  void take_bare() {
    std::string_view address = balanced(until("<>\"`|\\^{} \t\n\r"));
    at_ += address.size();
    while (!address.empty() && std::string_view(".,;:!?'*_~]").find(address.back()) != std::string_view::npos) address.remove_suffix(1);
    links_.emplace_back(address);
  }

  std::string_view until(std::string_view ends) const {
    const std::string_view text = rest().substr(0, longest_address);
    return text.substr(0, std::min(text.find_first_of(ends), text.size()));
  }

  // Up to the first closing parenthesis that was not opened.
  static std::string_view balanced(std::string_view text) {
    std::size_t open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '(') ++open;
      else if (text[i] == ')' && open-- == 0) return text.substr(0, i);
    }
    return text;
  }

  static constexpr int most_open_fences = 64;
  std::string_view text_;
  std::size_t at_ = 0;
  int open_fences_ = 0;
  bool in_picture_ = false;
  std::vector<std::string> links_;
};

}  // namespace

std::vector<std::string> links_in_html(std::string_view html) {
  std::vector<std::string> out;
  feed::XmlReader markup(html);
  for (auto event = markup.next(); event != feed::XmlReader::Event::done && out.size() < most_links; event = markup.next()) {
    if (event != feed::XmlReader::Event::start || !feed::same_name(markup.local(), "a")) continue;
    const std::string classes = markup.attribute("class").value_or("");
    if (has_class(classes, "mention") || has_class(classes, "hashtag")) continue;
    if (auto address = markup.attribute("href"); address && !address->empty()) out.push_back(*std::move(address));
  }
  return out;
}

std::vector<std::string> links_in_markdown(std::string_view text) { return MarkdownLinks(text).read(); }

}  // namespace headrace::api
