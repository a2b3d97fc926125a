// Says whether a robots.txt lets an agent fetch a link (RFC 9309), and which of its lines says so.
//
//   allowed: {node: robots_allowed, in: {link: canonical.url}}
//
// Inputs: robots_txt, the file's bytes; agent, a product token or a whole User-Agent header; link, an absolute URL of http or
// https, or a path of the same host. It looks at the file that it is given and at nothing else: http_client finds the file of a
// host, and how long to believe it, by itself.
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/robots/robots_txt.hpp"
#include "nodes/robots/robots_verdict.hpp"
#include "nodes/url/url.hpp"

namespace headrace {
namespace {

// The path and query of a link. One without a scheme is a path, also when it begins with two slashes.
std::string path_of(std::string link) {
  static const std::string some_host = "http://host.invalid";
  link.erase(0, std::min(link.find_first_not_of(" \t\r\n"), link.size()));
  const bool has_scheme = link.find(':') < link.find_first_of("/?#");
  const Url url = resolve_or_throw(has_scheme ? link : some_host + (link.starts_with('/') ? "" : "/") + link, nullptr);
  return url.query ? url.path + '?' + *url.query : url.path;
}

class RobotsAllowed {
 public:
  static std::vector<std::string> errors() { return {"bad_url"}; }

  RobotsVerdict operator()(In<"robots_txt"> robots_txt, In<"agent"> agent, In<"link"> link) const {
    const RobotsTxt robots(*robots_txt);
    const auto decision = robots.decide(*agent, path_of(*link));
    RobotsVerdict verdict{decision.allowed, robots.crawl_delay(*agent), {}, {}};
    if (decision.line == 0) return verdict;
    verdict.rule = (decision.allowed ? "Allow: " : "Disallow: ") + std::string(decision.pattern);
    verdict.line = static_cast<int>(decision.line);
    return verdict;
  }
};

}  // namespace

HEADRACE_NODE(RobotsAllowed, "robots_allowed", "Says whether a robots.txt allows a link.")

}  // namespace headrace
