// Several requests at a time, for a thread that handles the answers one by one.
//
//   FetchQueue queue(clock);
//   queue.start(*client, 7, request);
//   if (auto arrived = queue.take_any(stop, 10s)) handle(arrived->tag, arrived->result);
//
// start() and the takes belong to one thread, that of a source, which the engine counts as busy: a take lends that out while
// it waits. Answers may arrive on any thread, also after the queue is gone; one that waits to be taken counts as busy, so a
// virtual clock never moves past it.
#pragma once
#include <memory>
#include <stop_token>

#include "nodes/fetch/http_client.hpp"

namespace headrace {

class FetchQueue {
 public:
  struct Arrived {
    std::size_t tag;
    HttpResult result;
  };
  explicit FetchQueue(Clock& clock);
  ~FetchQueue();  // answers that are still to come are thrown away
  FetchQueue(const FetchQueue&) = delete;

  void start(HttpClient& client, std::size_t tag, HttpRequest request);
  std::size_t open() const { return open_; }  // started and not yet taken

  // Waits for the answer of `tag`; nothing when a stop is requested.
  std::optional<Arrived> take(std::size_t tag, std::stop_token stop);
  // Waits for the next answer, at most `limit`; nothing after that or when a stop is requested.
  std::optional<Arrived> take_any(std::stop_token stop, Duration limit);

 private:
  struct Shared;
  void forget_due();
  std::shared_ptr<Shared> shared_;
  std::size_t open_ = 0;
};

}  // namespace headrace
