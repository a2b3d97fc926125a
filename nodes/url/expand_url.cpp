// Where a short link leads. Links of other hosts pass as they are, unasked.
//
//   expanded:  {node: expand_url, in: {link: entry.link}, cache: 3650d, fallback: {key: entry.link}}
//   canonical: {node: canonical_url, in: {link: expanded, base: entry.base}}
//
// A shortener is asked by HEAD, and by GET where that tells nothing; redirects, meta refresh and location.replace count. It ends at
// the first address that is no shortener's: what a link leads to is not fetched here. Five hops at most; more, or a circle, fail as
// too_many_redirects. Where a short link leads never changes, so that a `cache` of any length is right.
#include <algorithm>

#include "core/node.hpp"
#include "nodes/fetch/http_client.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/host.hpp"
#include "nodes/url/refresh.hpp"
#include "nodes/url/url.hpp"

namespace headrace {
namespace {

using Hosts = std::vector<std::string>;

const Hosts shorteners = {"t.co",  "bit.ly",      "ow.ly",      "buff.ly", "dlvr.it", "lnkd.in", "fb.me",  "goo.gl",  "trib.al",
                          "is.gd", "tinyurl.com", "apple.news", "flip.it", "reut.rs", "nyti.ms", "bbc.in", "wapo.st", "on.ft.com"};

// One link on its way. It outlives its node; the client, which calls it, is there whenever it has a response.
class Expansion : public std::enable_shared_from_this<Expansion> {
 public:
  Expansion(Url url, std::shared_ptr<const Hosts> hosts, Duration timeout, HttpClient& http, Reply<std::string> reply)
      : url_(std::move(url)), hosts_(std::move(hosts)), timeout_(timeout), http_(http), reply_(std::move(reply)) {}

  void go_on() {
    const bool is_short = std::any_of(hosts_->begin(), hosts_->end(), [&](const std::string& host) { return is_within(url_.host, host); });
    if (!is_short) reply_(url_.text());
    else ask(HttpMethod::head);
  }

 private:
  static constexpr std::size_t most_hops = 5;

  void ask(HttpMethod method) {
    HttpRequest request;
    request.url = url_.text();
    request.max_bytes = {64u << 10};
    request.timeout = timeout_;
    request.method = method;
    request.follow = false;
    http_.get(std::move(request),
              {.waiting = [self = shared_from_this()] { self->reply_.park(); },
               .turn = [self = shared_from_this()](std::function<void()> go) { self->reply_.ready(std::move(go)); },
               .done = [self = shared_from_this(), method](HttpResult result) { self->take(std::move(result), method); }});
  }

  void take(HttpResult result, HttpMethod method) {
    if (auto* failure = std::get_if<Failure>(&result)) {
      reply_.fail(std::move(*failure));
      return;
    }
    const auto& response = std::get<HttpResponse>(result);
    const std::string* location = response.status >= 300 && response.status < 400 ? response.header("location") : nullptr;
    if (location) return follow(*location);
    if (method == HttpMethod::head) return ask(HttpMethod::get);  // some answer only that
    if (response.status >= 400)
      return refuse("http_status", "answered " + std::to_string(response.status), response.status == 429 || response.status >= 500);
    if (const auto target = refresh_target(response.body)) return follow(*target);
    reply_(url_.text());
  }

  void follow(const std::string& location) {
    ParsedUrl target = parse_url(location, &url_);
    if (!target.url) return refuse("bad_url", "leads to '" + location.substr(0, 200) + "', which " + std::string(target.problem), false);
    seen_.push_back(url_.text());
    if (seen_.size() > most_hops || std::find(seen_.begin(), seen_.end(), target.url->text()) != seen_.end())
      return refuse("too_many_redirects", "leads from one short link to the next, or in a circle", false);
    url_ = *std::move(target.url);
    go_on();
  }

  void refuse(std::string kind, const std::string& why, bool retryable) {
    reply_.fail({std::move(kind), "'" + url_.text().substr(0, 200) + "' " + why, retryable});
  }

  Url url_;
  std::vector<std::string> seen_;
  std::shared_ptr<const Hosts> hosts_;
  Duration timeout_;
  HttpClient& http_;
  Reply<std::string> reply_;
};

class ExpandUrl {
 public:
  struct Config {
    Use<HttpClient> http;
    Hosts hosts = shorteners;
    Duration transfer_timeout = std::chrono::seconds(10);
    static constexpr auto fields() {
      return std::tuple(field("http", &Config::http, "The client; it decides on delays and connections."),
                        field("hosts", &Config::hosts, "The shorteners, with all below them."),
                        field("transfer_timeout", &Config::transfer_timeout, "Of each answer, without the wait for the host's turn."));
    }
  };
  explicit ExpandUrl(Config config) : config_(std::move(config)), hosts_(std::make_shared<Hosts>(config_.hosts)) {}

  static std::vector<std::string> errors() { return {"http_status", "too_many_redirects", "refused_address", "bad_url"}; }

  void operator()(In<"link"> link, Reply<std::string> reply) const {
    auto url = parse_url(*link).url;
    const auto is_host = [&](const std::string& host) { return is_within(url->host, host); };
    if (!url || std::none_of(hosts_->begin(), hosts_->end(), is_host)) {
      reply(*link);
      return;
    }
    std::make_shared<Expansion>(*std::move(url), hosts_, config_.transfer_timeout, *config_.http, std::move(reply))->go_on();
  }

 private:
  Config config_;
  std::shared_ptr<const Hosts> hosts_;
};

}  // namespace
HEADRACE_NODE(ExpandUrl, "expand_url", "Follows a short link to where it leads.")
}  // namespace headrace
