// Writes a list of feeds as OPML.
//
//   graph: {opml_text: {node: write_opml, title: My feeds}}        # from feeds
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/opml.hpp"

namespace headrace {
namespace {

class WriteOpml {
 public:
  struct Config {
    std::string title = "Feeds";
    static constexpr auto fields() { return std::tuple(field("title", &Config::title, "The title of the list.")); }
  };
  explicit WriteOpml(Config config) : config_(std::move(config)) {}

  std::string operator()(In<"feeds"> feeds) const { return feed::write_opml(*feeds, config_.title); }

 private:
  Config config_;
};

}  // namespace

HEADRACE_NODE(WriteOpml, "write_opml", "Writes feeds as OPML 2.0, which every reader imports.")

}  // namespace headrace
