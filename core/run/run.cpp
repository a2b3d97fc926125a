#include "core/run/run.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>

#include "core/node.hpp"
#include "core/run/executors.hpp"
#include "core/run/feeders.hpp"
#include "core/run/pipeline_state.hpp"
#include "core/run/services.hpp"

namespace headrace {

namespace {

std::uint64_t cpu_ns() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto ns = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(time.tv_usec) * 1000u;
  };
  return ns(usage.ru_utime) + ns(usage.ru_stime);
}

std::uint64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024u;
}

// A thread that repeats `work` whenever it is told, until it is told to end. Waking a thread costs more than a cheap record
// does: while work comes thick and fast the thread looks for it by itself, every so often, and is woken for what hurries only.
class Repeater {
 public:
  explicit Repeater(std::function<std::size_t()> work) : work_(std::move(work)) {}  // gives how much there was to do
  ~Repeater() { end(); }
  void start() {
    thread_ = std::thread([this] { loop(); });
  }
  void tell(bool hurry) {
    {
      const std::lock_guard lock(mutex_);
      told_ = true;
      if (looks_ && !hurry) return;
      hurried_ = true;
    }
    changed_.notify_one();
  }
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = hurried_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  static constexpr std::size_t thick = 8;
  static constexpr auto look_every = std::chrono::microseconds(200);

  void loop() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (looks_) changed_.wait_for(lock, look_every, [this] { return hurried_; });
      else changed_.wait(lock, [this] { return hurried_; });
      hurried_ = false;
      const bool told = std::exchange(told_, false);
      lock.unlock();
      const std::size_t done = told ? work_() : 0;
      lock.lock();
      looks_ = done >= thick;
      if (told_ && !looks_) hurried_ = true;  // who told it meanwhile took it to be looking
    }
  }
  std::function<std::size_t()> work_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool told_ = false, hurried_ = false, ended_ = false, looks_ = false;
};

}  // namespace

struct Run::Impl {
  const Plan& plan;
  RunOptions options;
  std::unique_ptr<Clock> clock;
  IoLoop io;
  Services services;
  int signal_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::atomic<int> stops{0}, unseen{0};
  std::atomic<bool> ended{false}, io_running{false};

  run::OpenNodes nodes;
  std::shared_ptr<Store> store;
  std::vector<std::unique_ptr<run::StateTable>> states;
  run::Layout layout;
  std::vector<std::unique_ptr<run::Around>> arounds;  // of its steps
  std::unique_ptr<run::Statistics> statistics;
  std::unique_ptr<run::Admission> admission;
  std::unique_ptr<run::Engine> engine;
  std::unique_ptr<run::Executor> executor;
  std::unique_ptr<run::Positions> positions;
  std::unique_ptr<run::Settler> settler;
  std::unique_ptr<run::Feeders> feeders;
  std::unique_ptr<Repeater> settling;
  std::mutex failure_mutex;
  std::string sink_failure;
  std::vector<std::string> notes;
  std::int64_t started_at = 0;
  std::uint64_t cpu_at_start = 0;

  Impl(const Plan& the_plan, RunOptions the_options)
      : plan(the_plan),
        options(std::move(the_options)),
        clock(options.clock ? std::move(options.clock) : make_real_clock()),
        io(*clock),
        services{*clock, io, options.log ? *options.log : silent_log(), options.seed} {}
  ~Impl() { ::close(signal_fd); }

  bool serial() const { return options.executor == Executor::serial; }
  bool from_sources() const { return !options.feed; }

