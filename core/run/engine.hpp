// The engine that both executors share: it runs steps, counts successors down, expands, orders, parks, and hands records
// whose last step has run to the settler. docs/engine.md has the rules and why there are no edges inside TBB.
#pragma once
#include <deque>
#include <functional>
#include <unordered_map>

#include "core/run/admission.hpp"
#include "core/run/claims.hpp"
#include "core/run/hearing.hpp"
#include "core/run/record.hpp"
#include "core/run/statistics.hpp"
#include "core/run/turnstile.hpp"

namespace headrace::run {

// What one thread needs to run steps.
struct Worker {
  Statistics::Shard* counters = nullptr;
  CallContext context;
  std::vector<MarkedChange> marks;  // of the call under way
  std::vector<const void*> inputs;  // of the call under way; as long as the longest list of ports
  std::int64_t last_tick = 0;       // the end of the previous timed step in this task
  std::vector<int> due;             // cheap steps of the record at hand that this task runs as well: each is a branch
};

class Executor {
 public:
  virtual ~Executor() = default;
  virtual void put(Record& record, int step) = 0;            // runs the step soon; any thread
  virtual void post(std::function<void(Worker&)> task) = 0;  // any thread
  virtual void run() = 0;                                    // until finish()
  virtual void finish() = 0;                                 // nothing will be put any more
  virtual bool concurrent() const = 0;
  virtual void let_time_pass(bool) {}  // true: what is queued does not keep virtual time still, until false
};

class Attempt;

class Engine {
 public:
  struct Hooks {
    std::function<void(Record&)> complete;                          // its last step has run and its children have retired
    std::function<StateAccess*(int instance, Record&)> open_state;  // before a call of a node with State
    std::function<void(int instance, Record&)> close_state;         // after it
  };
  Engine(const Layout& layout, Services& services, Admission& admission, Statistics& statistics, Hooks hooks,
         Fusion fusion = Fusion::measured);
  ~Engine();
  void set_executor(Executor& executor);
  std::unique_ptr<Worker> new_worker();

  // ---- records
  Record* make_root();                // with the next number; the caller holds a token for it
  Record* renew_root(Record* ended);  // the next one, in the memory of one that nobody else knows; one thread
  void start(Record& record);         // puts its roots; any thread
  void resolve_before_start(Record& record, int step, Status status);  // a step that need not run
  void fail_before_start(Record& record, int step, Failure failure);
  void retire(Record& record);  // after the settler has seen it; one thread. Its token and memory go back with the next ...
  void give_back_retired();     // ... of these, on the same thread, together with those of others
  std::uint64_t admitted() const { return next_id_.load(std::memory_order_relaxed); }  // with children
  std::uint64_t children() const { return children_.load(std::memory_order_relaxed); }
  std::uint64_t live() const { return live_.load(std::memory_order_acquire); }
  void on_quiet(std::function<void()> quiet) { quiet_ = std::move(quiet); }  // called when the last live record has retired

  // ---- steps
  void run(Worker& worker, Record* record, int step);
  bool straight() const { return straight_; }         // no step of the plan can wait, expand, come again or need an order
  void run_straight(Worker& worker, Record& record);  // instead of start(): all steps, in the plan's order
  void finish(Worker& worker, Record& record, int step, Status status);  // of an asynchronous step

  // ---- waiting. A branch of a record is at work, or waits (parked, at a gate, at a turnstile); the record holds a token
  // while a branch is at work. with_token() turns a waiting branch into one at work; end_branch() is the last that a branch
  // does, also when it starts to wait: the record may be gone when it returns.
  void with_token(Record& record, std::function<void(Worker&)> task);  // posts the task once the record has a token
  void end_branch(Record& record);
  void give_token_back(Record& record);
  void give_token_back_quietly(Record& record);  // wake_sources() must follow
  // Ends the branch that parks. `parked` gets the ticket first; when the run stops, `cancel` is called instead, now or later.
  void park(Record& record, std::function<void()> cancel, const std::function<void(std::uint64_t ticket)>& parked);
  bool unpark(std::uint64_t ticket);  // false when it was cancelled
  void cancel_parked();               // from now on parking cancels at once
  std::size_t parked() const;
  void close() { hearing_->close(); }  // nodes that answer from now on are not heard
  const std::shared_ptr<Hearing>& hearing() const { return hearing_; }
  std::vector<std::string> at_work() const;  // keys with calls under way, for an abort

  // ---- identity
  Claims& claims() { return claims_; }

  const Layout& layout() const { return layout_; }
  Services& services() { return services_; }
  Admission& admission() { return admission_; }
  Executor& executor() { return *executor_; }
  Statistics& statistics() { return statistics_; }
  KeyStatistics statistics_of(int step) const;
  static Turnstile::Path path_of(const Record& record);
  static int shard_of(const StepLayout& step, const void* value);  // of a sharded step, for the value of its `by`

 private:
  friend class Attempt;
  static constexpr int branch_ends = -1, branch_waits = -2, branch_moves = -3;  // instead of a step to run next
  struct Gate {
    int limit;
    int running = 0;
    std::deque<Record*> waiting;
  };

