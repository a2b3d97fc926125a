// Feeds whose addresses are known only at run time: from a server on a free port, a directory, a database.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

class FeedList {
 public:
  static constexpr std::string_view interface_name = "feed list", default_node = "", file_node = "";
  virtual ~FeedList() = default;
  virtual std::vector<std::string> feeds() const = 0;  // absolute URLs; any thread
};

}  // namespace headrace
