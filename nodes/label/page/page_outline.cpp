#include "nodes/label/page/page_outline.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "nodes/support/html_attributes.hpp"
#include "nodes/url/registrable_domain.hpp"

namespace headrace {
namespace {

constexpr std::size_t longest_page = 512 << 10, longest_value = 2048, most_hosts = 1000;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view text) {
  std::string out(text.substr(0, longest_value));
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool same(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [](char a, char b) { return lower(a) == b; });
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != text.npos; });
}

// Of an absolute address, or one that begins with //; else empty.
std::string_view host_of(std::string_view url) {
  const auto slashes = url.find("//");
  if (slashes == url.npos || slashes > 6) return {};
  const std::string_view host = url.substr(slashes + 2, url.find_first_of("/?#", slashes + 2) - slashes - 2);
  return host.substr(0, host.find(':'));
}

class Scan {
 public:
  Scan(std::string_view html, std::string_view url) : html_(html.substr(0, longest_page)), own_host_(lowered(host_of(url))) {}

  PageOutline all() {
    while (at_ < html_.size()) {
      if (html_[at_] == '<' && tag()) continue;
      if (!is_space(html_[at_])) ++out_.text, out_.linked_text += inside_link_;
      ++at_;
    }
    return out_;
  }

 private:
  // Takes what begins with '<'. False when it is text after all.
  bool tag() {
    if (html_.substr(at_).starts_with("<!--")) return skip_behind("-->");
    const bool closes = at_ + 1 < html_.size() && html_[at_ + 1] == '/';
    std::size_t end = at_ + 1 + closes;
    if (end >= html_.size() || (!is_letter(html_[end]) && html_[end] != '!' && html_[end] != '?')) return false;
    const std::size_t begin = end;
    while (end < html_.size() && !is_space(html_[end]) && html_[end] != '>' && html_[end] != '/') ++end;
    const std::string_view name = html_.substr(begin, end - begin);
    attributes_ = {};
    HtmlAttributes each(html_, end);
    while (each.next()) keep(each.name(), each.value());
    at_ = each.end();
    if (closes) inside_link_ = inside_link_ && !same(name, "a");
    else element(name);
    return true;
  }

  bool skip_behind(std::string_view end) {
    const auto found = html_.find(end, at_);
    at_ = found == html_.npos ? html_.size() : found + end.size();
    return true;
  }

  void keep(std::string_view name, std::string_view value) {
    if (same(name, "href")) attributes_.href = value;
    else if (same(name, "rel")) attributes_.rel = value;
    else if (same(name, "style")) attributes_.style = value;
    else if (same(name, "content")) attributes_.content = value;
    else if (same(name, "name") || same(name, "http-equiv")) attributes_.name = value;
    else if (same(name, "hidden")) attributes_.hidden = true;
  }

  void element(std::string_view name) {
    if (same(name, "a")) link();
    else if (same(name, "p")) ++out_.paragraphs;
    else if (same(name, "img")) ++out_.images;
    else if (same(name, "iframe")) ++out_.frames;
    else if (same(name, "form")) ++out_.forms;
    else if (same(name, "input") || same(name, "select") || same(name, "textarea")) ++out_.fields;
    else if (same(name, "meta")) meta();
    if (attributes_.hidden || (!attributes_.style.empty() && hides(lowered(attributes_.style)))) ++out_.hidden;
    const bool script = same(name, "script");
    out_.scripts += script;
    if (script || same(name, "style")) skip_raw_text(script ? "script" : "style");
  }

  void link() {
    if (attributes_.href.empty()) return;
    inside_link_ = true;
    ++out_.links;
    out_.paid_links += !attributes_.rel.empty() && has_any(lowered(attributes_.rel), {"nofollow", "sponsored"});
    if (const std::string_view host = host_of(attributes_.href); !host.empty() && is_foreign(lowered(host))) ++out_.foreign_links;
  }

  // Which site a host belongs to takes longer to find out than all else about a link.
  bool is_foreign(const std::string& host) {
    if (const auto known = hosts_.find(host); known != hosts_.end()) return known->second;
    const bool foreign = !same_site(host, own_host_);
    if (hosts_.size() < most_hosts) {
      hosts_.emplace(host, foreign);
      out_.foreign_hosts += foreign;
    }
    return foreign;
  }

  void meta() {
    const std::string name = lowered(attributes_.name), content = lowered(attributes_.content);
    out_.sends_away = out_.sends_away || (name == "refresh" && content.find("url") != content.npos);
    out_.not_indexed = out_.not_indexed || (name == "robots" && content.find("noindex") != content.npos);
  }

  static bool hides(std::string style) {
    std::erase_if(style, is_space);
    return has_any(style, {"display:none", "visibility:hidden", "font-size:0", "text-indent:-", "left:-", "top:-", "opacity:0;"});
  }

  void skip_raw_text(std::string_view name) {
    while (at_ < html_.size()) {
      skip_behind("</");
      if (same(html_.substr(at_, name.size()), name)) break;
    }
    if (at_ < html_.size()) at_ -= 2;  // the end tag is a tag
  }

  const std::string_view html_;
  const std::string own_host_;
  std::size_t at_ = 0;
  bool inside_link_ = false;
  struct {
    std::string_view href, rel, style, content, name;
    bool hidden = false;
  } attributes_;
  std::unordered_map<std::string, bool> hosts_;  // those that links lead to: whether they are foreign
  PageOutline out_;
};

}  // namespace

PageOutline outline_of(std::string_view html, std::string_view url) { return Scan(html, url).all(); }

}  // namespace headrace
