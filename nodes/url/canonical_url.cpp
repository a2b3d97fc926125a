// The two forms of a link: one to fetch, one to know it by. A link that is no http or https URL fails as bad_url.
//
//   canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
#include <xxhash.h>

#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/canonical.hpp"

namespace headrace {
namespace {

std::string document_id(std::string_view identity) {
  XXH128_canonical_t bytes;  // big-endian, so that the text is the same on every machine
  XXH128_canonicalFromHash(&bytes, XXH3_128bits(identity.data(), identity.size()));
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : bytes.digest) out += {digits[byte >> 4], digits[byte & 15]};
  return out;
}

class MakeCanonicalUrl {
 public:
  static std::vector<std::string> errors() { return {"bad_url"}; }
  CanonicalUrl operator()(In<"link"> link, Opt<"base"> base) const {
    const auto safe = safe_form(resolve_or_throw(*link, base ? &*base : nullptr));
    if (!safe) throw NodeError("bad_url", "'" + link->substr(0, 200) + "' has a host that cannot exist");
    std::string identity = identity_form(*safe).text();
    std::string id = document_id(identity);
    return {safe->text(), std::move(identity), std::move(id)};
  }
};

}  // namespace
HEADRACE_NODE(MakeCanonicalUrl, "canonical_url", "Gives the canonical forms of a link, and the document's id.")
}  // namespace headrace
