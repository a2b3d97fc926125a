#include "nodes/extract/html_attributes.hpp"

#include <algorithm>
#include <array>

namespace headrace {

namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr std::size_t longest = std::max_element(attributes_looked_at.begin(), attributes_looked_at.end(),
                                                 [](auto a, auto b) { return a.size() < b.size(); }) -> size();

}  // namespace

int number_of_attribute(std::string_view name) {
  if (name.size() > longest) return -1;
  char text[longest];
  std::transform(name.begin(), name.end(), text, lower);
  const std::string_view lower_case(text, name.size());
  const auto* const found = std::lower_bound(attributes_looked_at.begin(), attributes_looked_at.end(), lower_case);
  return found == attributes_looked_at.end() || *found != lower_case ? -1 : static_cast<int>(found - attributes_looked_at.begin());
}

std::size_t HtmlAttributes::skip_spaces(std::size_t at) const {
  while (at < html_.size() && is_space(html_[at])) ++at;
  return at;
}

// One past the value that begins at `at`, where no blank stands.
std::size_t HtmlAttributes::value_end(std::size_t at) const {
  if (at < html_.size() && (html_[at] == '"' || html_[at] == '\'')) {
    const std::size_t quote = html_.find(html_[at], at + 1);
    return quote == html_.npos ? html_.size() : quote + 1;
  }
  while (at < html_.size() && html_[at] != '>' && !is_space(html_[at])) ++at;
  return at;
}

bool HtmlAttributes::next() {
  while (at_ < html_.size() && (is_space(html_[at_]) || html_[at_] == '/')) ++at_;
  if (at_ == html_.size()) return false;
  if (html_[at_] == '>') {
    ++at_;
    closed_ = true;
    return false;
  }
  const std::size_t begin = at_++;  // a '=' in front belongs to the name
  while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>' && html_[at_] != '=') ++at_;
  name_ = html_.substr(begin, at_ - begin);
  if (const std::size_t sign = skip_spaces(at_); sign < html_.size() && html_[sign] == '=') at_ = value_end(skip_spaces(sign + 1));
  whole_ = html_.substr(begin, at_ - begin);
  return true;
}

}  // namespace headrace
