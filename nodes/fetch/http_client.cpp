#include "nodes/fetch/http_client.hpp"

#include <curl/curl.h>

#include "core/node.hpp"
#include "nodes/fetch/http_dispatcher.hpp"
#include "nodes/fetch/http_headers.hpp"
#include "nodes/fetch/traffic_transport.hpp"
#include "nodes/fetch/transfers.hpp"

namespace headrace {

const std::string* HttpResponse::header(std::string_view lower_case_name) const { return find_header(headers, lower_case_name); }

namespace {

// The client of the web: polite to every host, closed to private networks unless told otherwise.
//
//   resources:
//     http: {node: http_client, delay: 2s, allow: [10.0.0.0/8]}
class CurlHttpClient final : public HttpClient {
 public:
  struct Config {
    Duration delay = std::chrono::seconds(1), max_delay = std::chrono::seconds(60);
    bool adapt = true;
    int connections_per_host = 1, connections_per_site = 8, connections = 64;
    bool allow_private = false;
    std::vector<std::string> allow;
    std::string user_agent = "Headrace/0.1 (bot; reads feeds and articles)";
    Duration connect_timeout = std::chrono::seconds(10), longest_hold = std::chrono::hours(1);
    ByteSize slowest{1u << 10};
    Duration slow_for = std::chrono::seconds(30);
    int breaker_failures = 5;
    Duration breaker_pause = std::chrono::minutes(1);
    bool http2 = true;
    std::string proxy;
    std::optional<Path> ca_file;
    bool robots = true;
    std::string robots_agent;
    std::optional<Path> record, replay;
    Use<Store> store;
    static constexpr auto fields() {
      return std::tuple(
          field("delay", &Config::delay, "Least time between the starts of two requests to one host."),
          field("max_delay", &Config::max_delay, "What a slow host can make of it."),
          field("adapt", &Config::adapt, "The delay of a host follows the time that it takes to answer. Not with a delay of 0s."),
          field("connections_per_host", &Config::connections_per_host, "At the same time.", in_range(1, 100)),
          field("connections_per_site", &Config::connections_per_site, "To all hosts below one registered domain.", in_range(1, 10000)),
          field("connections", &Config::connections, "In all, at the same time.", in_range(1, 10000)),
          field("allow_private", &Config::allow_private, "Loopback, private and other special addresses may be connected to."),
          field("allow", &Config::allow, "Only these special addresses may be connected to: networks such as 10.0.0.0/8."),
          field("user_agent", &Config::user_agent, "How the client introduces itself."),
          field("connect_timeout", &Config::connect_timeout, "For the name and the connection."),
          field("longest_hold", &Config::longest_hold,
                "A request fails instead of waiting when its host has asked, by Retry-After, for a longer pause than this."),
          field("slowest", &Config::slowest, "Bytes in a second, below which a transfer fails as timeout."),
          field("slow_for", &Config::slow_for, "How long it may be slower than that."),
          field("breaker_failures", &Config::breaker_failures,
                "As many in a row (no answer, or a status of 500 and more) close a host; 0: never.", in_range(0, 1000)),
          field("breaker_pause", &Config::breaker_pause, "How long it is left alone then; doubled each time, to an hour at most."),
          field("http2", &Config::http2, "Over TLS, where the host can do it."),
          field("proxy", &Config::proxy, "The URL of a proxy for everything; the addresses of hosts are then its business.", secret()),
          field("ca_file", &Config::ca_file, "Certificates of the authorities that are trusted; else the system's."),
          field("robots", &Config::robots, "Asks the robots.txt of each host, and keeps to it."),
          field("robots_agent", &Config::robots_agent, "The name under which they speak of us; else that of user_agent."),
          field("record", &Config::record, "A folder, in which every request and its answer are kept; made when missing, else it grows."),
          field("replay", &Config::replay, "Such a folder: it answers instead of the network, in as much time as the network took."),
          field("store", &Config::store, "Keeps what hosts have taught; a store in memory keeps nothing."));
    }
  };

  CurlHttpClient(Config config, Services& services) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw NodeError("unavailable", std::string("libcurl does not start: ") + curl_easy_strerror(started));
    dispatcher_ = std::make_shared<HttpDispatcher>(options_of(config, services), shared(config.store), services);
  }
  ~CurlHttpClient() override { dispatcher_->close(); }
  CurlHttpClient(const CurlHttpClient&) = delete;

  void get(HttpRequest request, HttpHandlers handlers) override { dispatcher_->submit(std::move(request), std::move(handlers)); }

 private:
  static std::shared_ptr<Store> shared(const Use<Store>& store) {
    if (!store) return nullptr;
    const auto kept = std::make_shared<Use<Store>>(store);
    return {kept, &**kept};
  }

  static HttpDispatcher::Options options_of(const Config& config, Services& services) {
    const Duration longest_pause = std::max<Duration>(std::chrono::hours(1), config.breaker_pause);
    return {{config.delay, config.connections_per_host, config.connections, config.connections_per_site},
            {{config.delay, config.max_delay, config.adapt}, {config.breaker_failures, config.breaker_pause, longest_pause}},
            recorded(config, services, config.replay ? replay_of(config.replay->text, services) : web_of(config, services)),
            config.longest_hold,
            config.robots,
            {.agent = config.robots_agent.empty() ? config.user_agent : config.robots_agent}};
  }

  static Connect web_of(const Config& config, Services& services) {
    const Transfers::Options options{config.user_agent,    config.connect_timeout, config.connections,
                                     addresses_of(config), config.slowest.bytes,   config.slow_for,
                                     config.http2,         config.proxy,           config.ca_file ? config.ca_file->text : std::string()};
    return [options, &services](Transport::Deliver deliver) { return std::make_unique<Transfers>(options, services, std::move(deliver)); };
  }

  static Connect replay_of(const std::string& folder, Services& services) {
    const auto record = std::make_shared<const TrafficReader>(folder);
    return [record, &services](Transport::Deliver deliver) {
      return std::make_unique<ReplayedTransport>(*record, services, std::move(deliver));
    };
  }

  static Connect recorded(const Config& config, Services& services, Connect connect) {
    if (!config.record) return connect;
    return [writer = std::make_shared<TrafficWriter>(config.record->text), &services, connect](Transport::Deliver deliver) {
      return std::make_unique<RecordedTransport>(writer, services, connect, std::move(deliver));
    };
  }

  static AddressRule addresses_of(const Config& config) {
    AddressRule out{config.allow_private};
    for (const std::string& text : config.allow) {
      const auto network = parse_network(text);
      if (!network) throw NodeError("bad_input", "allow: '" + text + "' is no network: write one like 10.0.0.0/8 or fd00::/8");
      out.also.push_back(*network);
    }
    return out;
  }

  std::shared_ptr<HttpDispatcher> dispatcher_;
};

}  // namespace
HEADRACE_RESOURCE(CurlHttpClient, HttpClient, "http_client", "Fetches over HTTP: one queue per host, bounded, closed to private networks.")
}  // namespace headrace
