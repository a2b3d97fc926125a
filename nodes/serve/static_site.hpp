// A site that is served from a folder, on loopback only, for demos and tests:
//
//   resources:
//     site: {node: static_site, folder: ../tests/site}
//
// It runs from the opening of the resource to its closing. All members may be called from any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

class StaticSite {
 public:
  static constexpr std::string_view interface_name = "static site", default_node = "static_site", file_node = "";
  virtual ~StaticSite() = default;
  virtual std::uint16_t port() const = 0;
  virtual std::vector<std::string> feeds() const = 0;  // URLs of the feeds that site.yaml names
};

}  // namespace headrace
