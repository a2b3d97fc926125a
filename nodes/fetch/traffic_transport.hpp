// The network under a client, recorded and replayed: single requests, each hop of a redirect and each robots.txt among them,
// below the queues of hosts. So a replay keeps to delays, pauses and rules as the client does before the web.
#pragma once
#include "core/run/io_loop.hpp"
#include "nodes/fetch/traffic.hpp"
#include "nodes/fetch/transport.hpp"

namespace headrace {

// Writes down what passes. What cannot be written is logged, and the answer is given all the same.
class RecordedTransport final : public Transport {
 public:
  RecordedTransport(std::shared_ptr<TrafficWriter> writer, Services& services, const Connect& connect, Deliver deliver);
  std::optional<Failure> start(Id id, const TransferRequest& request) override;

 private:
  struct Asked {
    HttpMethod method;
    std::string url;
    Duration began;
  };
  void take(std::vector<Finished> finished);
  void write(const Asked& asked, const Finished& finished);

  const std::shared_ptr<TrafficWriter> writer_;
  Services& services_;
  const Deliver deliver_;
  std::map<Id, Asked> open_;
  std::unique_ptr<Transport> below_;  // goes first
};

// Answers from a record, after the time that each answer took.
class ReplayedTransport final : public Transport {
 public:
  ReplayedTransport(TrafficReader record, Services& services, Deliver deliver);
  ~ReplayedTransport() override;
  std::optional<Failure> start(Id id, const TransferRequest& request) override;

 private:
  TrafficReader reader_;
  Services& services_;
  const Deliver deliver_;
  std::map<Id, TimerId> open_;
};

}  // namespace headrace
