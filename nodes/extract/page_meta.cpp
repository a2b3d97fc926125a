#include "nodes/extract/page_meta.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace headrace {

namespace {

constexpr std::size_t max_entries = 500, max_content = 10'000;

struct Entity {
  std::string_view name, text;
};
// Those that escape punctuation, which is what is escaped twice.
constexpr auto entities = std::to_array<Entity>({{"amp", "&"},
                                                 {"apos", "'"},
                                                 {"gt", ">"},
                                                 {"hellip", "…"},
                                                 {"laquo", "«"},
                                                 {"ldquo", "“"},
                                                 {"lsquo", "‘"},
                                                 {"lt", "<"},
                                                 {"mdash", "—"},
                                                 {"nbsp", " "},
                                                 {"ndash", "–"},
                                                 {"quot", "\""},
                                                 {"raquo", "»"},
                                                 {"rdquo", "”"},
                                                 {"rsquo", "’"}});

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) out += static_cast<char>(code);
  else if (code < 0x800) (out += static_cast<char>(0xC0 | code >> 6)) += static_cast<char>(0x80 | (code & 0x3F));
  else if (code < 0x10000)
    ((out += static_cast<char>(0xE0 | code >> 12)) += static_cast<char>(0x80 | (code >> 6 & 0x3F))) +=
        static_cast<char>(0x80 | (code & 0x3F));
  else
    (((out += static_cast<char>(0xF0 | code >> 18)) += static_cast<char>(0x80 | (code >> 12 & 0x3F))) +=
     static_cast<char>(0x80 | (code >> 6 & 0x3F))) += static_cast<char>(0x80 | (code & 0x3F));
}

// Appends what "&name;" stands for; false when it is nothing that we know.
bool append_entity(std::string& out, std::string_view name) {
  if (name.starts_with('#')) {
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const char *from = name.data() + (hex ? 2 : 1), *end = name.data() + name.size();
    std::uint32_t code = 0;
    const auto read = std::from_chars(from, end, code, hex ? 16 : 10);
    const bool character =
        read.ec == std::errc() && read.ptr == end && code >= 0x20 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (character) append_utf8(out, code);
    return character;
  }
  const auto* found = std::find_if(entities.begin(), entities.end(), [&](const Entity& each) { return each.name == name; });
  if (found == entities.end()) return false;
  out += found->text;
  return true;
}

std::string unescaped(std::string_view text) {
  constexpr std::size_t longest_name = 8;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '&' ? text.substr(0, at + 2 + longest_name).find(';', at) : text.npos;
    if (end != text.npos && append_entity(out, text.substr(at + 1, end - at - 1))) at = end + 1;
    else out += text[at++];
  }
  return out;
}

bool begins_tag(std::string_view text, std::size_t at) {
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  return next == '/' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
}

std::string without_tags(const std::string& text) {
  std::string out;
  const std::size_t last = text.rfind('>');  // behind it nothing is a tag
  for (std::size_t at = 0; at < text.size();) {
    const bool tag = text[at] == '<' && begins_tag(text, at) && last != text.npos && at < last;
    const std::size_t end = tag ? text.find('>', at) : text.npos;
    if (end == text.npos) {
      out += text[at++];
    } else {
      out += ' ';
      at = end + 1;
    }
  }
  return out;
}

// "dc:title" is written for dc.title, and "dcterm" for "dcterms".
std::string usual_name(std::string name) {
  if (name.starts_with("dc") && name.find(':') != name.npos) std::replace(name.begin(), name.end(), ':', '.');
  if (name.starts_with("dcterm.")) name.insert(6, "s");
  return name;
}

}  // namespace

std::string plain_text(std::string_view text, std::size_t most) {
  text = text.substr(0, most);
  if (text.find_first_of("&<") == text.npos) return squeezed(text);
  return squeezed(without_tags(unescaped(unescaped(text))));
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_web_url(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

std::string_view host_of(std::string_view url) {
  if (!is_web_url(url)) return {};
  url.remove_prefix(url.find("//") + 2);
  url = url.substr(0, url.find_first_of("/?#:"));
  return url.starts_with("www.") ? url.substr(4) : url;
}

bool is_front_page(std::string_view url) {
  const std::size_t path = url.find('/', url.find("//") + 2);
  return path == url.npos || url.substr(path) == "/";
}

std::optional<std::string> absolute_url(std::string_view link, std::string_view base) {
  if (link.empty() || link.find_first_of(" \t\n") != link.npos) return {};
  if (is_web_url(link)) return std::string(link);
  if (!is_web_url(base)) return {};
  const std::size_t host = base.find("//") + 2;
  const std::size_t path = std::min(base.find_first_of("/?#", host), base.size());
  if (link.starts_with("//")) return std::string(base.substr(0, host - 2)).append(link);
  if (link.starts_with("/")) return std::string(base.substr(0, path)).append(link);
  if (link.substr(0, link.find_first_of("/?#")).find(':') != link.npos) return {};  // data:, blob:, javascript:
  const std::string_view clean = base.substr(0, base.find_first_of("?#", path));
  if (link.starts_with("?")) return std::string(clean).append(link);
  const std::size_t folder = clean.rfind('/');
  return (folder < path ? std::string(clean) + "/" : std::string(clean.substr(0, folder + 1))).append(link);
}

PageMeta::PageMeta(const HtmlPage& page) {
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (page[i].tag == Tag::meta) add_meta(page[i]);
    if (page[i].tag == Tag::link) add_link(page[i]);
  }
}

void PageMeta::add_meta(const HtmlNode& meta) {
  const std::string_view content = meta.attribute("content");
  if (content.size() > max_content || entries_.size() >= max_entries) return;
  const std::string value = plain_text(content);
  if (value.empty()) return;
  // "og:title twitter:title" and " og:title " are written as well.
  for (const auto key : std::initializer_list<AttributeName>{"property", "name", "itemprop", "http-equiv"}) {
    const std::string names = lower_ascii(meta.attribute(key));
    for (std::size_t at = 0; at < names.size();) {
      const std::size_t begin = std::min(names.find_first_not_of(" \t\n", at), names.size());
      const std::size_t end = std::min(names.find_first_of(" \t\n", begin), names.size());
      if (begin < end && entries_.size() < max_entries) entries_.push_back({usual_name(names.substr(begin, end - begin)), value});
      at = end;
    }
  }
}

void PageMeta::add_link(const HtmlNode& link) {
  std::string address = squeezed(link.attribute("href"));
  if (!address.empty() && links_.size() < max_entries) links_.push_back({lower_ascii(link.attribute("rel")), std::move(address)});
}

const PageMeta::Entry* PageMeta::find(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names)
    for (const Entry& entry : entries_)
      if (entry.name == name) return &entry;
  return nullptr;
}

std::optional<std::string> PageMeta::value(std::initializer_list<std::string_view> names) const {
  const Entry* entry = find(names);
  return entry ? std::optional(entry->value) : std::nullopt;
}

std::vector<std::string> PageMeta::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const Entry& entry : entries_)
    if (entry.name == name) out.push_back(entry.value);
  return out;
}

std::optional<std::string> PageMeta::link(std::string_view relation) const {
  for (const Entry& link : links_)
    if (link.name == relation) return link.value;
  return {};
}

}  // namespace headrace
