// The one way to the web: a resource that keeps one queue per host, with a delay between requests to it.
//
//   client->get({.url = "https://example.org/"}, {.done = [](HttpResult result) { ... }});
//
// Handlers run on the IO loop's thread, must not block and must not throw. get() may be called from any thread.
// Whoever destroys the client does so on the loop's thread, or when no thread runs the loop any more; what is still pending
// is then answered with `cancelled` before the destructor returns, and nothing is called after.
#pragma once
#include <functional>
#include <stop_token>
#include <variant>

#include "core/graph/spec.hpp"

namespace headrace {

struct HttpHeader {
  std::string name, value;
};

enum class HttpMethod { get, head };  // HEAD: an answer without its body

struct HttpRequest {
  std::string url;
  std::vector<HttpHeader> headers{};            // besides the client's own
  ByteSize max_bytes{10u << 20};                // of the body, as it is sent and after content decoding
  Duration timeout = std::chrono::seconds(30);  // of the transfer, without the wait for the host's turn
  int max_redirects = 10;
  HttpMethod method = HttpMethod::get;
  bool follow = true;  // false: an answer that redirects is the response
  bool cut = false;    // a body ends at max_bytes instead of failing
  bool robots = true;  // the robots.txt of each host on the way is asked; false for what people subscribe to
};

struct HttpResponse {
  std::string url;  // after redirects
  int status = 0;
  std::vector<HttpHeader> headers;  // of the last answer; names in lower case
  std::string body;
  std::vector<std::string> redirects;  // every URL that redirected, in order
  bool moved_permanently = false;      // all redirects were 301 or 308
  const std::string* header(std::string_view lower_case_name) const;
};

// An answer of any status is a response; a Failure is what kept an answer from coming. Its kinds (docs/fetching.md says what
// to do about each): unavailable, timeout, too_large, bad_encoding, bad_certificate, refused_address, robots_disallowed, bad_url,
// too_many_redirects, cancelled.
using HttpResult = std::variant<HttpResponse, Failure>;

struct HttpHandlers {
  std::function<void()> waiting{};                       // it must wait for its host's turn; a redirect may have to wait again
  std::function<void(std::function<void()> go)> turn{};  // after waiting(): the turn has come, and the transfer begins at go()
  std::function<void(HttpResult)> done{};                // exactly once
};
// Without a turn handler transfers begin by themselves. A go() that is let go uncalled gives the turn back: cancelled.

class HttpClient {
 public:
  static constexpr std::string_view interface_name = "http client", default_node = "http_client", file_node = "";
  virtual ~HttpClient() = default;
  virtual void get(HttpRequest request, HttpHandlers handlers) = 0;
};

// get() for a thread of its own, such as a source's. Gives Failure{"cancelled"} when a stop is requested.
HttpResult get_and_wait(HttpClient& client, HttpRequest request, std::stop_token stop);

}  // namespace headrace
