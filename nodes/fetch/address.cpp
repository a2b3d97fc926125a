#include "nodes/fetch/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace headrace {

namespace {

struct Ipv4Block {
  std::uint32_t network;
  int bits;
};

constexpr std::uint32_t ipv4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) { return a << 24 | b << 16 | c << 8 | d; }

// IANA's registry of special-purpose addresses, and multicast.
constexpr Ipv4Block special[] = {
    {ipv4(0, 0, 0, 0), 8},      {ipv4(10, 0, 0, 0), 8},     {ipv4(100, 64, 0, 0), 10}, {ipv4(127, 0, 0, 0), 8},
    {ipv4(169, 254, 0, 0), 16}, {ipv4(172, 16, 0, 0), 12},  {ipv4(192, 0, 0, 0), 24},  {ipv4(192, 0, 2, 0), 24},
    {ipv4(192, 88, 99, 0), 24}, {ipv4(192, 168, 0, 0), 16}, {ipv4(198, 18, 0, 0), 15}, {ipv4(198, 51, 100, 0), 24},
    {ipv4(203, 0, 113, 0), 24}, {ipv4(224, 0, 0, 0), 3},
};

bool is_public_ipv4(std::uint32_t address) {
  return std::none_of(std::begin(special), std::end(special),
                      [&](const Ipv4Block& block) { return (address ^ block.network) >> (32 - block.bits) == 0; });
}

// Only 2000::/3 is handed out as global unicast. In it: 2001::/23 (protocol assignments, Teredo), documentation, 6to4.
// Mapped (::ffff:0:0/96) and translated (64:ff9b::/96) IPv4 addresses lie outside.
bool is_public_ipv6(const std::uint8_t* bytes) {
  const auto piece = [&](int i) { return static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]); };
  if (bytes[0] >> 5 != 1) return false;
  if (piece(0) == 0x2001 && (piece(1) < 0x200 || piece(1) == 0xdb8)) return false;
  return piece(0) != 0x2002 && !(piece(0) == 0x3fff && piece(1) < 0x1000);
}

}  // namespace

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET) return is_public_ipv4(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
  if (address.sa_family == AF_INET6) return is_public_ipv6(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr);
  return false;
}

std::string address_text(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* raw = nullptr;
  if (address.sa_family == AF_INET) raw = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  if (address.sa_family == AF_INET6) raw = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  return raw && inet_ntop(address.sa_family, raw, text.data(), text.size()) ? text.data() : "an address of an unknown kind";
}

namespace {

// The address in network order, and how many bytes it has.
struct RawAddress {
  const std::uint8_t* bytes = nullptr;
  int size = 0;
};

RawAddress raw_address(const sockaddr& address) {
  if (address.sa_family == AF_INET)
    return {reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr), 4};
  if (address.sa_family == AF_INET6) return {reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr, 16};
  return {};
}

}  // namespace

bool names_special_address(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string text(host);
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr&>(storage);
  if (inet_pton(AF_INET, text.c_str(), &reinterpret_cast<sockaddr_in&>(storage).sin_addr) == 1) address.sa_family = AF_INET;
  else if (inet_pton(AF_INET6, text.c_str(), &reinterpret_cast<sockaddr_in6&>(storage).sin6_addr) == 1) address.sa_family = AF_INET6;
  else return false;
  return !is_public(address);
}

bool Network::contains(const sockaddr& address) const {
  const RawAddress raw = raw_address(address);
  if (address.sa_family != family || !raw.bytes) return false;
  const int whole = bits / 8, rest = bits % 8;
  if (std::memcmp(raw.bytes, bytes.data(), static_cast<std::size_t>(whole)) != 0) return false;
  return rest == 0 || ((raw.bytes[whole] ^ bytes[static_cast<std::size_t>(whole)]) >> (8 - rest)) == 0;
}

std::optional<Network> parse_network(const std::string& text) {
  const auto slash = text.find('/');
  const std::string address = text.substr(0, slash);
  Network out;
  if (inet_pton(AF_INET, address.c_str(), out.bytes.data()) == 1) out.family = AF_INET;
  else if (inet_pton(AF_INET6, address.c_str(), out.bytes.data()) == 1) out.family = AF_INET6;
  else return {};
  const int most = out.family == AF_INET ? 32 : 128;
  out.bits = most;
  if (slash == std::string::npos) return out;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + slash + 1, end, out.bits);
  if (error != std::errc() || at != end || out.bits < 0 || out.bits > most) return {};
  return out;
}

bool AddressRule::allows(const sockaddr& address) const {
  return every || is_public(address) || std::any_of(also.begin(), also.end(), [&](const Network& each) { return each.contains(address); });
}

}  // namespace headrace
