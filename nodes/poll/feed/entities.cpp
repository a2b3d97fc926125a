#include "nodes/poll/feed/entities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

struct Entity {
  std::string_view name;
  std::uint32_t code;
};
constexpr Entity html_entities[] = {
// by name, in byte order
#include "nodes/poll/feed/entity_table.inc"
};
static_assert(std::is_sorted(std::begin(html_entities), std::end(html_entities),
                             [](const Entity& a, const Entity& b) { return a.name < b.name; }));

constexpr std::size_t longest_reference = 12;  // "thetasym", "#x10FFFF", with a few leading zeros

// What windows-1252 has at 128 to 159; 0 where it has nothing.
constexpr std::array<std::uint16_t, 32> windows_1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) put(0xC0 | code >> 6);
  else {
    if (code < 0x10000) put(0xE0 | code >> 12);
    else put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 63));
    put(0x80 | (code >> 6 & 63));
  }
  put(0x80 | (code & 63));
}

std::optional<std::uint32_t> numeric_reference(std::string_view digits) {
  const bool hex = digits.starts_with('x') || digits.starts_with('X');
  if (hex) digits.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (code >= 0x80 && code < 0xA0 && windows_1252[code - 0x80] != 0) return windows_1252[code - 0x80];
  const bool control = code < 0x20 && code != '\t' && code != '\n' && code != '\r';
  if (control || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return std::nullopt;
  return code;
}

std::optional<std::uint32_t> named_reference(std::string_view name) {
  const auto found = std::lower_bound(std::begin(html_entities), std::end(html_entities), name,
                                      [](const Entity& a, std::string_view b) { return a.name < b; });
  if (found == std::end(html_entities) || found->name != name) return std::nullopt;
  return found->code;
}

// `<b ...>`, `</b>`, `<!...>` or `<?...>` at `at`; where it ends, or nothing when it is text.
std::optional<std::size_t> tag_end(std::string_view html, std::size_t at) {
  if (at + 1 >= html.size()) return std::nullopt;
  const char c = html[at + 1];
  if (!is_letter(c) && c != '/' && c != '!' && c != '?') return std::nullopt;
  const auto end = html.find_first_of("<>", at + 1);
  if (end == std::string_view::npos || html[end] == '<') return std::nullopt;
  return end + 1;
}

// Behind `<!-- -->`, `<script>...</script>` or `<style>...</style>` that begin at `at`; nothing for anything else.
std::optional<std::size_t> hidden_end(std::string_view html, std::size_t at) {
  const std::string_view rest = html.substr(at);
  if (rest.starts_with("<!--")) {
    const auto end = html.find("-->", at + 4);
    return end == std::string_view::npos ? html.size() : end + 3;
  }
  for (const std::string_view name : {"script", "style"}) {
    if (!same_name(rest.substr(1, name.size()), name) || (rest.size() > name.size() + 1 && is_letter(rest[name.size() + 1]))) continue;
    std::size_t end = at;
    while ((end = html.find("</", end + 1)) != std::string_view::npos)
      if (same_name(html.substr(end + 2, name.size()), name)) return std::min(html.find('>', end), html.size() - 1) + 1;
    return html.size();
  }
  return std::nullopt;
}

}  // namespace

DecodedEntities decode_entities(std::string_view text) {
  DecodedEntities out;
  out.text.reserve(text.size());
  std::size_t from = 0;
  for (std::size_t at; (at = text.find('&', from)) != std::string_view::npos;) {
    out.text += text.substr(from, at - from);
    const auto length = text.substr(at + 1, longest_reference).find(';');
    const std::string_view name = length == std::string_view::npos ? std::string_view() : text.substr(at + 1, length);
    const bool number = name.starts_with('#');
    const auto code = number ? numeric_reference(name.substr(1)) : named_reference(name);
    if (code) {
      append_utf8(out.text, *code);
      out.html |= !number && name != "amp" && name != "lt" && name != "gt" && name != "quot" && name != "apos";
      from = at + name.size() + 2;
    } else {
      out.malformed = true;
      out.text += '&';
      from = at + 1;
    }
  }
  out.text += text.substr(from);
  return out;
}

void restore_windows_1252(std::string& utf8) {
  const auto control_at = [&](std::size_t at) {
    return at + 1 < utf8.size() && utf8[at] == '\xC2' && static_cast<unsigned char>(utf8[at + 1]) < 0xA0;
  };
  std::size_t at = utf8.find('\xC2');
  while (at != std::string::npos && !control_at(at)) at = utf8.find('\xC2', at + 1);
  if (at == std::string::npos) return;
  std::string out = utf8.substr(0, at);
  for (; at < utf8.size(); ++at) {
    const std::uint32_t code = control_at(at) ? windows_1252[static_cast<unsigned char>(utf8[at + 1]) - 0x80u] : 0;
    if (code == 0) out += utf8[at];
    else append_utf8(out, code), ++at;
  }
  utf8 = std::move(out);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string collapse_blanks(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    if (!is_blank(c)) out += c;
    else if (out.back() != ' ') out += ' ';
  }
  return out;
}

std::string plain_text(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      const auto end = std::min(html.find('<', at), html.size());
      out += html.substr(at, end - at);
      at = end;
    } else if (html.substr(at).starts_with("<![CDATA[")) {
      at += 9;
    } else if (const auto hidden = hidden_end(html, at)) {
      at = *hidden;
    } else if (const auto end = tag_end(html, at)) {
      at = *end;
    } else {
      out += html[at++];
    }
  }
  return collapse_blanks(decode_entities(out).text);
}

}  // namespace headrace::feed
