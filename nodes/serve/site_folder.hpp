// A folder of sites, read into memory once, and what each address of it answers.
//
//   SiteFolder folder("tests/site", 8080);
//   folder.find("valley-post.localhost", "/news/harbour-flooded").body;
//
// Each subfolder is a host. /a/b is answered by the file a/b, a/b.html or a/b/index.html; {{port}} in a text file stands for
// the port. site.yaml adds what files cannot say; without it every subfolder is a host of its own name:
//
//   hosts:
//     - name: valley-post.localhost           # the subfolder
//       also: [www.valley-post.localhost]     # further names
//       feeds: [/atom.xml]
//       redirects: {/old: /news/new}          # 302, unless `statuses` says otherwise
//       statuses: {/old: 301, /gone: 410}
//       content_types: {/atom.xml: application/atom+xml}
//
// Immutable, so any thread may ask. Links and hidden files are left out; at most 10,000 files and 64 MiB.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct SiteAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string location{};  // of a redirect
  std::string etag{};      // of a file
  std::string body{};
};

class SiteFolder {
 public:
  SiteFolder(std::string folder, std::uint16_t port);                          // throws NodeError
  const SiteAnswer& find(std::string_view host, std::string_view path) const;  // lower-case host, without port
  const std::vector<std::string>& feeds() const { return feeds_; }

 private:
  using Pages = std::map<std::string, SiteAnswer, std::less<>>;
  struct Reader;
  std::map<std::string, Pages> sites_;                      // by subfolder
  std::map<std::string, const Pages*, std::less<>> hosts_;  // by name
  std::vector<std::string> feeds_;
  SiteAnswer not_found_;
};

}  // namespace headrace
