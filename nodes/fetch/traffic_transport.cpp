#include "nodes/fetch/traffic_transport.hpp"

#include "core/node.hpp"

namespace headrace {

// ---- recording ---------------------------------------------------------------------------------------------------------

RecordedTransport::RecordedTransport(std::shared_ptr<TrafficWriter> writer, Services& services, const Connect& connect, Deliver deliver)
    : writer_(std::move(writer)), services_(services), deliver_(std::move(deliver)) {
  below_ = connect([this](std::vector<Finished> finished) { take(std::move(finished)); });
}

std::optional<Failure> RecordedTransport::start(Id id, const TransferRequest& request) {
  auto refused = below_->start(id, request);
  if (!refused) open_[id] = {request.method, request.url, request.began};
  return refused;
}

void RecordedTransport::take(std::vector<Finished> finished) {
  for (const Finished& each : finished) write(open_.extract(each.id).mapped(), each);
  const Deliver deliver = deliver_;  // a copy: the receiver may destroy this
  deliver(std::move(finished));
}

// One that failed at HTTP/2 comes again, and what it is answered then counts.
void RecordedTransport::write(const Asked& asked, const Finished& finished) {
  if (finished.http2_failed) return;
  HttpResult result;
  if (const auto* failure = std::get_if<Failure>(&finished.result)) {
    result = *failure;
  } else {
    const auto& answer = std::get<TransferAnswer>(finished.result);
    result = HttpResponse{.url = asked.url, .status = answer.status, .headers = answer.headers, .body = answer.body, .redirects = {}};
  }
  try {
    writer_->write({.url = asked.url, .method = asked.method}, {asked.began, services_.clock.elapsed() - asked.began}, result);
  } catch (const NodeError& error) {
    services_.log.event(LogLevel::warning, "http", "not_recorded", {{"url", asked.url}, {"cause", error.what()}});
  }
}

// ---- replaying ---------------------------------------------------------------------------------------------------------

namespace {

std::variant<TransferAnswer, Failure> limited(HttpResult&& result, std::uint64_t max_bytes, bool cut) {
  if (auto* failure = std::get_if<Failure>(&result)) return std::move(*failure);
  auto& response = std::get<HttpResponse>(result);
  if (response.body.size() > max_bytes && !cut)
    return Failure{"too_large", "the body is larger than " + std::to_string(max_bytes) + " bytes"};
  response.body.resize(std::min<std::uint64_t>(response.body.size(), max_bytes));
  return TransferAnswer{response.status, std::move(response.headers), std::move(response.body)};
}

}  // namespace

ReplayedTransport::ReplayedTransport(TrafficReader record, Services& services, Deliver deliver)
    : reader_(std::move(record)), services_(services), deliver_(std::move(deliver)) {}

ReplayedTransport::~ReplayedTransport() {
  for (const auto& [id, timer] : open_) services_.clock.cancel(timer);
}

std::optional<Failure> ReplayedTransport::start(Id id, const TransferRequest& request) try {
  auto recorded = reader_.next({.url = request.url, .method = request.method});
  if (!recorded) return Failure{"unavailable", "no answer was recorded for it"};
  const Duration takes = std::min(recorded->took, request.timeout);
  std::variant<TransferAnswer, Failure> result = Failure{"timeout", "the recorded answer took " + format_duration(recorded->took), true};
  if (recorded->took <= request.timeout) result = limited(std::move(recorded->result), request.max_bytes, request.cut);
  if (auto* answer = std::get_if<TransferAnswer>(&result)) answer->took = takes;
  open_[id] = services_.clock.after(takes, [this, id, shared = std::make_shared<decltype(result)>(std::move(result))] {
    open_.erase(id);
    std::vector<Finished> finished;
    finished.push_back({id, std::move(*shared), false, Clock::Busy(services_.clock)});
    const Deliver deliver = deliver_;  // a copy: the receiver may destroy this
    deliver(std::move(finished));
  });
  return {};
} catch (const NodeError& error) {
  return error.failure;
}

}  // namespace headrace
