// One try of an asynchronous step: the engine's side of Reply<T>.
#pragma once
#include "core/run/engine.hpp"

namespace headrace::run {

class Attempt final : public ReplyTarget, public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(Engine& engine, Record& record, int step);
  ~Attempt() override;  // unanswered: fails as no_reply
  void start_timeout(Duration timeout);

  void* claim() override;
  void complete(Status status, Failure failure, std::string reason) override;
  void park() override;
  void ready(std::function<void()> task) override;

  std::vector<MarkedChange> marks;  // what the node marks while it works
  std::int64_t started = 0;         // ticks; 0: not timed

 private:
  void arm();
  void disarm();
  void cancel();
  void answer_unless_claimed(Failure failure);
  void answer(Status status, Failure failure, std::string reason);
  const std::shared_ptr<Hearing> hearing_;
  Engine& engine_;  // only while it is heard
  Record* record_;
  const int step_;
  std::atomic<bool> claimed_{false};  // by an answer; of a node's, complete() follows
  std::mutex mutex_;                  // of what follows
  std::uint64_t ticket_ = 0;          // while it is parked
  bool waits_ = false;                // parked, or asking for a token
  TimerId timer_ = 0;
  Duration left_ = Duration::max();  // of the timeout, when the timer is not running
  Duration armed_at_{};
};

}  // namespace headrace::run
