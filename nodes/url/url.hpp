// URLs as the URL standard (url.spec.whatwg.org) reads and writes them; http and https only.
//
//   const ParsedUrl base = parse_url("https://example.org/a/b");
//   parse_url("../c", &*base.url).url->text();   // "https://example.org/c"
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

// Every part is encoded as it is written.
struct Url {
  std::string scheme;  // "http" or "https"
  std::string username, password;
  std::string host;                            // a domain in ASCII, "127.0.0.1" or "[::1]"
  std::optional<std::uint16_t> port;           // unless it is the scheme's own
  std::string path;                            // begins with '/'
  std::optional<std::string> query, fragment;  // without their marks; an empty one is not an absent one

  std::string text() const;
  std::uint16_t effective_port() const { return port.value_or(default_port(scheme)); }
  static std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }
};

struct ParsedUrl {
  std::optional<Url> url;
  std::string_view problem;  // why there is none: "has no host"
};

// Resolves `link` against `base`, if there is one. Longer links than 64 KiB are refused.
ParsedUrl parse_url(std::string_view link, const Url* base = nullptr);

// The same for a base as it was written, for nodes: throws NodeError of kind bad_url that says which of the two is bad.
Url resolve_or_throw(std::string_view link, const std::string* base);

}  // namespace headrace
