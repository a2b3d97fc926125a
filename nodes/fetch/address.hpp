// Which addresses may be connected to. Those of the public internet; the others (loopback, private networks, link-local with
// the metadata services of clouds, carrier-grade NAT, documentation, multicast, tunnels that carry another address) are not for
// a crawler, unless its operator names their network.
#pragma once
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

bool is_public(const sockaddr& address);
std::string address_text(const sockaddr& address);

// Whether a host, as a URL has it, is itself an address that is not public, or one of the names of this machine.
bool names_special_address(std::string_view host);

// The addresses that begin with the same bits: "10.0.0.0/8", "192.168.1.5", "fd00::/8".
struct Network {
  int family = 0;  // AF_INET or AF_INET6
  std::array<std::uint8_t, 16> bytes{};
  int bits = 0;
  bool contains(const sockaddr& address) const;
};
std::optional<Network> parse_network(const std::string& text);

struct AddressRule {
  bool every = false;              // loopback and private addresses too
  std::vector<Network> also = {};  // besides the public ones
  bool allows(const sockaddr& address) const;
};

}  // namespace headrace
