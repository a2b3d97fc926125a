#include <tbb/enumerable_thread_specific.h>
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <deque>
#include <thread>

#include "core/run/executors.hpp"

namespace headrace::run {

namespace {

namespace flow = oneapi::tbb::flow;

// No edges: a finished step counts its successors down and puts those that are due, so that a dropped or failed record needs
// no join to be cleaned up, and no exception, limiter or half-filled buffer of the library can lose one.
class TbbExecutor final : public Executor {
 public:
  TbbExecutor(Engine& engine, Clock& clock, int threads)
      : engine_(engine),
        clock_(clock),
        threads_(threads > 0 ? threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))),
        control_(oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_)),
        arena_(threads_),
        workers_([&engine] { return engine.new_worker(); }) {
    arena_.execute([this] { build(); });
  }
  ~TbbExecutor() override { finish(); }  // the graph waits for it, also when the run never began

  void put(Record& record, int step) override {
    clock_.busy();
    record.handoff.fetch_add(1, std::memory_order_release);
    if (at_work_here != this && unlimited_[static_cast<std::size_t>(step)]) return stand_in_line({&record, step});
    if (auto* node = nodes_[static_cast<std::size_t>(step)].get()) node->try_put(&record);
    else common_->try_put({&record, step});
  }

  void post(std::function<void(Worker&)> task) override {
    clock_.busy();
    auto* posted = new Posted{std::move(task), {}};
    posted->handoff.store(1, std::memory_order_release);
    posted_->try_put(posted);
  }

  void run() override {
    arena_.execute([this] { graph_->wait_for_all(); });
  }

  void finish() override {
    if (!finished_.exchange(true)) graph_->release_wait();
  }
  bool concurrent() const override { return true; }

 private:
  struct Put {
    Record* record;
    int step;
  };
  // What threads from outside put: a task of the library for each would cost more than a cheap record does. So they stand in
  // line, and up to as many tasks as there are workers take them, some at a time: fewer when few are left, so that no worker
  // goes without while another has several.
  struct Line {
    std::mutex mutex;
    std::deque<Put> waiting;
    int tasks = 0;
  };
  static constexpr std::size_t most_at_a_time = 16;
  static inline thread_local const TbbExecutor* at_work_here = nullptr;  // whose body this thread is in
  struct Inside {
    explicit Inside(const TbbExecutor* executor) : before(std::exchange(at_work_here, executor)) {}
    ~Inside() { at_work_here = before; }
    const TbbExecutor* before;
  };
  struct Posted {
    std::function<void(Worker&)> task;
    std::atomic<int> handoff{0};  // like a record's: no hand-over leans on the library alone
  };

  void build() {
    graph_.emplace();
    graph_->reserve_wait();  // until finish(): the graph must not end while a source may still emit
    const auto& steps = engine_.layout().steps;
    nodes_.resize(steps.size());
    for (const StepLayout& step : steps) unlimited_.push_back(concurrency_of(step) == flow::unlimited);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (never_put(i)) continue;
      nodes_[i] = std::make_unique<flow::function_node<Record*>>(
          *graph_, concurrency_of(steps[i]), [this, step = static_cast<int>(i)](Record* record) noexcept { body(record, step); });
    }
    common_.emplace(*graph_, flow::unlimited, [this](const Put& put) noexcept { body(put.record, put.step); });
    posted_.emplace(*graph_, flow::unlimited, [this](Posted* posted) noexcept { body(posted); });
  }

  // A link of a plain chain always runs in the task of the one before it; should it ever be put, `common_` takes it. So a
  // chain of a hundred thousand keys needs one node.
  bool never_put(std::size_t index) const {
    const auto& steps = engine_.layout().steps;
    const Step& plan = *steps[index].plan;
    return plan.predecessors == 1 && index > 0 && steps[index].inline_after && steps[index - 1].inline_after &&
           steps[index - 1].successors.size() == 1 && steps[index - 1].successors.front() == static_cast<int>(index);
  }

  static std::size_t concurrency_of(const StepLayout& step) {
    if (step.by >= 0) return flow::unlimited;  // its gates have one place each
    if (step.kind == Kind::stateful) return flow::serial;
    if (step.kind == Kind::pure && step.plan->decorators.max > 0) return static_cast<std::size_t>(step.plan->decorators.max);
    return flow::unlimited;
  }

  void stand_in_line(const Put& put) {
    {
      const std::lock_guard lock(line_.mutex);
      line_.waiting.push_back(put);
      if (line_.tasks == threads_) return;
      ++line_.tasks;
    }
    go_on_with_line();
  }

  // Behind what the library has queued meanwhile: neither new records nor old ones wait for ever.
  void go_on_with_line() {
    graph_->reserve_wait();
    arena_.enqueue([this] {
      serve_line();
      graph_->release_wait();
    });
  }

  void serve_line() {
    std::array<Put, most_at_a_time> mine;
    std::size_t count = 0;
    bool more = false;
    {
      const std::lock_guard lock(line_.mutex);
      auto& waiting = line_.waiting;
      count = std::clamp(waiting.size() / static_cast<std::size_t>(2 * threads_), std::size_t{1}, most_at_a_time);
      count = std::min(count, waiting.size());
      std::copy_n(waiting.begin(), count, mine.begin());
      waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
      more = !waiting.empty();
      if (!more) --line_.tasks;
    }
    for (std::size_t i = 0; i < count; ++i) body(mine[i].record, mine[i].step);
    if (more) go_on_with_line();
  }

  void body(Posted* posted) {
    const Inside inside(this);
    posted->handoff.load(std::memory_order_acquire);
    posted->task(*workers_.local());
    delete posted;
    clock_.idle();
  }

  void body(Record* record, int step) {
    const Inside inside(this);
    record->handoff.load(std::memory_order_acquire);
    engine_.run(*workers_.local(), record, step);
    clock_.idle();
  }

  Engine& engine_;
  Clock& clock_;
  const int threads_;
  oneapi::tbb::global_control control_;
  oneapi::tbb::task_arena arena_;
  oneapi::tbb::enumerable_thread_specific<std::unique_ptr<Worker>> workers_;
  std::optional<flow::graph> graph_;
  std::vector<std::unique_ptr<flow::function_node<Record*>>> nodes_;
  std::vector<bool> unlimited_;  // by step: as many calls at a time as there are workers
  Line line_;
  std::optional<flow::function_node<Put>> common_;
  std::optional<flow::function_node<Posted*>> posted_;
  std::atomic<bool> finished_{false};
};

}  // namespace

std::unique_ptr<Executor> make_tbb_executor(Engine& engine, Clock& clock, int threads) {
  return std::make_unique<TbbExecutor>(engine, clock, threads);
}

}  // namespace headrace::run
