#include "nodes/url/percent.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace headrace {

namespace {

constexpr std::uint8_t bit_of(EncodeSet set) { return static_cast<std::uint8_t>(1u << static_cast<unsigned>(set)); }

// For each byte the sets that it belongs to.
constexpr std::array<std::uint8_t, 256> encoded_in = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t byte = 0; byte < 256; ++byte)
    if (byte <= 0x20 || byte >= 0x7F) table[byte] = 0xFF;
  const auto add = [&](EncodeSet set, std::string_view characters) {
    for (const char c : characters) table[static_cast<unsigned char>(c)] |= bit_of(set);
  };
  add(EncodeSet::fragment, "\"<>`");
  add(EncodeSet::query, "\"#<>'");
  add(EncodeSet::path, "\"#<>?^`{}");
  add(EncodeSet::userinfo, "\"#<>?^`{}/:;=@[\\]|");
  return table;
}();

constexpr std::array<std::int8_t, 256> hex_values = [] {
  std::array<std::int8_t, 256> table{};
  for (auto& each : table) each = -1;
  for (int i = 0; i < 10; ++i) table[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i)
    table[static_cast<std::size_t>('a' + i)] = table[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(10 + i);
  return table;
}();

int hex_value(char c) { return hex_values[static_cast<unsigned char>(c)]; }

}  // namespace

void append_escape(std::string& out, unsigned char byte) {
  static constexpr char digits[] = "0123456789ABCDEF";
  const char escape[] = {'%', digits[byte >> 4], digits[byte & 15]};
  out.append(escape, sizeof escape);
}

void append_encoded(std::string& out, std::string_view text, EncodeSet set) {
  const std::uint8_t bit = bit_of(set);
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((encoded_in[byte] & bit) == 0) continue;
    out.append(text, done, i - done);
    append_escape(out, byte);
    done = i + 1;
  }
  out.append(text, done);
}

std::optional<unsigned char> escape_at(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return {};
  const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return {};
  return static_cast<unsigned char>(high << 4 | low);
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find('%', at), text.size());
    out.append(text, at, mark - at);
    if (mark == text.size()) break;
    const auto byte = escape_at(text, mark);
    out += byte ? static_cast<char>(*byte) : '%';
    at = mark + (byte ? 3 : 1);
  }
  return out;
}

std::string form_decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

}  // namespace headrace
