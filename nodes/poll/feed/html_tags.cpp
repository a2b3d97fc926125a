#include "nodes/poll/feed/html_tags.hpp"

#include <algorithm>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/xml_reader.hpp"
#include "nodes/support/html_attributes.hpp"

namespace headrace::feed {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool HtmlTags::is(std::string_view name) const { return same_name(name_, name); }

std::string HtmlTags::attribute(std::string_view name) const {
  for (const Attribute& each : attributes_)
    if (same_name(each.name, name)) return decode_entities(each.value).text;
  return "";
}

std::string_view HtmlTags::take(auto belongs) {
  const std::size_t first = at_;
  while (at_ < html_.size() && belongs(html_[at_])) ++at_;
  return html_.substr(first, at_ - first);
}

bool HtmlTags::next() {
  skip_raw_text();
  while ((at_ = std::min(html_.find('<', at_), html_.size())) < html_.size()) {
    if (html_.substr(at_).starts_with("<!--")) {
      skip_past("-->");
    } else if (++at_ < html_.size() && is_letter(html_[at_])) {
      name_ = take([](char c) { return !is_blank(c) && c != '/' && c != '>'; });
      read_attributes();
      return true;
    }
  }
  return false;
}

bool HtmlTags::skip_past(std::string_view closing) {
  const auto end = html_.find(closing, at_);
  at_ = end == std::string_view::npos ? html_.size() : end + closing.size();
  return end != std::string_view::npos;
}

// Behind the start tag of a script: to its end tag, whatever stands between.
void HtmlTags::skip_raw_text() {
  const std::string_view name = name_;
  name_ = {};
  constexpr std::string_view raw[] = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"};
  if (std::none_of(std::begin(raw), std::end(raw), [&](std::string_view each) { return same_name(name, each); })) return;
  while (skip_past("</"))
    if (same_name(html_.substr(at_, name.size()), name)) return;
}

void HtmlTags::read_attributes() {
  attributes_.clear();
  HtmlAttributes each(html_, at_);
  while (each.next())
    if (attributes_.size() < max_attributes) attributes_.push_back({each.name(), each.value()});
  at_ = each.end();
}

}  // namespace headrace::feed
