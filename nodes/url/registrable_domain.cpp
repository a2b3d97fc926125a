#include "nodes/url/registrable_domain.hpp"

#include <libpsl.h>

#include <string>

namespace headrace {

namespace {

// Hosts come from parse_host(): what ends in a digit after the last dot is an IPv4 address, since no top-level domain does.
bool is_address(std::string_view host) {
  return host.starts_with('[') || (!host.empty() && host.find_first_not_of("0123456789", host.rfind('.') + 1) == std::string_view::npos);
}

}  // namespace

std::string_view registrable_domain(std::string_view host) {
  // The list that the library was built with: the same answer on every start, and nothing to read.
  static const psl_ctx_t* const suffixes = psl_builtin();
  if (!suffixes || is_address(host)) return host;
  const std::string terminated(host);
  const char* domain = psl_registrable_domain(suffixes, terminated.c_str());
  return domain ? host.substr(static_cast<std::size_t>(domain - terminated.c_str())) : host;
}

}  // namespace headrace
