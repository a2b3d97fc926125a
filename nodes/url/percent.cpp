#include "nodes/url/percent.hpp"

namespace headrace {

namespace {

bool is_one_of(unsigned char byte, std::string_view characters) {
  return characters.find(static_cast<char>(byte)) != std::string_view::npos;
}

bool must_encode(unsigned char byte, EncodeSet set) {
  if (byte <= 0x20 || byte >= 0x7F) return true;
  switch (set) {
    case EncodeSet::fragment: return is_one_of(byte, "\"<>`");
    case EncodeSet::query: return is_one_of(byte, "\"#<>'");
    case EncodeSet::path: return is_one_of(byte, "\"#<>?^`{}");
    case EncodeSet::userinfo: return is_one_of(byte, "\"#<>?^`{}/:;=@[\\]|");
  }
  return true;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void append_escape(std::string& out, unsigned char byte) {
  static constexpr char digits[] = "0123456789ABCDEF";
  out += {'%', digits[byte >> 4], digits[byte & 15]};
}

void append_encoded(std::string& out, std::string_view text, EncodeSet set) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (must_encode(byte, set)) append_escape(out, byte);
    else out += c;
  }
}

std::optional<unsigned char> escape_at(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return {};
  const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return {};
  return static_cast<unsigned char>(high << 4 | low);
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = escape_at(text, i);
    out += byte ? static_cast<char>(*byte) : text[i];
    if (byte) i += 2;
  }
  return out;
}

std::string form_decode(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) if (c == '+') c = ' ';
  return percent_decode(spaced);
}

}  // namespace headrace
