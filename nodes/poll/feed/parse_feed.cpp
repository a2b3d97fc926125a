// Parses a feed: RSS 0.9x to 2.0, Atom 0.3 and 1.0, JSON Feed, as they are in the wild.
//
//   graph: {feed: parse_feed}        # from feed_document: {body, content_type?, url?}
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/read_feed.hpp"

namespace headrace {
namespace {

class ParseFeed {
 public:
  struct Config {
    std::int64_t max_entries = 100'000;
    static constexpr auto fields() {
      return std::tuple(field("max_entries", &Config::max_entries, "Entries beyond this many are left out.", in_range(1, 1e9)));
    }
  };
  static std::vector<std::string> errors() { return {"not_a_feed"}; }

  explicit ParseFeed(Config config) : config_(config) {}

  ParsedFeed operator()(In<"feed_document"> document) const {
    feed::ReadFeed read = feed::read_feed(*document, static_cast<std::size_t>(config_.max_entries));
    feed::resolve_links(read);
    return std::move(read.parsed);
  }

 private:
  Config config_;
};

}  // namespace

HEADRACE_NODE(ParseFeed, "parse_feed", "Parses a feed in any of the usual formats.")

}  // namespace headrace