  void open() {
    run::open_nodes(plan, services, from_sources(), !options.without_sinks, nodes);
    if (options.store) store = options.store;
    else if (plan.store >= 0) store = std::static_pointer_cast<Store>(nodes.resources[static_cast<std::size_t>(plan.store)].resource);
    else store = make_memory_store();
    notes = run::open_state(plan, *store, nodes.steps, states);
    layout = run::make_layout(plan, nodes.steps, nodes.sinks, options.keep_values);
    arounds = run::put_around(layout, nodes.fallbacks, *store, *clock);
    if (options.ordered) run::order_stateful_steps(layout);
    statistics = std::make_unique<run::Statistics>(plan.steps.size());
    admission = std::make_unique<run::Admission>(plan.limits, *clock, [this] { settler->look_again(); });
    engine = std::make_unique<run::Engine>(
        layout, services, *admission, *statistics,
        run::Engine::Hooks{[this](run::Record& record) { settler->push(record); },
                           [this](int instance, run::Record& record) -> StateAccess* {
                             states[static_cast<std::size_t>(instance)]->begin(record);
                             return states[static_cast<std::size_t>(instance)].get();
                           },
                           [this](int instance, run::Record&) { states[static_cast<std::size_t>(instance)]->end(); }},
        options.fusion);
    executor = serial() ? run::make_serial_executor(*engine, io, [this] { return settler->pump() > 0; })
                        : run::make_tbb_executor(*engine, *clock, options.threads);
    engine->set_executor(*executor);
    open_settler();
    feeders = std::make_unique<run::Feeders>(*engine, *settler, *positions, *store, [this] { check_end(); });
    engine->on_quiet([this] { check_end(); });
  }

  void open_settler() {
    std::vector<std::string> sources;
    for (const SourceStep& source : plan.sources) sources.push_back(source.key);
    positions = std::make_unique<run::Positions>(*store, std::move(sources));
    std::vector<Node*> sinks;
    for (const auto& sink : nodes.sinks) sinks.push_back(sink.get());
    run::Settler::Options settling_options;
    settling_options.ordered =
        options.ordered || std::any_of(plan.sinks.begin(), plan.sinks.end(), [](const SinkStep& sink) { return sink.ordered; });
    settling_options.without_sinks = options.without_sinks;
    settling_options.dead_letters = options.dead_letters.value_or(plan.dead_letters);
    settling_options.observer = options.observer;
    settling_options.wake = [this](bool hurry) { wake_settler(hurry); };
    settling_options.failed = [this](std::string message) { sink_failed(std::move(message)); };
    settling_options.wait = [this](Duration delay, const Clock::Busy& busy) { return wait(delay, busy); };
    settler = std::make_unique<run::Settler>(*engine, *store, *positions, states, std::move(sinks), std::move(settling_options));
    try {
      for (std::string& note : settler->open()) notes.push_back(std::move(note));
    } catch (const std::exception& error) {
      throw StartError({Severity::error, "H091", std::string("a sink does not open: ") + error.what(), "", {}});
    }
  }

  void wake_settler(bool hurry) {
    if (settling) settling->tell(hurry);
    else io.wake();
  }

  // The settler's pause between two tries of a sink. Where no thread runs the loop, this one goes on driving the clock.
  bool wait(Duration delay, const Clock::Busy& busy) {
    if (io_running.load()) return clock->sleep(delay, {}, &busy) && stops.load() < 2;
    bool over = false;
    const TimerId timer = clock->after(delay, [&over] { over = true; });
    clock->idle();  // lends `busy` out
    executor->let_time_pass(true);
    while (!over && stops.load() < 2) io.run_once(std::chrono::seconds(1));
    executor->let_time_pass(false);
    clock->busy();
    clock->cancel(timer);
    return over;
  }

  void sink_failed(std::string message) {
    {
      const std::lock_guard lock(failure_mutex);
      sink_failure = std::move(message);
    }
    stop();
  }

  void stop() noexcept {
    clock->busy();  // virtual time waits until the supervisor has seen it
    unseen.fetch_add(1);
    stops.fetch_add(1);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(signal_fd, &one, sizeof one);
  }

  void check_end() {
    if (feeders->running() == 0 && engine->live() == 0) {
      ended.store(true);
      executor->finish();
    }
  }

