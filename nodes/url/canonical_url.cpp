// The two forms of a link: one to fetch, one to know it by. A link that is no http or https URL fails as bad_url.
//
//   canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/canonical.hpp"
#include "nodes/url/document_id.hpp"

namespace headrace {
namespace {

class MakeCanonicalUrl {
 public:
  static std::vector<std::string> errors() { return {"bad_url"}; }
  CanonicalUrl operator()(In<"link"> link, Opt<"base"> base) const {
    auto safe = safe_form(resolve_or_throw(*link, base ? &*base : nullptr));
    if (!safe) throw NodeError("bad_url", "'" + link->substr(0, 200) + "' has a host that cannot exist");
    CanonicalUrl out;
    out.url = safe->text();
    out.identity = identity_form(*std::move(safe)).text();
    out.document_id = document_id(out.identity);
    return out;
  }
};

}  // namespace
HEADRACE_NODE(MakeCanonicalUrl, "canonical_url", "Gives the canonical forms of a link, and the document's id.")
}  // namespace headrace
