// Feeds whose addresses are known only at run time: from a server on a free port, a directory, a database.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

class FeedCatalog {
 public:
  static constexpr std::string_view interface_name = "feed catalog", default_node = "no_feeds", file_node = "";
  virtual ~FeedCatalog() = default;
  virtual std::vector<std::string> feeds() const = 0;  // absolute URLs; any thread
};

}  // namespace headrace
