// Which addresses belong to the public internet. The others (loopback, private networks, link-local with the metadata
// services of clouds, carrier-grade NAT, documentation, multicast, tunnels that carry another address) are not for a crawler.
#pragma once
#include <sys/socket.h>

#include <string>

namespace headrace {

bool is_public(const sockaddr& address);
std::string address_text(const sockaddr& address);

}  // namespace headrace
