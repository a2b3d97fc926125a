// One run of a plan, from opening its resources to the ledger.
//
//   Run run(*compiled.plan, {.threads = 2});
//   std::signal(...): run.stop();
//   const RunReport report = run.run();
//
// The serial executor does everything on the calling thread (sources and blocking services excepted) and is the reference;
// the TBB executor runs the same plan on a flow graph. run() blocks; stop() and abort() may be called from any thread and,
// being lock-free, from a signal handler.
#pragma once
#include <map>

#include "core/graph/plan.hpp"
#include "core/run/report.hpp"
#include "core/state/store.hpp"

namespace headrace {

enum class Executor { serial, tbb };
enum class Verdict : std::uint8_t { done, dropped, failed, cancelled };

struct KeyError {  // a Failure with the place where it happened
  Failure failure;
  std::string node, key, cause;  // cause: what the last of several tries said first, or empty
};

// A record when its last step has run, in the order in which sinks see records. Valid during the call only.
class RetiredRecord {
 public:
  virtual ~RetiredRecord() = default;
  virtual std::uint64_t number() const = 0;  // of admission
  virtual int level() const = 0;             // 0, or the level of an expanding key's children
  virtual Verdict verdict() const = 0;
  virtual std::string_view reason() const = 0;  // of a drop
  virtual std::string_view dropped_key() const = 0;
  virtual const std::vector<KeyError>& errors() const = 0;
  virtual const std::vector<KeyError>& fallbacks() const = 0;  // failures for which a fallback gave the key's value
  virtual Status status(int slot) const = 0;
  virtual const void* value(int slot) const = 0;  // null unless ready
  virtual std::string_view document_id() const = 0;
};

// A record that does not come from a source.
struct Seed {
  std::vector<std::pair<int, AnyValue>> values;  // slot and value; a slot that a step produces counts as already run
  std::vector<int> absent;                       // slots that resolve as absent
  std::optional<Failure> failure;                // the record fails at once, under the key of `failed_slot`
  int failed_slot = -1;
  std::string name;                 // remembered in the state once the record is done; empty: it is not
  std::vector<MarkedChange> marks;  // as if its nodes had left them
};

class Feeder {
 public:
  virtual ~Feeder() = default;
  virtual bool admit(Seed seed) = 0;                            // waits for a token; false when the run stops
  virtual bool done_before(const std::string& name) const = 0;  // a record of a seed with that name, in this run or an earlier one
};

// Pure keys that become due together may run in one task, one after the other: those that were measured to cost less than
// handing them over, all, or none. Results, counts and diagnostics are the same.
enum class Fusion { never, measured, always };

struct RunOptions {
  Executor executor = Executor::tbb;
  int threads = 0;  // 0: all
  Fusion fusion = Fusion::measured;
  bool ordered = false;      // sinks, observer and stateful keys in order of admission
  bool keep_values = false;  // every value lives until the observer has seen the record
  bool without_sinks = false;
  std::uint64_t seed = 1;
  std::unique_ptr<Clock> clock{};                        // null: the real one
  Log* log = nullptr;                                    // null: silent
  std::shared_ptr<Store> store{};                        // instead of the plan's
  std::function<void(Feeder&)> feed{};                   // runs on a thread of its own, like a source
  std::function<void(const RetiredRecord&)> observer{};  // one call at a time
  std::function<void(const Progress&)> progress{};       // about once a second of real time
  std::optional<std::string> dead_letters{};             // instead of the plan's path
  std::function<void(const RunReport&)> on_abort{};      // on a thread of the run; nobody waits for bodies that are at work
};

// A resource or node that would not open; `place` is where the pipeline names it.
struct StartError : std::runtime_error {
  StartError(Diagnostic why) : std::runtime_error(why.message), diagnostic(std::move(why)) {}
  Diagnostic diagnostic;
};

class Run {
 public:
  Run(const Plan& plan, RunOptions options);  // the plan outlives the run
  ~Run();
  Run(const Run&) = delete;
  RunReport run();        // throws StartError; once
  void stop() noexcept;   // sources stop, parked records are cancelled, active ones drain
  void abort() noexcept;  // now

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headrace
