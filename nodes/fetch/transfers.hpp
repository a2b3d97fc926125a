// Requests on the wire, over libcurl's multi interface on the IO loop: one request, one answer. Redirects, queues and
// delays are the dispatcher's. Everything happens on the loop's thread; virtual time stands still while a transfer runs.
#pragma once
#include <curl/curl.h>

#include <functional>
#include <memory>
#include <unordered_map>

#include "core/run/io_loop.hpp"
#include "nodes/fetch/http_client.hpp"

namespace headrace {

struct TransferRequest {
  std::string url;
  std::vector<HttpHeader> headers;
  std::uint64_t max_bytes = 0;
  Duration timeout{};
  bool head = false;  // without a body
};

struct TransferAnswer {
  int status = 0;
  std::vector<HttpHeader> headers{};  // names in lower case
  std::string body{};
  Duration took{};
};

class Transfers {
 public:
  using Id = std::uint64_t;
  struct Options {
    std::string user_agent;
    Duration connect_timeout;
    int connections;     // that are kept open
    bool allow_private;  // loopback and private addresses may be connected to
  };
  struct Finished {
    Id id;
    std::variant<TransferAnswer, Failure> result;  // a Failure's message is a clause: "the connection was reset"
    Clock::Busy busy;                              // until the answer has been handed on
  };
  using Deliver = std::function<void(std::vector<Finished>)>;  // never called by start(); may destroy the Transfers

  Transfers(Options options, Services& services, Deliver deliver);
  ~Transfers();  // cuts off what is under way
  Transfers(const Transfers&) = delete;

  std::optional<Failure> start(Id id, const TransferRequest& request);

 private:
  struct Transfer;
  struct Callbacks;
  void act(curl_socket_t socket, int events);
  Finished finish(CURL* easy, CURLcode code);

  const Options options_;
  Services& services_;
  Deliver deliver_;
  CURLM* multi_;
  int timer_;  // of the system: libcurl's timeouts are real time, whatever the clock
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers_;
};

}  // namespace headrace
