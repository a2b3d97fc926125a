// Hosts as the URL standard parses them: domains in ASCII (UTS 46, non-transitional), IPv4 in any notation, IPv6.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

// "BÜCHER.de" to "xn--bcher-kva.de", "0x7f.1" to "127.0.0.1", "[2001:DB8:0::1]" to "[2001:db8::1]". Nothing when it is no host.
std::optional<std::string> parse_host(std::string_view text);

// Whether `host` is `domain` or lies below it.
bool is_within(std::string_view host, std::string_view domain);

}  // namespace headrace
