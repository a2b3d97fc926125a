#include "nodes/url/host.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "nodes/url/idna.hpp"
#include "nodes/url/percent.hpp"

namespace headrace {

namespace {

// DNS allows 253 bytes; some slack for escapes and for what is only a key, and a bound on the work of the mapping.
constexpr std::size_t longest_host = 2048;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
int digit_value(char c) { return is_digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 99; }
bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// ---- domains ---------------------------------------------------------------------------------------------------------

// What a byte of a host asks for. Neither: a lower-case letter, a digit, a dot, a hyphen, or what else a domain may hold as it is.
enum : std::uint8_t { is_upper = 1, needs_care = 2 };
constexpr std::array<std::uint8_t, 256> kinds = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const bool upper = byte >= 'A' && byte <= 'Z';
    if (upper) table[byte] = is_upper;
    if (byte <= 0x20 || byte >= 0x7F || std::string_view("#/:<>?@[\\]^|%").find(static_cast<char>(byte)) != std::string_view::npos)
      table[byte] = needs_care;
  }
  return table;
}();

std::uint8_t kinds_in(std::string_view text) {
  std::uint8_t seen = 0;
  for (const char c : text) seen |= kinds[static_cast<unsigned char>(c)];
  return seen;
}

void lower_case(std::string& text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c |= 32;
}

// With escapes, or not in ASCII.
std::optional<std::string> decoded_domain(std::string_view text) {
  std::string domain = percent_decode(text);
  if (!is_ascii(domain)) {
    auto ascii = international_to_ascii(domain);
    if (!ascii) return {};
    domain = *std::move(ascii);
  }
  lower_case(domain);
  if (domain.empty() || (kinds_in(domain) & needs_care) != 0) return {};
  return domain;
}

// ---- IPv4 ------------------------------------------------------------------------------------------------------------

// Decimal, octal with a leading 0, hexadecimal with 0x. Saturates far above what an address can hold.
std::optional<std::uint64_t> ipv4_number(std::string_view text) {
  if (text.empty()) return {};
  unsigned base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) base = 16, text.remove_prefix(2);
  else if (text.size() > 1 && text[0] == '0') base = 8, text.remove_prefix(1);
  std::uint64_t value = 0;
  for (const char c : text) {
    const auto digit = static_cast<unsigned>(digit_value(c));
    if (digit >= base) return {};
    value = std::min<std::uint64_t>(value * base + digit, std::uint64_t{1} << 40);
  }
  return value;
}

std::vector<std::string_view> labels(std::string_view host) {
  std::vector<std::string_view> out;
  if (host.ends_with('.')) host.remove_suffix(1);
  for (;;) {
    const auto dot = host.find('.');
    out.push_back(host.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    host.remove_prefix(dot + 1);
  }
}

bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);  // of a single label, all of it
  if (last.empty() || !is_digit(last.front())) return false;
  return std::all_of(last.begin(), last.end(), is_digit) || ((last.starts_with("0x") || last.starts_with("0X")) && ipv4_number(last));
}

std::optional<std::string> parse_ipv4(std::string_view host) {
  const auto parts = labels(host);
  if (parts.size() > 4) return {};
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = ipv4_number(parts[i]);
    const bool last = i + 1 == parts.size();
    const unsigned bits = last ? 8 * static_cast<unsigned>(5 - parts.size()) : 8;  // the last part fills what is left
    if (!number || *number >> bits) return {};
    address = address << bits | *number;
  }
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += std::to_string(address >> shift & 255) + (shift ? "." : "");
  return out;
}

// ---- IPv6 ------------------------------------------------------------------------------------------------------------

class Ipv6Parser {
 public:
  explicit Ipv6Parser(std::string_view text) : text_(text) {}
  std::optional<std::array<std::uint16_t, 8>> parse() {
    if (text_.starts_with(':')) {
      if (!text_.starts_with("::")) return {};
      at_ = 2;
      gap_ = 0;
    }
    while (at_ < text_.size())
      if (count_ == 8 || !piece()) return {};
    if (gap_ < 0) return count_ == 8 ? std::optional(pieces_) : std::nullopt;
    if (count_ == 8) return {};  // the gap stands for one piece at least
    std::rotate(pieces_.begin() + gap_, pieces_.begin() + count_, pieces_.end());
    return pieces_;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool piece() {
    if (peek() == ':') {  // the second of "::"
      if (gap_ >= 0) return false;
      ++at_;
      gap_ = count_;
      return true;
    }
    const std::size_t start = at_;
    unsigned value = 0;
    for (; at_ - start < 4 && digit_value(peek()) < 16; ++at_) value = value << 4 | static_cast<unsigned>(digit_value(peek()));
    if (peek() == '.' && at_ > start) return at_ = start, ipv4_tail();
    if (at_ == start) return false;
    pieces_[static_cast<std::size_t>(count_++)] = static_cast<std::uint16_t>(value);
    if (at_ == text_.size()) return true;
    if (peek() != ':') return false;
    return ++at_ < text_.size();
  }

  bool ipv4_tail() {
    if (count_ > 6) return false;
    std::uint32_t address = 0;
    for (int i = 0; i < 4; ++i) {
      if (i > 0 && (peek() != '.' || ++at_ == text_.size())) return false;
      const std::size_t start = at_;
      unsigned value = 0;
      for (; is_digit(peek()) && at_ - start < 4; ++at_) value = value * 10 + static_cast<unsigned>(digit_value(peek()));
      if (at_ == start || value > 255 || (text_[start] == '0' && at_ - start > 1)) return false;
      address = address << 8 | value;
    }
    pieces_[static_cast<std::size_t>(count_++)] = static_cast<std::uint16_t>(address >> 16);
    pieces_[static_cast<std::size_t>(count_++)] = static_cast<std::uint16_t>(address);
    return at_ == text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::array<std::uint16_t, 8> pieces_{};
  int count_ = 0, gap_ = -1;  // gap_: before which piece "::" stood
};

// The longest run of two or more zero pieces, the first of equals, is written "::".
std::string write_ipv6(const std::array<std::uint16_t, 8>& pieces) {
  std::size_t gap = 8, gap_size = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && pieces[end] == 0) ++end;
    if (end - i > gap_size) gap = i, gap_size = end - i;
    i = std::max(i, end);
  }
  std::string out = "[";
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      out += i == 0 ? "::" : ":";
      i += gap_size - 1;
      continue;
    }
    char digits[5];
    std::snprintf(digits, sizeof digits, "%x", static_cast<unsigned>(pieces[i]));
    out += digits;
    if (i < 7) out += ':';
  }
  return out + "]";
}

}  // namespace

std::optional<std::string> parse_host(std::string_view text) {
  if (text.empty() || text.size() > longest_host) return {};
  if (text.front() == '[') {
    if (text.back() != ']') return {};
    const auto pieces = Ipv6Parser(text.substr(1, text.size() - 2)).parse();
    return pieces ? std::optional(write_ipv6(*pieces)) : std::nullopt;
  }
  const std::uint8_t seen = kinds_in(text);
  auto host = (seen & needs_care) != 0 ? decoded_domain(text) : std::optional<std::string>(text);
  if (!host) return {};
  if ((seen & is_upper) != 0) lower_case(*host);
  return ends_in_number(*host) ? parse_ipv4(*host) : host;
}

bool is_within(std::string_view host, std::string_view domain) {
  return host.ends_with(domain) && (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

}  // namespace headrace
