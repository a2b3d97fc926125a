#include "nodes/fetch/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>

#include "core/node.hpp"
#include "nodes/fetch/http_dispatcher.hpp"

namespace headrace {

const std::string* HttpResponse::header(std::string_view lower_case_name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const HttpHeader& header) { return header.name == lower_case_name; });
  return found == headers.end() ? nullptr : &found->value;
}

namespace {

// The client of the web: polite to every host, closed to private networks unless told otherwise.
//
//   resources:
//     http: {node: http_client, delay: 2s, allow_private: false}
class CurlHttpClient final : public HttpClient {
 public:
  struct Config {
    Duration delay = std::chrono::seconds(1);
    int connections_per_host = 1, connections = 64;
    bool allow_private = false;
    std::string user_agent = "Headrace/0.1 (bot; reads feeds and articles)";
    Duration connect_timeout = std::chrono::seconds(10), longest_hold = std::chrono::hours(1);
    static constexpr auto fields() {
      return std::tuple(field("delay", &Config::delay, "Least time between the starts of two requests to one host."),
                        field("connections_per_host", &Config::connections_per_host, "At the same time.", in_range(1, 100)),
                        field("connections", &Config::connections, "In all, at the same time.", in_range(1, 10000)),
                        field("allow_private", &Config::allow_private, "Loopback, private and other special addresses may be connected to."),
                        field("user_agent", &Config::user_agent, "How the client introduces itself."),
                        field("connect_timeout", &Config::connect_timeout, "For the name and the connection."),
                        field("longest_hold", &Config::longest_hold,
                              "A request fails instead of waiting when its host has asked, by Retry-After, for a longer pause than this."));
    }
  };

  CurlHttpClient(Config config, Services& services) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw NodeError("unavailable", std::string("libcurl does not start: ") + curl_easy_strerror(started));
    dispatcher_ = std::make_shared<HttpDispatcher>(
        HttpDispatcher::Options{{config.delay, config.connections_per_host, config.connections},
                                {config.user_agent, config.connect_timeout, config.connections, config.allow_private},
                                config.longest_hold},
        services);
  }
  ~CurlHttpClient() override { dispatcher_->close(); }
  CurlHttpClient(const CurlHttpClient&) = delete;

  void get(HttpRequest request, HttpHandlers handlers) override { dispatcher_->submit(std::move(request), std::move(handlers)); }

 private:
  std::shared_ptr<HttpDispatcher> dispatcher_;
};

}  // namespace
HEADRACE_RESOURCE(CurlHttpClient, HttpClient, "http_client", "Fetches over HTTP: one queue per host, bounded, closed to private networks.")
}  // namespace headrace
