// Makes the document that a share speaks of a record of its own, a child of the share's: whatever becomes of the document, seen
// before, dropped or failed, the share is kept.
//
//   canonical: {node: canonical_url, in: {link: share.link}}
//   document:  {node: shared_document}
//   admitted:  {node: barrier, in: {identity: document.identity}}
#include "core/node.hpp"
#include "nodes/keys.hpp"

namespace headrace {
namespace {

struct SharedDocument {
  Each<CanonicalUrl> operator()(In<"canonical"> canonical) const { return {{*canonical}}; }
};

}  // namespace

HEADRACE_NODE(SharedDocument, "shared_document", "Makes the document of a share a record of its own.")

}  // namespace headrace
