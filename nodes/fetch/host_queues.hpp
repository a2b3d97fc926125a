// Whose turn it is: one queue per host, with a delay between the starts of two requests to it, and a limit on connections
// per host and in all. A data structure: it keeps no time and calls nobody. `now` is Clock::elapsed().
//
//   queues.push("example.org:443", id, now);
//   while (auto next = queues.pop(now)) begin(*next);   // then started(), and released() at the end
//   wake me at queues.due();
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/value/types.hpp"

namespace headrace {

class HostQueues {
 public:
  using Id = std::uint64_t;
  struct Limits {
    Duration delay;
    int per_host, total;
  };
  explicit HostQueues(Limits limits) : limits_(limits) {}

  void push(const std::string& host, Id id, Duration now);
  std::optional<Id> pop(Duration now);                    // takes a connection of its host; hosts take turns
  void started(const std::string& host, Duration now);    // the popped request: the delay counts from here
  void released(const std::string& host, Duration now);   // its connection is free again
  void abandoned(const std::string& host, Duration now);  // popped, never started
  void hold(const std::string& host, Duration until);     // nothing of the host begins before
  Duration held_until(const std::string& host) const;
  std::vector<Id> take_waiting(const std::string& host);  // empties its queue
  Duration due() const;                                   // when time alone makes pop() give something; max() for never

 private:
  struct Host {
    std::uint64_t serial = 0;  // orders hosts of one due time
    std::deque<Id> waiting{};
    int active = 0;
    bool starting = false;  // popped, not started yet: nobody knows when the delay begins
    bool in_ready = false;
    Duration next{0}, held{0};  // it may begin when both have passed
    std::optional<Duration> timed{};
    Duration opens() const { return std::max(next, held); }
  };
  bool wants_turn(const Host& host) const { return !host.waiting.empty() && host.active < limits_.per_host && !host.starting; }
  void file(Host& host, Duration now);
  void sweep(Duration now);

  Limits limits_;
  int active_ = 0;
  std::unordered_map<std::string, Host> hosts_;
  std::deque<Host*> ready_;                                    // may begin now, if a connection is left
  std::map<std::pair<Duration, std::uint64_t>, Host*> timed_;  // may begin later
  std::uint64_t next_serial_ = 0;
  std::size_t sweep_at_ = 1024;
};

}  // namespace headrace
