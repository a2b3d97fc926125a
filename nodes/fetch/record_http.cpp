// Keeps what passes through an HTTP client in a folder, from which replay_http answers without a network.
//
//   resources:
//     http: {node: record_http, path: traffic/, client: {node: http_client, delay: 1s}}
#include "core/node.hpp"
#include "core/run/clock.hpp"
#include "core/run/log.hpp"
#include "nodes/fetch/traffic.hpp"

namespace headrace {
namespace {

class RecordHttp final : public HttpClient {
 public:
  struct Config {
    Path path;
    Use<HttpClient> client;
    static constexpr auto fields() {
      return std::tuple(field("path", &Config::path, "The folder; made when missing. One that is there grows.", required()),
                        field("client", &Config::client, "Who fetches."));
    }
  };

  RecordHttp(Config config, Services& services)
      : config_(std::move(config)), services_(services), writer_(std::make_shared<TrafficWriter>(config_.path.text)) {}

  // The answer may come while this is being destroyed: it holds on to the writer only.
  void get(HttpRequest request, HttpHandlers handlers) override {
    HttpHandlers own = handlers;
    own.done = [writer = writer_, &services = services_, request, began = services_.clock.elapsed(),
                done = std::move(handlers.done)](HttpResult result) {
      const auto* failure = std::get_if<Failure>(&result);
      if (!failure || failure->kind != "cancelled") record(*writer, services, request, {began, services.clock.elapsed() - began}, result);
      done(std::move(result));
    };
    config_.client->get(std::move(request), std::move(own));
  }

 private:
  // What cannot be written is told, and the answer is given all the same.
  static void record(TrafficWriter& writer, Services& services, const HttpRequest& request, const TrafficWriter::Span& span,
                     const HttpResult& result) {
    try {
      writer.write(request, span, result);
    } catch (const NodeError& error) {
      services.log.event(LogLevel::warning, "record_http", "not_recorded", {{"url", request.url}, {"cause", error.what()}});
    }
  }

  Config config_;
  Services& services_;
  std::shared_ptr<TrafficWriter> writer_;
};

}  // namespace
HEADRACE_RESOURCE(RecordHttp, HttpClient, "record_http", "Keeps what an HTTP client is asked and answered in a folder.")
}  // namespace headrace
