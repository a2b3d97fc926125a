#include "nodes/poll/feed/xml_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "nodes/poll/feed/entities.hpp"

namespace headrace::feed {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool begins_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return ((byte | 32u) >= 'a' && (byte | 32u) <= 'z') || c == '_' || c == ':' || byte >= 0x80;
}
bool continues_name(char c) { return !is_space(c) && c != '>' && c != '/' && c != '=' && c != '<' && c != '"' && c != '\''; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); }

// Eight bytes at a time: a document is mostly letters.
bool has_controls(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    const bool below_blank = ((word - ones * 0x20) & ~word & ones * 0x80) != 0;
    if (below_blank && std::any_of(text.begin() + at, text.begin() + at + sizeof word, is_control)) return true;
  }
  return std::any_of(text.begin() + at, text.end(), is_control);
}
bool blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_space); }

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

XmlReader::XmlReader(std::string_view document) : document_(document) {
  repaired_ = controls_ = has_controls(document);
  if (const auto first = document.find("<?xml"); first != std::string_view::npos && first > 0 && blank(document.substr(0, first)))
    repaired_ = true;
}

std::string_view XmlReader::prefix() const {
  const auto colon = name_.find(':');
  return colon == std::string_view::npos ? std::string_view() : name_.substr(0, colon);
}
std::string_view XmlReader::local() const {
  const auto colon = name_.find(':');
  return colon == std::string_view::npos ? name_ : name_.substr(colon + 1);
}

std::optional<std::string> XmlReader::attribute(std::string_view name) {
  for (const Attribute& each : attributes_)
    if (same_name(each.name, name)) return decoded(each.raw);
  return std::nullopt;
}

std::string XmlReader::decoded(std::string_view raw) {
  if (raw.find('&') == std::string_view::npos) return std::string(raw);
  DecodedEntities out = entities_.empty() ? decode_entities(raw) : decode_entities(entities_.replaced(raw));
  repaired_ |= out.malformed || (out.html && !seen_doctype_);
  return std::move(out.text);
}

XmlReader::Event XmlReader::next() {
  if (self_closing_) {
    self_closing_ = false;
    return close_one();
  }
  if (to_close_ > 0) {
    --to_close_;
    return close_one();
  }
  while (at_ < document_.size()) {
    token_ = at_;
    if (!markup_at(at_)) return text_event();
    if (const auto event = markup_event()) return *event;
  }
  token_ = document_.size();
  if (open_.empty()) return Event::done;
  repaired_ = true;
  return close_one();
}

bool XmlReader::markup_at(std::size_t at) const {
  if (document_[at] != '<' || at + 1 >= document_.size()) return false;
  const char c = document_[at + 1];
  return begins_name(c) || c == '!' || c == '?' || (c == '/' && at + 2 < document_.size());
}

XmlReader::Event XmlReader::text_event() {
  std::size_t end = at_;
  do {
    repaired_ |= document_[end] == '<';
    end = std::min(document_.find('<', end + 1), document_.size());
  } while (end < document_.size() && !markup_at(end));
  const std::string_view raw = document_.substr(at_, end - at_);
  at_ = end;
  text_ = raw;
  if (raw.find('&') != std::string_view::npos) {
    decoded_ = decoded(raw);
    text_ = decoded_;
  }
  if (open_.empty() && !blank(raw)) repaired_ = true;
  drop_controls();
  return Event::text;
}

void XmlReader::drop_controls() {
  if (!controls_) return;
  std::string kept;
  std::remove_copy_if(text_.begin(), text_.end(), std::back_inserter(kept), is_control);
  decoded_ = std::move(kept);
  text_ = decoded_;
}

std::optional<XmlReader::Event> XmlReader::markup_event() {
  switch (document_[at_ + 1]) {
    case '!': return declaration_event();
    case '?': return skip_past("?>"), std::nullopt;
    case '/': return end_tag();
    default: return start_tag();
  }
}

// An unterminated construct swallows the rest: every byte is looked at once.
void XmlReader::skip_past(std::string_view closing) {
  const auto end = document_.find(closing, at_);
  repaired_ |= end == std::string_view::npos;
  at_ = end == std::string_view::npos ? document_.size() : end + closing.size();
}

std::optional<XmlReader::Event> XmlReader::declaration_event() {
  if (here("<!--")) {
    at_ += 4;
    skip_past("-->");
    return std::nullopt;
  }
  if (here("<![CDATA[")) return cdata();
  if (!seen_doctype_ && !seen_root_) skip_doctype();
  else skip_past(">");
  return std::nullopt;
}

// Without an end, a section ends where the next markup begins. The end is looked for in vain once: each byte is read once.
XmlReader::Event XmlReader::cdata() {
  const std::size_t first = at_ + 9;
  const auto end = lost_cdata_ ? std::string_view::npos : document_.find("]]>", first);
  if (end == std::string_view::npos) {
    lost_cdata_ = repaired_ = true;
    at_ = std::min(document_.find('<', first), document_.size());
    text_ = source(first, at_);
  } else {
    at_ = end + 3;
    text_ = source(first, end);
  }
  drop_controls();
  return Event::text;
}

