// What stands around all tries of a step: its breaker and its fallback. The engine asks before the first try and tells the
// final outcome; docs/decorators.md has the order and the words. Most steps have none.
#pragma once
#include <atomic>
#include <memory>

#include "core/run/around/breaker.hpp"
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
  std::optional<Breaker::Pass> pass{};
  std::optional<Failure> refusal{};       // of the breaker
  std::optional<Failure> covered{};       // the failure for which the fallback is at work
  std::vector<MarkedChange> marks{};      // of the tries that failed, meanwhile
};

class Around {
 public:
  // Null for a step that needs none. `fallback` is its built node, or null; the step outlives this.
  static std::unique_ptr<Around> make(const Step& step, Node* fallback);

  const Fallback* fallback() const { return fallback_ ? &*fallback_ : nullptr; }
  bool asks() const { return breaker_ != nullptr; }      // something must be asked before the first try
  void ask(Asked& asked, Duration now);                  // fills in pass or refusal
  void ended(Asked& asked, Status status, const Failure* failure, Duration now);  // of the last try
  void count_fallback() { fallbacks_.fetch_add(1, std::memory_order_relaxed); }
  void add_to(KeyStatistics& statistics) const;

 private:
  explicit Around(const Step& step) : step_(step) {}
  const Step& step_;
  std::unique_ptr<Breaker> breaker_;
  std::optional<Fallback> fallback_;
  std::atomic<std::uint64_t> fallbacks_{0}, refused_{0};
};

struct Layout;
// Puts around each step of the layout what it has. `fallbacks` holds a built node for each step of the plan, or null.
std::vector<std::unique_ptr<Around>> put_around(Layout& layout, const std::vector<std::unique_ptr<Node>>& fallbacks);

}  // namespace headrace::run
