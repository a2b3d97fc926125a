#include "nodes/robots/robots_pattern.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace headrace {

namespace {

enum class Kind : std::uint8_t { plain, encoded, escape, special };

constexpr bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

constexpr std::array<Kind, 256> kinds = [] {
  std::array<Kind, 256> out{};
  for (unsigned c = 0; c < 256; ++c) out[c] = is_unreserved(static_cast<unsigned char>(c)) ? Kind::plain : Kind::encoded;
  for (const unsigned char c : {'/', '?', '!', '&', '(', ')', '+', ',', ';', '=', ':', '@', '#'}) out[c] = Kind::plain;
  out['%'] = Kind::escape;
  out['$'] = out['*'] = Kind::special;
  return out;
}();

Kind kind_of(char c) { return kinds[static_cast<unsigned char>(c)]; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

void append_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const char escape[] = {'%', digits[byte >> 4], digits[byte & 15]};
  out.append(escape, sizeof escape);
}

// Appends the escape at `text[at]`, or the % that begins none, and gives where it ends.
std::size_t append_normal_escape(std::string& out, std::string_view text, std::size_t at) {
  const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
  const int low = high < 0 ? -1 : hex_digit(text[at + 2]);
  if (low < 0) return out += '%', at + 1;
  const auto byte = static_cast<unsigned char>(high << 4 | low);
  if (is_unreserved(byte)) out += static_cast<char>(byte);
  else append_escape(out, byte);
  return at + 3;
}

std::size_t first_not_plain(std::string_view text, std::size_t at) {
  while (at < text.size() && kind_of(text[at]) == Kind::plain) ++at;
  return at;
}

}  // namespace

std::string_view normal_path(std::string_view path, std::string& storage) {
  std::size_t at = first_not_plain(path, 0);
  if (at == path.size()) return path;
  storage.assign(path.substr(0, at));
  while (at < path.size()) {
    if (kind_of(path[at]) == Kind::escape) at = append_normal_escape(storage, path, at);
    else append_escape(storage, static_cast<unsigned char>(path[at++]));
    const std::size_t end = first_not_plain(path, at);
    storage.append(path.substr(at, end - at));
    at = end;
  }
  return storage;
}

RobotsPattern append_pattern(std::string& out, std::string_view pattern) {
  RobotsPattern result;
  const std::size_t begin = out.size();
  result.anchored = pattern.ends_with('$');
  if (result.anchored) pattern.remove_suffix(1);
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = first_not_plain(pattern, at);
    out.append(pattern.substr(at, end - at));
    if (end == pattern.size()) break;
    at = end + 1;
    if (kind_of(pattern[end]) == Kind::escape) at = append_normal_escape(out, pattern, end);
    else if (pattern[end] == '*') out += '*';
    else append_escape(out, static_cast<unsigned char>(pattern[end]));
  }
  if (result.anchored) out += '$';
  result.octets = out.size() - begin;
  const std::string_view text = std::string_view(out).substr(begin, result.octets - result.anchored);
  result.size = text.find_last_not_of('*') + 1;
  if (result.size < text.size()) result.anchored = false;  // a * at the end takes all that is left
  result.wild = text.substr(0, result.size).find('*') != std::string_view::npos;
  return result;
}

// Each piece between two * is taken where it is found first: if the rest cannot follow there, it cannot follow later.
bool matches(std::string_view pattern, bool anchored, std::string_view path) {
  std::size_t star = pattern.find('*');
  std::string_view piece = pattern.substr(0, star);
  if (!path.starts_with(piece)) return false;
  path.remove_prefix(piece.size());
  if (star == std::string_view::npos) return !anchored || path.empty();
  while (true) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    piece = pattern.substr(0, star);
    if (star == std::string_view::npos && anchored) return path.ends_with(piece);
    const void* found = ::memmem(path.data(), path.size(), piece.data(), piece.size());  // linear, as find() is not
    if (!found) return false;
    path.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - path.data()) + piece.size());
    if (star == std::string_view::npos) return true;
  }
}

}  // namespace headrace
