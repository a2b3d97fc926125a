#include "nodes/poll/fetch_queue.hpp"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>

namespace headrace {

struct FetchQueue::Shared {
  struct Waiting {
    Arrived arrived;
    Clock::Busy busy;
  };
  explicit Shared(Clock& clock) : clock(clock) {}

  void arrive(std::size_t tag, HttpResult result) {
    const std::scoped_lock lock(mutex);
    if (closed) return;
    waiting.push_back({{tag, std::move(result)}, Clock::Busy(clock)});
    changed.notify_all();
  }
  void wake() {
    const std::scoped_lock lock(mutex);
    due = true;
    changed.notify_all();
  }
  std::optional<Arrived> take(auto at) {
    if (at == waiting.end()) return std::nullopt;
    std::optional<Arrived> out(std::move(at->arrived));
    waiting.erase(at);
    return out;
  }

  Clock& clock;
  std::mutex mutex;
  std::condition_variable_any changed;
  std::list<Waiting> waiting;
  bool due = false, closed = false;
};

FetchQueue::FetchQueue(Clock& clock) : shared_(std::make_shared<Shared>(clock)) {}
FetchQueue::~FetchQueue() {
  const std::scoped_lock lock(shared_->mutex);
  shared_->closed = true;
  shared_->waiting.clear();
}

void FetchQueue::start(HttpClient& client, std::size_t tag, HttpRequest request) {
  ++open_;
  HttpHandlers handlers;
  handlers.done = [shared = shared_, tag](HttpResult result) { shared->arrive(tag, std::move(result)); };
  client.get(std::move(request), std::move(handlers));
}

std::optional<FetchQueue::Arrived> FetchQueue::take(std::size_t tag, std::stop_token stop) {
  std::unique_lock lock(shared_->mutex);
  auto& waiting = shared_->waiting;
  const auto find = [&] { return std::find_if(waiting.begin(), waiting.end(), [&](const auto& each) { return each.arrived.tag == tag; }); };
  if (!shared_->changed.wait(lock, stop, [&] { return find() != waiting.end(); })) return std::nullopt;
  --open_;
  return shared_->take(find());
}

std::optional<FetchQueue::Arrived> FetchQueue::take_any(std::stop_token stop, Duration limit) {
  std::unique_lock lock(shared_->mutex);
  shared_->due = false;
  TimerId timer = 0;
  if (limit != Duration::max() && shared_->waiting.empty()) {
    lock.unlock();
    timer = shared_->clock.after(limit, [shared = shared_] { shared->wake(); });
    lock.lock();
  }
  shared_->changed.wait(lock, stop, [&] { return !shared_->waiting.empty() || shared_->due; });
  std::optional<Arrived> out = shared_->take(shared_->waiting.begin());
  lock.unlock();
  if (timer != 0) shared_->clock.cancel(timer);
  if (out) --open_;
  return out;
}

}  // namespace headrace