  Status execute(Worker& worker, Record& record, int step);
  Status bind(Worker* worker, Record& record, const StepLayout& step);
  Status outcome(Worker& worker, Record& record, int step, Status status);
  static bool bind_direct(Worker& worker, Record& record, const StepLayout& step);
  Status call(Worker& worker, Record& record, int step, const StepLayout& layout);
  Status start_async(Worker& worker, Record& record, int step, const StepLayout& layout);
  Status settle_status(Worker& worker, Record& record, int step, Status status);
  Status settle_plain(Worker& worker, Record& record, int step, Status status);
  Status settle_value(Worker& worker, Record& record, int step);
  Status conclude(Record& record, int step, Failure failure);
  void count_error(Worker& worker, int step, const Failure& failure);
  void begin_attempt(Record& record, int step, Node& node, const std::vector<Port>& ports, const std::vector<const void*>& inputs,
                     std::int64_t started);
  bool retry(Record& record, int step, const Failure& failure);
  void go_on(Worker& worker, Record& record, int step);
  int resolve(Worker& worker, Record& record, int step, Status status);
  void write_down(Record& record, const StepLayout& step, Status status);
  int pass_on(Worker& worker, Record& record, const StepLayout& step);
  bool runs_here(int step) const {
    if (steps_[static_cast<std::size_t>(step)].around) return false;  // what it asks is not measured
    return fusion_ == Fusion::always || (fusion_ == Fusion::measured && statistics_.cheap(static_cast<std::size_t>(step)));
  }
  bool dispatch(Record& record, int step);
  void release_inputs(Record& record, const StepLayout& step);
  void account(Worker& worker, Record& record, int step, const StepLayout& layout);
  bool is_twin(Record& record);
  void note_marks(Record& record, int step, std::vector<MarkedChange>& marks);
  void note_drop(Record& record, int step, std::string reason);
  void note_error(Record& record, int step, Failure failure);

  static Asked* find_asked(Record& record, int step);
  static Asked& note_asked(Record& record, int step);
  Status ask_around(Worker& worker, Record& record, int step);
  Status settle_around(Worker& worker, Record& record, int step, Status status);
  Status fall_back(Worker& worker, Record& record, int step, Failure failure);
  Status settle_fallback(Worker& worker, Record& record, int step, Status status, Asked& asked);
  void note_fallback(Record& record, int step, const Failure& failure);

  void expand(Record& record, int step, std::unique_ptr<Children> children);
  void make_children(Record& parent, int step);
  bool make_child(Record& parent, int step);
  RecordNotes::Expansion& expansion(Record& record, int step);
  void announce_children(Record& record, int step, std::uint64_t count);

  bool arrive_ordered(Record& record, int step);  // always false: the turnstile lets it through, now or later
  void leave_ordered(Record& record, int step);
  void let_through(int turnstile);
  void put_again(Record& record, int step);                   // another try
  int gate_of(Record& record, const StepLayout& step) const;  // -1: the step has none
  bool enter_gate(Record& record, int step);                  // true when there is a place, or no gate
  bool enter(int gate, Record& record, int step);             // under order_mutex_
  bool leave_gate(Record& record, int step);                  // false when it was not in

  int count_down(std::atomic<int>& counter) const {
    if (concurrent_) return counter.fetch_sub(1, std::memory_order_acq_rel) - 1;
    const int left = counter.load(std::memory_order_relaxed) - 1;
    counter.store(left, std::memory_order_relaxed);
    return left;
  }

  const Layout& layout_;
  RecordPool pool_;                // before all that may still name a record
  std::vector<StepLayout> steps_;  // with turnstiles and gates assigned
  Services& services_;
  Admission& admission_;
  Statistics& statistics_;
  Hooks hooks_;
  bool straight_ = false;
  const Fusion fusion_;
  Executor* executor_ = nullptr;
  bool concurrent_ = true;
  std::function<void()> quiet_;
  std::atomic<std::uint64_t> next_number_{0}, next_id_{0}, live_{0}, children_{0};
  std::size_t retired_ = 0, retired_tokens_ = 0;  // not yet given back; of the thread that retires

  mutable std::mutex order_mutex_;
  struct Ordered {
    Turnstile turnstile;
    int step;
  };
  std::vector<Ordered> turnstiles_;
  std::vector<std::vector<int>> turnstiles_below_;  // by step: of the levels that it opens
  std::vector<Gate> gates_;

  mutable std::mutex park_mutex_;
  std::unordered_map<std::uint64_t, std::function<void()>> parked_;
  std::uint64_t next_ticket_ = 1;
  bool stopping_ = false;
  const std::shared_ptr<Hearing> hearing_ = std::make_shared<Hearing>();

  Claims claims_;

  std::unique_ptr<std::atomic<int>[]> calls_under_way_;
  mutable std::mutex kinds_mutex_;
  std::map<int, std::map<std::string, std::uint64_t>> error_kinds_;
};

}  // namespace headrace::run
