// Stands in for an HTTP client: answers from what record_http has kept, in the order in which it came, without a network.
//
//   resources:
//     http: {node: replay_http, path: traffic/}
#include "core/node.hpp"
#include "core/run/io_loop.hpp"
#include "nodes/fetch/traffic.hpp"

namespace headrace {
namespace {

class ReplayHttp final : public HttpClient {
 public:
  struct Config {
    Path path;
    bool in_time = false;
    static constexpr auto fields() {
      return std::tuple(field("path", &Config::path, "The folder that record_http has written.", required()),
                        field("in_time", &Config::in_time, "Each answer takes as long as it took; else they come at once."));
    }
  };

  ReplayHttp(const Config& config, Services& services)
      : in_time_(config.in_time), services_(services), state_(std::make_shared<State>(config.path.text)) {}
  ~ReplayHttp() override {
    std::map<std::uint64_t, std::function<void(HttpResult)>> open;
    open.swap(state_->open);
    for (const auto& [id, done] : open) done(Failure{"cancelled", "the client is closed", false, {}});
  }
  ReplayHttp(const ReplayHttp&) = delete;

  void get(HttpRequest request, HttpHandlers handlers) override {
    services_.io.post([state = std::weak_ptr<State>(state_), this, request = std::move(request), handlers = std::move(handlers)]() mutable {
      if (const auto open = state.lock()) answer(open, request, std::move(handlers));
      else handlers.done(Failure{"cancelled", "the client is closed", false, {}});
    });
  }

 private:
  struct State {
    explicit State(const std::string& folder) : reader(folder) {}
    TrafficReader reader;
    std::uint64_t next_id = 0;
    std::map<std::uint64_t, std::function<void(HttpResult)>> open;  // answers that take their time
  };

  void answer(const std::shared_ptr<State>& state, const HttpRequest& request, HttpHandlers handlers) {
    TrafficReader::Answer answer = answer_of(*state, request);
    if (!in_time_ || answer.took <= Duration::zero()) return handlers.done(std::move(answer.result));
    const std::uint64_t id = state->next_id++;
    state->open.emplace(id, std::move(handlers.done));
    services_.clock.after(answer.took,
                          [weak = std::weak_ptr<State>(state), id, result = std::make_shared<HttpResult>(std::move(answer.result))] {
                            const auto open = weak.lock();
                            if (!open) return;
                            auto found = open->open.extract(id);
                            if (found) found.mapped()(std::move(*result));
                          });
  }

  static TrafficReader::Answer answer_of(State& state, const HttpRequest& request) {
    try {
      auto answer = state.reader.next(request);
      if (!answer) {
        const std::string what = std::string(method_name(request.method)) + " " + request.url;
        return {Failure{"unavailable", "no answer was recorded for " + what + "; record_http keeps those that it sees", false, {}}, {}};
      }
      if (auto* response = std::get_if<HttpResponse>(&answer->result)) {
        if (response->body.size() > request.max_bytes.bytes && !request.cut)
          return {Failure{"too_large",
                          "'" + response->url + "' was recorded with more than " + std::to_string(request.max_bytes.bytes) + " bytes",
                          false,
                          {}},
                  {}};
        if (response->body.size() > request.max_bytes.bytes) response->body.resize(request.max_bytes.bytes);
      }
      return std::move(*answer);
    } catch (const NodeError& error) {
      return {error.failure, {}};
    }
  }

  const bool in_time_;
  Services& services_;
  std::shared_ptr<State> state_;
};

}  // namespace
HEADRACE_RESOURCE(ReplayHttp, HttpClient, "replay_http", "Answers from what record_http has kept, without a network.")
}  // namespace headrace
