#include "nodes/url/page_links.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "nodes/support/html_attributes.hpp"

namespace headrace {

namespace {

constexpr std::size_t most_links = 8, most_attributes = 32, longest_script = 1u << 20;

bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool same_word(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return a == b || (is_letter(a) && (a | 32) == b); });
}

// ---- character references ------------------------------------------------------------------------------------------------

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) out += static_cast<char>(c);
  else if (c < 0x800) out += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
  else if (c < 0x10000)
    out += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
  else
    out += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)), static_cast<char>(0x80 | (c >> 6 & 63)),
            static_cast<char>(0x80 | (c & 63))};
}

// Appends what "&name;" stands for. False for a name that does not occur in addresses: it is then left as it is.
bool append_reference(std::string& out, std::string_view name) {
  if (name.starts_with('#')) {
    const bool hex = name.size() > 1 && (name[1] | 32) == 'x';
    name.remove_prefix(hex ? 2 : 1);
    std::uint32_t c = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), c, hex ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size() || c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return false;
    append_utf8(out, c);
    return true;
  }
  struct Named {
    std::string_view name;
    char character;
  };
  for (const Named& each : {Named{"amp", '&'}, {"quot", '"'}, {"apos", '\''}, {"lt", '<'}, {"gt", '>'}, {"sol", '/'}, {"colon", ':'}})
    if (name == each.name) return out += each.character, true;
  return false;
}

std::string without_references(std::string_view text) {
  constexpr std::size_t longest_name = 10;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find('&', at), text.size());
    out.append(text, at, mark - at);
    at = mark;
    if (at == text.size()) break;
    const std::size_t end = text.substr(at, longest_name).find(';');
    if (end != std::string_view::npos && append_reference(out, text.substr(at + 1, end - 1))) at += end + 1;
    else out += text[at++];
  }
  return out;
}

// ---- tags ----------------------------------------------------------------------------------------------------------------

struct Attribute {
  std::string_view name, value;
};

class PageReader {
 public:
  explicit PageReader(std::string_view html) : html_(html) {}

  PageLinks read() {
    for (;;) {
      at_ = html_.find('<', at_);
      if (at_ == std::string_view::npos) return std::move(links_);
      if (html_.substr(at_).starts_with("<!--")) skip_past("-->");
      else read_tag();
    }
  }

 private:
  void skip_past(std::string_view end) {
    at_ = html_.find(end, at_);
    if (at_ != std::string_view::npos) at_ += end.size();
    else at_ = html_.size();
  }

  void read_tag() {
    const bool closes = html_.substr(++at_).starts_with('/');
    at_ += closes;
    const std::size_t start = at_;
    while (at_ < html_.size() && (is_letter(html_[at_]) || (html_[at_] >= '0' && html_[at_] <= '9'))) ++at_;
    const std::string_view name = html_.substr(start, at_ - start);
    if (name.empty()) return;
    if (same_word(name, closes ? "head" : "body")) in_head_ = false;
    if (closes) return;
    const bool is_script = same_word(name, "script");
    if (!in_head_ && !is_script && !is_raw(name)) return;
    read_attributes();
    if (is_script) read_script();
    else if (is_raw(name)) raw_text(name);
    else if (in_head_) take(name);
  }

  // Elements whose text is no markup.
  static bool is_raw(std::string_view name) { return same_word(name, "style") || same_word(name, "title") || same_word(name, "textarea"); }

  void read_attributes() {
    attributes_.clear();
    HtmlAttributes each(html_, at_);
    while (each.next())
      if (attributes_.size() < most_attributes) attributes_.push_back({each.name(), each.value()});
    at_ = each.end();
  }

  std::string_view attribute(std::string_view name) const {
    for (const Attribute& each : attributes_)
      if (same_word(each.name, name)) return each.value;
    return {};
  }

  // Everything up to the end tag of `name`; up to the end of the page when there is none.
  std::string_view raw_text(std::string_view name) {
    const std::size_t start = at_;
    for (;;) {
      at_ = html_.find("</", at_);
      if (at_ == std::string_view::npos) return at_ = html_.size(), html_.substr(start);
      if (html_.size() - at_ - 2 >= name.size() &&
          std::equal(name.begin(), name.end(), html_.begin() + static_cast<std::ptrdiff_t>(at_) + 2,
                     [](char a, char b) { return (a | 32) == (b | 32); }))
        return html_.substr(start, at_ - start);
      at_ += 2;
    }
  }

  void read_script() {
    const bool is_json_ld = same_word(attribute("type").substr(0, attribute("type").find(';')), "application/ld+json");
    const std::string_view text = raw_text("script");
    if (!is_json_ld || text.size() > longest_script || links_.json_ld.size() >= most_links) return;
    for (std::string& each : article_addresses(std::string(text))) add(links_.json_ld, std::move(each));
  }

  void take(std::string_view tag) {
    if (same_word(tag, "link")) {
      if (has_relation(attribute("rel"), "canonical")) add(links_.canonical, without_references(attribute("href")));
      if (has_relation(attribute("rel"), "amphtml")) add(links_.amphtml, without_references(attribute("href")));
    } else if (same_word(tag, "meta")) {
      if (same_word(attribute("property"), "og:url") || same_word(attribute("name"), "og:url"))
        add(links_.og_url, without_references(attribute("content")));
      if (same_word(attribute("http-equiv"), "refresh")) add(links_.refresh, without_references(attribute("content")));
    } else if (same_word(tag, "base") && links_.base.empty()) {
      links_.base = without_references(attribute("href"));
    }
  }

  static void add(std::vector<std::string>& links, std::string link) {
    if (!link.empty() && links.size() < most_links) links.push_back(std::move(link));
  }

  std::string_view html_;
  std::size_t at_ = 0;
  bool in_head_ = true;
  std::vector<Attribute> attributes_;
  PageLinks links_;
};

}  // namespace

PageLinks read_page_links(std::string_view html) { return PageReader(html).read(); }

bool has_relation(std::string_view rel, std::string_view relation) {
  while (!rel.empty()) {
    const auto end = static_cast<std::size_t>(std::find_if(rel.begin(), rel.end(), is_blank) - rel.begin());
    if (same_word(rel.substr(0, end), relation)) return true;
    rel.remove_prefix(std::min(end + 1, rel.size()));
  }
  return false;
}

}  // namespace headrace
