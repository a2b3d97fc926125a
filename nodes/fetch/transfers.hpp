// Requests on the wire, over libcurl's multi interface on the IO loop. Virtual time stands still while a transfer runs.
#pragma once
#include <memory>
#include <unordered_map>

#include "core/run/io_loop.hpp"
#include "nodes/fetch/address.hpp"
#include "nodes/fetch/transport.hpp"

namespace headrace {

class Transfers final : public Transport {
 public:
  struct Options {
    std::string user_agent;
    Duration connect_timeout;
    int connections;        // that are kept open
    AddressRule addresses;  // that may be connected to
    std::uint64_t slowest;  // bytes a second, below which a transfer times out after slow_for
    Duration slow_for;
    bool http2;
    std::string proxy;    // its URL; its name is looked up and its address is connected to whatever it is
    std::string ca_file;  // the authorities whose certificates count; empty: the system's
  };
  Transfers(Options options, Services& services, Deliver deliver);
  ~Transfers() override;
  Transfers(const Transfers&) = delete;

  std::optional<Failure> start(Id id, const TransferRequest& request) override;

 private:
  class Transfer;
  struct Callbacks;
  struct Sockets;
  struct Curl;  // libcurl's handles
  void act(int socket, int events);
  void act_if_wanted();
  void soon();
  void on_timer();
  void deliver();
  void arm(std::int64_t due);

  const Options options_;
  Services& services_;
  Deliver deliver_;
  std::unique_ptr<Curl> curl_;
  int timer_;                                                   // of the system: libcurl's timeouts are real time, whatever the clock
  std::int64_t armed_ = 0;                                      // when it goes off, in ns of the system's monotonic clock; 0: not at all
  std::int64_t wanted_ = 0;                                     // when libcurl wants to act, at the earliest; 0: it does not say
  bool wanted_now_ = false;                                     // it wants to act as soon as possible
  std::vector<Finished> finished_;                              // to be delivered
  std::shared_ptr<bool> soon_ = std::make_shared<bool>(false);  // that these two are seen to is posted
  std::unordered_map<Id, std::unique_ptr<Transfer>> transfers_;
};

}  // namespace headrace
