// A link made absolute and written as the URL standard says.
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/url.hpp"

namespace headrace {
namespace {

class ResolveUrl {
 public:
  static std::vector<std::string> errors() { return {"bad_url"}; }
  std::string operator()(In<"link"> link, Opt<"base"> base) const { return resolve_or_throw(*link, base ? &*base : nullptr).text(); }
};

}  // namespace
HEADRACE_NODE(ResolveUrl, "resolve_url", "Makes a link absolute.")
}  // namespace headrace
