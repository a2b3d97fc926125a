// Nodes whose behaviour a test writes down on the spot, and runs of them in virtual time on every executor.
//
//   Script script;
//   script.call = [](const Call& call) { return call.x * 2; };
//   const auto plan = plan_of("inputs: [sc_in]\ngraph: {twice: {node: sc_call, in: {sc_x: sc_in}}}\n");
//   for (const Lane& lane : lanes) run_numbers(*plan, lane, 100);
//
// The nodes: sc_call (pure), sc_maybe (may drop), sc_fold (stateful), sc_keep (stateful, with State), sc_each (expands),
// sc_later (asynchronous), sc_text (to a string), sc_source, sc_sink. One Script at a time; it must outlive the run.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "core/node.hpp"
#include "core/run/run.hpp"

HEADRACE_KEY("sc_in", "Input of a scripted graph.", double)
HEADRACE_KEY("sc_x", "Operand of a scripted node.", double)

namespace headrace::testing {

struct Call {
  std::string_view as;  // the field `as` of the node: tells several of one kind from each other
  double x;
  Clock& clock;
};

struct Script {
  std::function<double(const Call&)> call = [](const Call& it) { return it.x; };
  std::function<Maybe<double>(const Call&)> maybe = [](const Call& it) { return Maybe<double>(it.x); };
  std::function<double(const Call&)> fold = [](const Call& it) { return it.x; };
  std::function<double(const Call&, State)> keep = [](const Call& it, State) { return it.x; };
  std::function<std::vector<double>(const Call&)> each = [](const Call&) { return std::vector<double>{}; };
  std::function<void(const Call&, Reply<double>)> later = [](const Call& it, const Reply<double>& reply) { reply(it.x); };
  std::function<std::string(const Call&)> text = [](const Call& it) { return std::to_string(static_cast<int>(it.x)); };
  std::function<void(Emit<double>)> source = [](const Emit<double>&) {};
  std::function<void(std::string_view as, double x)> write = [](std::string_view, double) {};
  std::function<void(std::string_view as)> flush = [](std::string_view) {};

  Script();
  ~Script();
  Script(const Script&) = delete;
};

// Numbers that several threads write down.
class Numbers {
 public:
  void add(double x) {
    const std::lock_guard lock(mutex_);
    all_.push_back(x);
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return all_.size();
  }
  std::vector<double> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(all_, {});
  }

 private:
  mutable std::mutex mutex_;
  std::vector<double> all_;
};

std::vector<double> first_numbers(int count);  // 0, 1, 2 ...

struct Lane {
  Executor executor;
  int threads;
  Fusion fusion = Fusion::measured;
};
inline constexpr Lane lanes[] = {{Executor::serial, 1, Fusion::never}, {Executor::tbb, 1, Fusion::always}, {Executor::tbb, 2}};
std::string name_of(const Lane& lane);

std::unique_ptr<Plan> plan_of(const std::string& yaml);             // throws with the diagnostics
RunOptions options_of(const Lane& lane);                            // with a virtual clock
std::function<void(Feeder&)> numbers(const Plan& plan, int count);  // feeds 0, 1, 2 ... as `sc_in`
RunReport run_numbers(const Plan& plan, const Lane& lane, int count);
RunReport run_sources(const Plan& plan, const Lane& lane);

// What holds of every run that ended by itself.
void check_finished(const RunReport& report);
void check_balance(const Ledger& ledger);

}  // namespace headrace::testing
