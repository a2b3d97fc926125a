// Whose turn it is: one queue per host, with a delay between the starts of two requests to it, and a limit on connections per
// host, per site (the hosts that one owner has) and in all. Hosts take turns, whatever the length of their queues. A data
// structure: it keeps no time and calls nobody. `now` is Clock::elapsed().
//
//   queues.push("https://news.example.org", "example.org", id, now);
//   while (auto next = queues.pop(now)) begin(*next);   // then started(), and released() at the end
//   wake me at queues.due();
#pragma once
#include <cstdint>
#include <deque>
#include <list>
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
    Duration delay;  // of a host of which nothing else is known
    int per_host, total;
    int per_site = 0;  // 0: no limit but the others
  };
  explicit HostQueues(Limits limits) : limits_(limits) {}

  // `Turn::goes_on`: of a host that has just had a turn for the sake of this request, and may have the next one as well.
  enum class Turn { waits, goes_on };
  void push(const std::string& host, const std::string& site, Id id, Duration now, Turn turn = Turn::waits);
  std::optional<Id> pop(Duration now);                    // takes a connection of its host
  void started(const std::string& host, Duration now);    // the popped request: the delay counts from here
  void released(const std::string& host, Duration now);   // its connection is free again
  void abandoned(const std::string& host, Duration now);  // popped, never started
  void hold(const std::string& host, Duration until);     // nothing of the host begins before
  Duration held_until(const std::string& host) const;
  // Another delay, from the start of the last request on; and whether one connection is all that it gets.
  void set_pace(const std::string& host, Duration delay, bool one_at_a_time);
  std::vector<Id> take_waiting(const std::string& host);  // empties its queue
  Duration due() const;                                   // when time alone makes pop() give something; max() for never

 private:
  struct Host;
  struct Site {
    int active = 0, hosts = 0;
    std::list<Host*> full{};  // hosts that wait for a connection of the site
  };
  struct Host {
    std::uint64_t serial = 0;  // orders hosts of one due time
    Site* site = nullptr;      // null: no limit
    std::list<Id> waiting{};   // of most hosts it is short: a deque would take half a KiB for it
    int active = 0;
    bool starting = false;  // popped, not started yet: nobody knows when the delay begins
    bool listed = false;    // in ready_, or in its site's list
    bool one_at_a_time = false;
    Duration delay{0}, last_start = never, held{0};
    std::optional<Duration> timed{};
    Duration opens() const { return last_start == never ? held : std::max(last_start + delay, held); }
  };
  static constexpr Duration never = Duration::min();
  bool wants_turn(const Host& host) const {
    return !host.waiting.empty() && host.active < (host.one_at_a_time ? 1 : limits_.per_host) && !host.starting;
  }
  bool is_full(const Site* site) const { return site && site->active >= limits_.per_site; }
  Host& meet(const std::string& name, const std::string& site);
  void file(Host& host, Duration now, Turn turn = Turn::waits);
  void free_site(Site& site, Duration now);
  void sweep(Duration now);

  Limits limits_;
  int active_ = 0;
  std::unordered_map<std::string, Host> hosts_;
  std::unordered_map<std::string, Site> sites_;
  std::deque<Host*> ready_;                                    // may begin now, if a connection is left
  std::map<std::pair<Duration, std::uint64_t>, Host*> timed_;  // may begin later
  std::uint64_t next_serial_ = 0;
  std::size_t sweep_at_ = 1024;
};

}  // namespace headrace