  // Watches for stop() and abort(), which may come from a signal handler, and tells of progress.
  void supervise() {
    int handled = 0;
    while (!ended.load()) {
      pollfd fd{signal_fd, POLLIN, 0};
      ::poll(&fd, 1, options.progress ? 1000 : 10'000);
      std::uint64_t count = 0;
      [[maybe_unused]] const auto got = ::read(signal_fd, &count, sizeof count);
      const int asked = stops.load();
      if (asked >= 1 && handled < 1) {
        handled = 1;
        feeders->stop();
        engine->cancel_parked();
        clock->after(plan.limits.drain, [this] {
          if (!ended.load()) abort();
        });
      }
      if (asked >= 2 && handled < 2) {
        handled = 2;
        engine->close();
        if (options.on_abort) options.on_abort(report(RunEnd::aborted));
        admission->forget_requests();
        ended.store(true);
        executor->finish();
      }
      for (int seen = unseen.exchange(0); seen > 0; --seen) clock->idle();
      if (options.progress) tell_progress();
    }
  }

  void abort() noexcept {
    stops.fetch_add(2);
    stop();
  }

  void tell_progress() {
    options.progress({engine->admitted(), settler->retired(), settler->failures(), admission->active(), engine->parked()});
  }

  RunReport run() {
    started_at = run::ticks();
    cpu_at_start = cpu_ns();
    open();
    std::thread supervisor([this] { supervise(); });
    std::thread io_thread;
    if (!serial()) {
      settling = std::make_unique<Repeater>([this] { return settler->pump(); });
      settling->start();
      io_running.store(true);
      io_thread = std::thread([this] {
        while (io_running.load()) io.run_once(std::chrono::seconds(10));
      });
    }
    start_feeders();
    executor->run();
    feeders->join();
    if (!serial()) executor->run();  // what a source put while the graph came to rest
    engine->close();
    ended.store(true);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(signal_fd, &one, sizeof one);
    supervisor.join();
    if (settling) settling->end();
    io_running.store(false);
    io.wake();
    if (io_thread.joinable()) io_thread.join();
    if (!serial()) executor->run();  // an answer that came before close()
    settler->close();
    RunReport out = report(end());
    nodes.close();
    return out;
  }

  void start_feeders() {
    feeders->begin();
    if (!from_sources()) feeders->start_feed(options.feed);
    else if (plan.sources.empty()) feeders->hold();
    else
      for (std::size_t i = 0; i < plan.sources.size(); ++i) feeders->start_source(plan.sources[i], static_cast<int>(i), *nodes.sources[i]);
    feeders->began();
  }

  RunEnd end() const {
    if (settler->failed()) return RunEnd::sink_failed;
    if (stops.load() >= 2) return RunEnd::aborted;
    if (!feeders->failure().empty()) return RunEnd::source_failed;
    return stops.load() ? RunEnd::stopped : RunEnd::finished;
  }

  std::vector<std::string> last_words() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < nodes.sinks.size(); ++i)
      if (const std::string word = nodes.sinks[i]->last_word(); !word.empty()) out.push_back(plan.sinks[i].key + ": " + word);
    return out;
  }

  RunReport report(RunEnd end) {
    RunReport out;
    out.end = end;
    out.ledger = settler->ledger();
    out.ledger.admitted = engine->admitted();
    out.ledger.children = engine->children();
    if (end != RunEnd::aborted) {  // an abort does not wait for those who count
      for (std::size_t i = 0; i < plan.steps.size(); ++i) out.keys.push_back(engine->statistics_of(static_cast<int>(i)));
      for (std::size_t i = 0; i < nodes.sinks.size(); ++i) out.keys.push_back(settler->sink_statistics(i));
    }
    out.troubles = feeders->troubles();
    out.trouble_count = feeders->trouble_count();
    out.troubles_by_source = feeders->troubles_by_source();
    out.notes = notes;
    if (end == RunEnd::finished || end == RunEnd::stopped) out.last_words = last_words();
    out.unsettled = settler->unsettled() + (end == RunEnd::aborted ? engine->live() : 0);
    if (end == RunEnd::sink_failed) {
      const std::lock_guard lock(failure_mutex);
      out.message = sink_failure + "; " + std::to_string(out.unsettled) + " records will come again";
    } else if (end == RunEnd::source_failed) out.message = feeders->failure();
    if (end == RunEnd::aborted) out.cut = engine->at_work();
    out.wall_ns = static_cast<std::uint64_t>(run::ticks() - started_at);
    out.cpu_ns = cpu_ns() - cpu_at_start;
    out.peak_rss_bytes = peak_rss_bytes();
    return out;
  }
};

Run::Run(const Plan& plan, RunOptions options) : impl_(std::make_unique<Impl>(plan, std::move(options))) {}
Run::~Run() = default;
RunReport Run::run() { return impl_->run(); }
void Run::stop() noexcept { impl_->stop(); }
void Run::abort() noexcept { impl_->abort(); }

}  // namespace headrace