// The internal subset is looked for once: a document of nothing but doctypes must not be read over and over.
void XmlReader::skip_doctype() {
  seen_doctype_ = true;
  const auto end = document_.find('>', at_), subset = document_.find('[', at_);
  if (subset < end) {
    if (const auto close = document_.find("]", subset); close != std::string_view::npos) {
      const auto after = document_.find_first_not_of(" \t\r\n", close + 1);
      entities_.read(source(subset, close));
      if (after != std::string_view::npos && document_[after] == '>') at_ = after;
    }
  }
  skip_past(">");
}

std::string_view XmlReader::read_name() {
  const std::size_t first = at_;
  while (at_ < document_.size() && continues_name(document_[at_])) ++at_;
  return source(first, at_);
}

std::optional<XmlReader::Event> XmlReader::start_tag() {
  ++at_;
  name_ = read_name();
  seen_root_ = true;
  if (implies_end()) {
    at_ = token_;  // to be read again
    repaired_ = true;
    return close_one();
  }
  read_attributes();
  if (open_.size() >= max_depth) {
    repaired_ = true;
    if (!self_closing_) ++too_deep_;
    self_closing_ = false;
    return std::nullopt;
  }
  open_.push_back({name_, declarations_.size()});
  declare_namespaces();
  namespace_ = uri_of(prefix());
  return Event::start;
}

// What a feed lists stands neither in itself nor in a headline: what is open was not closed.
bool XmlReader::implies_end() const {
  if (open_.empty() || (!same_name(name_, "item") && !same_name(name_, "entry"))) return false;
  const std::string_view holder = open_.back().name;
  constexpr std::string_view texts[] = {"title", "link", "guid", "id", "pubDate", "updated", "published", "language", "copyright"};
  return same_name(holder, name_) || std::any_of(std::begin(texts), std::end(texts), [&](auto text) { return same_name(holder, text); });
}

void XmlReader::read_attributes() {
  attributes_.clear();
  self_closing_ = false;
  while (at_ < document_.size()) {
    const char c = document_[at_];
    if (c == '>') return static_cast<void>(++at_);
    if (c == '<') break;  // the tag never ended: a new one begins
    if (c == '/' && at_ + 1 < document_.size() && document_[at_ + 1] == '>') {
      self_closing_ = true;
      at_ += 2;
      return;
    }
    if (is_space(c)) ++at_;
    else if (!continues_name(c)) ++at_, repaired_ = true;
    else {
      const std::string_view name = read_name();
      keep({name, read_value()});
    }
  }
  repaired_ = true;
}

// Behind a name: `= "value"`, `= 'value'`, `=value`, or nothing.
std::string_view XmlReader::read_value() {
  const auto skip_spaces = [&] {
    while (at_ < document_.size() && is_space(document_[at_])) ++at_;
  };
  skip_spaces();
  if (at_ >= document_.size() || document_[at_] != '=') return repaired_ = true, std::string_view();
  ++at_;
  skip_spaces();
  if (at_ >= document_.size()) return {};
  const char quote = document_[at_];
  if (quote == '"' || quote == '\'') {
    const std::size_t first = at_ + 1;
    if (const auto end = document_.find(quote, first); end != std::string_view::npos) {
      at_ = end + 1;
      return source(first, end);
    }
    ++at_;
  }
  repaired_ = true;
  const std::size_t first = at_;
  while (at_ < document_.size() && !is_space(document_[at_]) && document_[at_] != '>') ++at_;
  return source(first, at_);
}

void XmlReader::keep(Attribute attribute) {
  if (attributes_.size() >= max_attributes) return;
  for (const Attribute& each : attributes_) {
    if (each.name != attribute.name) continue;
    repaired_ = true;
    return;
  }
  attributes_.push_back(attribute);
}

void XmlReader::declare_namespaces() {
  for (const Attribute& each : attributes_) {
    if (declarations_.size() >= max_declarations) break;  // each element looks through them
    if (each.name == "xmlns") declarations_.push_back({"", decode_entities(each.raw).text});
    else if (each.name.starts_with("xmlns:")) declarations_.push_back({each.name.substr(6), decode_entities(each.raw).text});
  }
  const auto undeclared = [&](std::string_view name) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return false;
    const auto prefix = name.substr(0, colon);
    return prefix != "xml" && prefix != "xmlns" && uri_of(prefix).empty();
  };
  for (const Attribute& each : attributes_) repaired_ |= undeclared(each.name);
  repaired_ |= undeclared(name_);
}

std::string_view XmlReader::uri_of(std::string_view prefix) const {
  const auto found =
      std::find_if(declarations_.rbegin(), declarations_.rend(), [&](const Declaration& each) { return each.prefix == prefix; });
  return found == declarations_.rend() ? std::string_view() : std::string_view(found->uri);
}

std::optional<XmlReader::Event> XmlReader::end_tag() {
  at_ += 2;
  const std::string_view name = read_name();
  skip_past(">");
  if (too_deep_ > 0) {
    --too_deep_;
    return std::nullopt;
  }
  const auto nearest = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& each) { return same_name(each.name, name); });
  repaired_ |= nearest != open_.rbegin() || nearest == open_.rend() || nearest->name != name;
  if (nearest == open_.rend()) return std::nullopt;
  to_close_ = static_cast<std::size_t>(nearest - open_.rbegin());
  return close_one();
}

XmlReader::Event XmlReader::close_one() {
  name_ = open_.back().name;
  declarations_.resize(open_.back().declarations);
  open_.pop_back();
  return Event::end;
}

}  // namespace headrace::feed
