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
    due.emplace(clock);  // until the woken thread is busy again
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
  std::optional<Clock::Busy> due;
  bool closed = false;
};

namespace {

// The engine counts the thread of a source as busy; while it waits for answers, virtual time must be free to run.
class Lent {
 public:
  explicit Lent(Clock& clock) : clock_(clock) { clock_.idle(); }
  ~Lent() { clock_.busy(); }
  Lent(const Lent&) = delete;

 private:
  Clock& clock_;
};

}  // namespace

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
  {
    const Lent lent(shared_->clock);
    if (!shared_->changed.wait(lock, stop, [&] { return find() != waiting.end(); })) return std::nullopt;
  }
  --open_;
  return shared_->take(find());
}

std::optional<FetchQueue::Arrived> FetchQueue::take_any(std::stop_token stop, Duration limit) {
  TimerId timer = 0;
  if (limit != Duration::max()) timer = shared_->clock.after(limit, [shared = shared_] { shared->wake(); });
  std::unique_lock lock(shared_->mutex);
  {
    const Lent lent(shared_->clock);
    shared_->changed.wait(lock, stop, [&] { return !shared_->waiting.empty() || shared_->due; });
  }
  shared_->due.reset();
  std::optional<Arrived> out = shared_->take(shared_->waiting.begin());
  lock.unlock();
  if (timer != 0 && !shared_->clock.cancel(timer)) forget_due();
  if (out) --open_;
  return out;
}

// The timer may have run after the wait had ended.
void FetchQueue::forget_due() {
  const std::scoped_lock lock(shared_->mutex);
  shared_->due.reset();
}

}  // namespace headrace
