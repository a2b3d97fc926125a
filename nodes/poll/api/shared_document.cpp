// Makes the document that a share speaks of a record of its own, a child of the share's: whatever becomes of the document, seen
// before, dropped or failed, the share is kept.
//
//   canonical: {node: canonical_url, in: {link: share.link}}
//   document:  {node: shared_document, in: {url: canonical.url, identity: canonical.identity, document_id: canonical.document_id}}
//   admitted:  {node: barrier, in: {identity: document.identity}}
#include "core/node.hpp"
#include "nodes/keys.hpp"

namespace headrace {
namespace {

struct SharedDocument {
  Each<CanonicalUrl> operator()(In<"url"> url, In<"identity"> identity, In<"document_id"> document_id) const {
    return {{{*url, *identity, *document_id}}};
  }
};

}  // namespace

HEADRACE_NODE(SharedDocument, "shared_document", "Makes the document of a share a record of its own.")

}  // namespace headrace
