// A URL to a page.
//
//   page: {node: fetch, in: {url: canonical.url}, max_bytes: 5MiB, retry: {times: 3, backoff: 1s}}
//
// The record is parked, and gives its token back, while it waits for its host's turn. A status of 400 and more fails as
// http_status: retryable for 429 and 5xx, not before the time that Retry-After names. What the host's robots.txt refuses is
// dropped, with the reason `robots`.
#include "core/node.hpp"
#include "nodes/fetch/http_client.hpp"
#include "nodes/fetch/http_headers.hpp"
#include "nodes/fetch/retry_after.hpp"
#include "nodes/keys.hpp"

namespace headrace {
namespace {

class Fetch {
 public:
  struct Config {
    Use<HttpClient> http;
    ByteSize max_bytes{10u << 20};
    Duration transfer_timeout = std::chrono::seconds(30);
    int max_redirects = 10;
    std::vector<std::string> accept = {"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"};
    static constexpr auto fields() {
      return std::tuple(
          field("http", &Config::http, "The client; it decides on delays and connections."),
          field("max_bytes", &Config::max_bytes, "A larger body, after content decoding, fails as too_large."),
          field("transfer_timeout", &Config::transfer_timeout, "Of the transfer, without the wait for the host's turn."),
          field("max_redirects", &Config::max_redirects, "More fail as too_many_redirects.", in_range(0, 50)),
          field("accept", &Config::accept, "Content types; others fail as unsupported_type. Empty: all. A page without a type is taken."));
    }
  };

  Fetch(Config config, Services& services)
      : config_(std::move(config)), clock_(services.clock), accept_(std::make_shared<std::vector<std::string>>()) {
    for (const auto& type : config_.accept) accept_->push_back(media_type(type));
  }

  static std::vector<std::string> errors() {
    return {"http_status",        "unsupported_type", "bad_encoding",       "bad_certificate",   "refused_address",
            "too_many_redirects", "bad_url",          "robots_crawl_delay", "robots_unavailable"};
  }

  void operator()(In<"url"> url, Reply<Page> reply) const {
    HttpRequest request{*url, {{"Accept", accept_header()}}, config_.max_bytes, config_.transfer_timeout, config_.max_redirects};
    // The answer may outlive this node: it holds on to nothing of it.
    config_.http->get(std::move(request), {.waiting = [reply] { reply.park(); },
                                           .turn = [reply](std::function<void()> go) { reply.ready(std::move(go)); },
                                           .done =
                                               [reply, accept = accept_, &clock = clock_](HttpResult result) {
                                                 if (auto* failure = std::get_if<Failure>(&result)) refuse(reply, std::move(*failure));
                                                 else give(reply, std::get<HttpResponse>(std::move(result)), *accept, clock.now());
                                               }});
  }

 private:
  using Types = std::vector<std::string>;

  std::string accept_header() const {
    std::string out;
    for (const auto& type : *accept_) out += type + ", ";
    return out + (out.empty() ? "*/*" : "*/*;q=0.1");
  }

  // A site that does not want to be read is no fault of the record.
  static void refuse(const Reply<Page>& reply, Failure failure) {
    if (failure.kind == "robots_disallowed") reply.drop("robots");
    else reply.fail(std::move(failure));
  }

  static void give(const Reply<Page>& reply, HttpResponse response, const Types& accept, const Time& now) {
    if (response.status >= 400) {
      const bool retryable = response.status == 429 || response.status >= 500;
      reply.fail({"http_status", "'" + response.url + "' answered " + std::to_string(response.status), retryable,
                  retryable ? retry_after(response.headers, now) : std::nullopt});
      return;
    }
    const std::string* type = response.header("content-type");
    const bool wanted = !type || accept.empty() || std::find(accept.begin(), accept.end(), media_type(*type)) != accept.end();
    if (!wanted) {
      reply.fail({"unsupported_type", "'" + response.url + "' is of the type '" + media_type(*type) + "', which 'accept' does not name"});
      return;
    }
    Page page{std::move(response.url), Bytes(std::move(response.body)), type ? std::optional(*type) : std::nullopt, response.status};
    if (!response.redirects.empty()) page.redirects = std::move(response.redirects);
    page.links = joined(response.headers, "link");
    reply(std::move(page));
  }

  static std::optional<std::string> joined(const std::vector<HttpHeader>& headers, std::string_view name) {
    std::optional<std::string> out;
    for (const HttpHeader& each : headers)
      if (each.name == name) out = out ? *out + ", " + each.value : each.value;
    return out;
  }

  Config config_;
  Clock& clock_;
  std::shared_ptr<Types> accept_;
};

}  // namespace
HEADRACE_NODE(Fetch, "fetch", "Fetches a page.")
}  // namespace headrace
