// What stands around all tries of a step: its fallback, its cache and its breaker. The engine asks before the first try and tells the
// final outcome; docs/decorators.md has the order and the words. Most steps have none.
#pragma once
#include <atomic>
#include <memory>

#include "core/run/around/breaker.hpp"
#include "core/run/around/cache.hpp"
#include "core/run/report.hpp"

namespace headrace::run {

// The node that answers when a step has failed. Its inputs are the step's ports from `first` on.
struct Fallback {
  Node* node = nullptr;
  bool asynchronous = false;
  std::size_t first = 0;
  std::vector<Port> ports;  // as the node declares them
};

// What was found out for one record before the first try; kept in its notes until the step is resolved.
struct Asked {
  int step = -1;
  bool hit = false;         // the value is the cache's
  std::string cache_key{};  // under which to keep the value; empty without a cache
  std::optional<Breaker::Pass> pass{};
  std::optional<Failure> refusal{};   // of the breaker
  std::optional<Failure> covered{};   // the failure for which the fallback is at work
  std::vector<MarkedChange> marks{};  // of the tries that failed, meanwhile
};

class Around {
 public:
  // Null for a step that needs none. `fallback` is its built node, or null; step, node and store outlive this.
  static std::unique_ptr<Around> make(const Step& step, const TypeInfo& type, Node* fallback, Store& store);

  const Fallback* fallback() const { return fallback_ ? &*fallback_ : nullptr; }
  // Before the first try. Fills in what was found out; ready: `into` holds the value now; failed: see the refusal; empty: call.
  Status ask(Asked& asked, const void* const* inputs, std::string_view document, void* into, const Clock& clock);
  bool asks() const { return breaker_ || cache_; }  // otherwise ask() need not be called
  // The outcome of the last try: `value` when it is ready, `failure` when it has failed.
  void ended(Asked& asked, Status status, const void* value, const Failure* failure, const Clock& clock);
  void count_fallback() { fallbacks_.fetch_add(1, std::memory_order_relaxed); }
  void add_to(KeyStatistics& statistics) const;

 private:
  explicit Around(const Step& step) : step_(step) {}
  const Step& step_;
  std::unique_ptr<Cache> cache_;
  std::unique_ptr<Breaker> breaker_;
  std::optional<Fallback> fallback_;
  std::atomic<std::uint64_t> fallbacks_{0}, refused_{0}, hits_{0}, misses_{0};
};

struct Layout;
// Puts around each step of the layout what it has. `fallbacks` holds a built node for each step of the plan, or null.
std::vector<std::unique_ptr<Around>> put_around(Layout& layout, const std::vector<std::unique_ptr<Node>>& fallbacks, Store& store,
                                                const Clock& clock);

}  // namespace headrace::run
