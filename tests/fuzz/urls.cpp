// The URL parser and the canonical forms. A NUL byte ends the link; what is behind it is the base.
#include <algorithm>

#include "nodes/url/canonical.hpp"
#include "nodes/url/host.hpp"
#include "nodes/url/registrable_domain.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F; });
}

bool has_dot_segment(std::string_view path) {
  for (const std::string_view dots : {"/./", "/../", "/%2e/", "/%2E/"})
    if (path.find(dots) != std::string_view::npos) return true;
  return path.ends_with("/.") || path.ends_with("/..");
}

void check_url(const Url& url) {
  const std::string text = url.text();
  fuzz::require(is_printable(text), "a URL is printable ASCII");
  fuzz::require(url.path.starts_with('/') && !has_dot_segment(url.path), "a path begins with a slash and has no dot segments");
  fuzz::require(url.port != Url::default_port(url.scheme), "a default port is not written");
  fuzz::require(parse_host(url.host) == url.host, "a host is its own form");
  const std::string_view site = registrable_domain(url.host);
  fuzz::require(!site.empty() && is_within(url.host, site), "a host lies within its site");
  const auto again = parse_url(text).url;
  fuzz::require(again && again->text() == text, "what is written reads back and writes the same");
}

void check_forms(const Url& url) {
  const auto safe = safe_form(url);
  if (!safe) return;
  check_url(*safe);
  const std::string text = safe->text();
  const auto again = safe_form(*parse_url(text).url);
  fuzz::require(again && again->text() == text, "the safe form is its own safe form");
  const Url identity = identity_form(*safe);
  check_url(identity);
  const auto safe_identity = safe_form(*parse_url(identity.text()).url);
  fuzz::require(safe_identity && safe_identity->text() == identity.text(), "an identity is a safe form");
  fuzz::require(identity_form(*safe_identity).text() == identity.text(), "an identity is its own identity");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  const std::string_view text = fuzz::text_of(data, size), link = text.substr(0, text.find('\0'));
  const ParsedUrl alone = parse_url(link);
  fuzz::require(alone.url.has_value() == alone.problem.empty(), "either a URL or a problem");
  if (alone.url) check_url(*alone.url), check_forms(*alone.url);
  if (link.size() == text.size()) return 0;
  const auto base = parse_url(text.substr(link.size() + 1)).url;
  if (!base) return 0;
  const ParsedUrl resolved = parse_url(link, &*base);
  if (!resolved.url) return 0;
  check_url(*resolved.url);
  fuzz::require(parse_url(resolved.url->text(), &*base).url->text() == resolved.url->text(),
                "an absolute URL does not care about its base");
  return 0;
}
