// Reads a sitemap: the pages that a site names to search engines, or the further sitemaps that an index names.
//
//   graph: {sitemap: parse_sitemap}        # from sitemap_document: {body, content_type?, url?}
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/sitemap/read_sitemap.hpp"

namespace headrace {
namespace {

class ParseSitemap {
 public:
  struct Config {
    std::int64_t max_entries = 50'000;
    ByteSize max_bytes{50u << 20};
    static constexpr auto fields() {
      return std::tuple(field("max_entries", &Config::max_entries, "Entries beyond this many are left out.", in_range(1, 1e9)),
                        field("max_bytes", &Config::max_bytes, "What is longer after decompression is cut."));
    }
  };
  static std::vector<std::string> errors() { return {"not_a_sitemap"}; }

  explicit ParseSitemap(Config config) : config_(config) {}

  Sitemap operator()(In<"sitemap_document"> document) const {
    return read_sitemap(*document, {static_cast<std::size_t>(config_.max_entries), config_.max_bytes.bytes});
  }

 private:
  Config config_;
};

}  // namespace

HEADRACE_NODE(ParseSitemap, "parse_sitemap", "Parses a sitemap, a news sitemap, an index of sitemaps or a list of URLs.")

}  // namespace headrace
