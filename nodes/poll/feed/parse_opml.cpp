// Reads a list of feeds in OPML.
//
//   graph: {feeds: parse_opml}        # from opml: the bytes of the file
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/opml.hpp"

namespace headrace {
namespace {

class ParseOpml {
 public:
  std::vector<FeedReference> operator()(In<"opml"> opml) const { return feed::read_opml(*opml); }
};

}  // namespace

HEADRACE_NODE(ParseOpml, "parse_opml", "Reads the feeds that an OPML file lists, however broken.")

}  // namespace headrace
