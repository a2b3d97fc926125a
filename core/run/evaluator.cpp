#include "core/run/evaluator.hpp"

#include "core/run/executors.hpp"
#include "core/run/pipeline_state.hpp"
#include "core/run/services.hpp"

namespace headrace {

namespace {

// Runs what is put on the thread that asks; other threads may only post.
class InlineExecutor final : public run::Executor {
 public:
  explicit InlineExecutor(run::Engine& engine) : engine_(engine), worker_(engine.new_worker()) {}
  void put(run::Record& record, int step) override { ready_.emplace_back(&record, step); }
  void post(std::function<void(run::Worker&)> task) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
    engine_.services().io.wake();
  }
  void run() override {
    while (!ready_.empty()) {
      const auto [record, step] = ready_.back();
      ready_.pop_back();
      engine_.run(*worker_, record, step);
    }
  }
  void run(run::Record& record) {
    if (engine_.straight()) return engine_.run_straight(*worker_, record);
    engine_.start(record);
    run();
  }
  void run_posted() {
    std::vector<std::function<void(run::Worker&)>> tasks;
    {
      const std::lock_guard lock(mutex_);
      tasks.swap(posted_);
    }
    for (auto& task : tasks) task(*worker_);
    run();
  }
  void finish() override {}
  bool concurrent() const override { return false; }

 private:
  run::Engine& engine_;
  std::unique_ptr<run::Worker> worker_;
  std::vector<std::pair<run::Record*, int>> ready_;
  std::mutex mutex_;
  std::vector<std::function<void(run::Worker&)>> posted_;
};

}  // namespace

struct Evaluator::Impl {
  const Plan& plan;
  std::unique_ptr<Clock> clock = make_real_clock();
  IoLoop io{*clock};
  Services services;
  run::OpenNodes nodes;
  std::unique_ptr<Store> store = make_memory_store();
  std::vector<std::unique_ptr<run::StateTable>> states;
  run::Layout layout;
  std::vector<std::unique_ptr<run::Around>> arounds;  // of its steps
  run::Statistics statistics;
  run::Admission admission;
  std::unique_ptr<run::Engine> engine;
  std::unique_ptr<InlineExecutor> executor;
  run::Record* record = nullptr;
  bool ran = false, complete = false;
  std::vector<KeyError> errors;

  Impl(const Plan& the_plan, std::uint64_t seed)
      : plan(the_plan), services{*clock, io, silent_log(), seed}, statistics(plan.steps.size()), admission(plan.limits, *clock, {}) {
    run::open_nodes(plan, services, false, false, nodes);
    run::open_state(plan, *store, nodes.steps, states);
    layout = run::make_layout(plan, nodes.steps, nodes.sinks, true);
    arounds = run::put_around(layout, nodes.fallbacks, *store, *clock);
    engine = std::make_unique<run::Engine>(
        layout, services, admission, statistics,
        run::Engine::Hooks{[this](run::Record&) { complete = true; },
                           [this](int instance, run::Record& at) -> StateAccess* {
                             states[static_cast<std::size_t>(instance)]->begin(at);
                             return states[static_cast<std::size_t>(instance)].get();
                           },
                           [this](int instance, run::Record&) { states[static_cast<std::size_t>(instance)]->end(); }});
    executor = std::make_unique<InlineExecutor>(*engine);
    engine->set_executor(*executor);
  }
  void forget_claims() {
    if (!record->claims.empty()) engine->claims().release(record->id, record->claims);
  }
  run::Record& fresh() {
    if (!record) record = engine->make_root();
    if (std::exchange(ran, false)) {
      forget_claims();
      record = engine->renew_root(record);
    }
    return *record;
  }
};

Evaluator::Evaluator(const Plan& plan, std::uint64_t seed) {
  if (plan.levels.size() > 1) throw std::logic_error("an Evaluator has no expanding keys: use a Run");
  impl_ = std::make_unique<Impl>(plan, seed);
}
Evaluator::~Evaluator() = default;

int Evaluator::slot(std::string_view key) const {
  const int slot = impl_->plan.find_slot(key);
  if (slot < 0) throw std::out_of_range("there is no key '" + std::string(key) + "'");
  return slot;
}

void Evaluator::check(int slot, const TypeInfo& type) const {
  const TypeInfo& own = *impl_->plan.slots[static_cast<std::size_t>(slot)].type;
  if (&own != &type && !(own == type))
    throw std::logic_error("key '" + impl_->plan.slots[static_cast<std::size_t>(slot)].key + "' is " + own.name());
}

void* Evaluator::input(int slot) {
  run::Record& record = impl_->fresh();
  const Slot& at = impl_->plan.slots[static_cast<std::size_t>(slot)];
  if (record.status(at.index) == Status::ready) at.type->destroy(record.at(at.offset));
  record.status(at.index) = Status::ready;
  return record.at(at.offset);
}

Verdict Evaluator::run() {
  run::Record& record = impl_->fresh();
  impl_->ran = true;
  impl_->complete = false;
  impl_->executor->run(record);
  while (!impl_->complete) {
    impl_->io.run_once(std::chrono::seconds(1));
    impl_->executor->run_posted();
  }
  if (record.failed.load(std::memory_order_relaxed)) return Verdict::failed;
  return record.dropped.load(std::memory_order_relaxed) ? Verdict::dropped : Verdict::done;
}

const void* Evaluator::value(int slot) const {
  const Slot& at = impl_->plan.slots[static_cast<std::size_t>(slot)];
  run::Record* record = impl_->record;
  return record && record->status(at.index) == Status::ready ? record->at(at.offset) : nullptr;
}

const std::vector<KeyError>& Evaluator::errors() const {
  impl_->errors.clear();
  if (impl_->record)
    for (const auto& each : impl_->record->notes.errors) impl_->errors.push_back(each.error);
  return impl_->errors;
}

std::vector<KeyStatistics> Evaluator::statistics() const {
  std::vector<KeyStatistics> out;
  for (std::size_t i = 0; i < impl_->plan.steps.size(); ++i) out.push_back(impl_->engine->statistics_of(static_cast<int>(i)));
  return out;
}

}  // namespace headrace
