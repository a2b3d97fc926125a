// Which site a host belongs to, by the public suffix list.
//
//   registrable_domain("news.bbc.co.uk")    // "bbc.co.uk"
//   registrable_domain("alice.github.io")   // "alice.github.io": its neighbours there are other people
#pragma once
#include <string_view>

namespace headrace {

// The part of `host`, which is in ASCII and lower case as parse_host() gives it, that somebody registered. What nobody can
// register stands for itself: a public suffix, a single label, an address. A view into `host`; any thread.
std::string_view registrable_domain(std::string_view host);

inline bool same_site(std::string_view a, std::string_view b) { return registrable_domain(a) == registrable_domain(b); }

}  // namespace headrace
