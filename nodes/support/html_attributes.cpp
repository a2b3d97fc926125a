#include "nodes/support/html_attributes.hpp"

#include <algorithm>

namespace headrace {

namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

}  // namespace

void HtmlAttributes::skip_spaces() {
  while (at_ < html_.size() && is_space(html_[at_])) ++at_;
}

// Behind the '='.
void HtmlAttributes::read_value() {
  skip_spaces();
  const char quote = at_ < html_.size() ? html_[at_] : '\0';
  const std::size_t begin = at_;
  if (quote == '"' || quote == '\'') {
    at_ = std::min(html_.find(quote, begin + 1), html_.size());
    value_ = html_.substr(begin + 1, at_ - begin - 1);
    at_ = std::min(at_ + 1, html_.size());
    return;
  }
  while (at_ < html_.size() && html_[at_] != '>' && !is_space(html_[at_])) ++at_;
  value_ = html_.substr(begin, at_ - begin);
}

bool HtmlAttributes::next() {
  while (at_ < html_.size() && (is_space(html_[at_]) || html_[at_] == '/')) ++at_;
  if (at_ >= html_.size()) return false;
  if (html_[at_] == '>') {
    ++at_;
    closed_ = true;
    return false;
  }
  const std::size_t begin = at_++;  // a '=' in front belongs to the name
  while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>' && html_[at_] != '=') ++at_;
  std::size_t end = at_;
  name_ = html_.substr(begin, end - begin);
  value_ = {};
  skip_spaces();
  if (at_ < html_.size() && html_[at_] == '=') {
    ++at_;
    read_value();
    end = at_;
  }
  whole_ = html_.substr(begin, end - begin);
  return true;
}

}  // namespace headrace
