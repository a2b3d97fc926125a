// What requests go out to: the web (Transfers), or a record of it (ReplayedTransport). One request, one answer; redirects, queues
// and delays are the dispatcher's. Everything happens on the IO loop's thread.
#pragma once
#include <functional>
#include <variant>
#include <vector>

#include "nodes/fetch/http_client.hpp"

namespace headrace {

struct TransferRequest {
  std::string url, host;
  HttpMethod method = HttpMethod::get;
  const std::vector<HttpHeader>& headers;
  std::uint64_t max_bytes = 0;
  Duration timeout{};
  Duration began{};    // when its host's turn came, in Clock::elapsed() time
  bool cut = false;    // a longer body ends there instead of failing
  bool http1 = false;  // the host has shown that it cannot do HTTP/2
};

struct TransferAnswer {
  int status = 0;
  std::vector<HttpHeader> headers{};  // names in lower case
  std::string body{};
  Duration took{};
};

class Transport {
 public:
  using Id = std::uint64_t;
  struct Finished {
    Id id;
    std::variant<TransferAnswer, Failure> result;  // a Failure's message is a clause: "the connection was reset"
    bool http2_failed;                             // the same request may well succeed with http1
    Clock::Busy busy;                              // until the answer has been handed on
  };
  using Deliver = std::function<void(std::vector<Finished>)>;  // never called by start(); may destroy the transport

  virtual ~Transport() = default;  // cuts off what is under way
  virtual std::optional<Failure> start(Id id, const TransferRequest& request) = 0;
};

// Makes it when the first request is about to go out.
using Connect = std::function<std::unique_ptr<Transport>(Transport::Deliver deliver)>;

}  // namespace headrace
