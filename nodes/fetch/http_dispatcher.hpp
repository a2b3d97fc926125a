// Requests on their way: each waits for its host's turn, is transferred, follows its redirects (every hop through the queue
// of its host), and is answered once. submit() may be called from any thread; all else happens on the IO loop's.
//
// A host here is an origin: scheme, name and port.
#pragma once
#include <mutex>

#include "nodes/fetch/host_memory.hpp"
#include "nodes/fetch/host_queues.hpp"
#include "nodes/fetch/transport.hpp"
#include "nodes/robots/robots_cache.hpp"
#include "nodes/url/url.hpp"

namespace headrace {

class HttpDispatcher : public std::enable_shared_from_this<HttpDispatcher> {
 public:
  struct Options {
    HostQueues::Limits queues;
    HostMemory::Rules hosts;
    Connect connect;
    Duration longest_hold;  // a request whose host asks for a longer pause fails instead of waiting
    bool robots;            // the robots.txt of hosts are asked
    RobotsCache::Options robots_cache;
  };
  HttpDispatcher(Options options, std::shared_ptr<Store> store, Services& services);

  void submit(HttpRequest request, HttpHandlers handlers);

  // Answers everything with `cancelled`; no handler is called after it has returned. On the loop's thread, or when no
  // thread runs the loop.
  void close();

 private:
  using Id = std::uint64_t;
  // Many of these wait at a time: what can be found out again is not kept.
  struct Pending {
    HttpRequest request;  // its url is that of this hop
    HttpHandlers handlers;
    std::string host{};  // of this hop
    std::vector<std::string> redirects{};
    Duration spent{0};    // on the wire, by earlier hops
    Duration started{0};  // this hop
    bool all_permanent = true;
    bool told_waiting = false, on_wire = false;  // of this hop
  };
  class Turn;
  static std::string origin_of(const Url& url);

  // Arriving, and waiting for a turn.
  template <class Work> void post(Work work);
  void take_inbox();
  void admit(Id id, Pending& pending);
  void enqueue(Id id, HostQueues::Turn turn = HostQueues::Turn::waits);
  void tell_waiting(Id id);
  void pace(const std::string& host);
  std::optional<Failure> refusal(const HostFacts& facts) const;
  void run_turns();
  void arm_timer();
  void give_turn(Id id, Pending& pending);
  void begin(Id id);
  void give_up(Id id);

  // What hosts let us do.
  bool pass_robots(Id id, Pending& pending);
  bool restore_robots(const Url& url);
  void fetch_robots(const std::string& host, const Url& url);
  void take_robots(const std::string& host, const Url& url, HttpResult result);

  // Answers.
  void deliver(std::vector<Transport::Finished> finished);
  void deliver_one(Transport::Finished finished);
  void ask_again_with_http1(Id id, Pending& pending);
  void learn(const Pending& pending, const Transport::Finished& finished);
  void answer(Id id, TransferAnswer answer);
  void follow(Id id, const TransferAnswer& answer, const std::string& location);
  void respect_hold(const std::string& host, const TransferAnswer& answer, HostFacts& facts);
  void refuse_waiting(const std::string& host);
  void fail(Id id, Failure failure);
  void finish(Id id, HttpResult result);
  void call_handlers();

  const Options options_;
  Services& services_;
  HostQueues queues_;
  HostMemory hosts_;
  RobotsCache robots_;
  std::unordered_map<std::string, std::vector<Id>> robots_waiting_;  // for the robots.txt of a host, which is on its way
  std::unique_ptr<Transport> transport_;                             // made by the first request: only the loop's thread may watch
  std::map<Id, Pending> requests_;
  std::deque<std::function<void()>> calls_;  // of handlers, made when everything else is in order: they may do anything
  Id next_id_ = 1;
  TimerId timer_ = 0;
  Duration timer_due_{};

  std::mutex mutex_;  // of what follows
  std::vector<std::pair<HttpRequest, HttpHandlers>> inbox_;
  bool closed_ = false;
};

}  // namespace headrace
