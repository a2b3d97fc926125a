#include <thread>

#include "core/run/executors.hpp"

namespace headrace::run {

namespace {

class SerialExecutor final : public Executor {
 public:
  SerialExecutor(Engine& engine, IoLoop& io, std::function<bool()> between)
      : engine_(engine), io_(io), between_(std::move(between)), worker_(engine.new_worker()) {}

  void put(Record& record, int step) override { add({&record, step, {}}); }
  void post(std::function<void(Worker&)> task) override { add({nullptr, 0, std::move(task)}); }
  void finish() override {
    finished_.store(true, std::memory_order_release);
    io_.wake();
  }
  bool concurrent() const override { return false; }
  // The one thread pauses in a sink: its queue must not hold up the timer that it waits for.
  void let_time_pass(bool passes) override {
    const std::lock_guard lock(mutex_);
    time_passes_ = passes;
    for (std::size_t i = tasks_.size() + inbox_.size(); i > 0; --i) passes ? io_.clock().idle() : io_.clock().busy();
  }

  void run() override {
    owner_.store(std::this_thread::get_id(), std::memory_order_release);
    for (unsigned round = 1; !finished_.load(std::memory_order_acquire); ++round) {
      const bool worked = run_tasks();
      const bool settled = between_();
      if (worked || settled) {
        if (round % 16 == 0) io_.run_once(Duration::zero());
      } else if (tasks_.empty() && take_inbox() == 0) {
        io_.run_once(std::chrono::seconds(1));
      }
    }
  }

 private:
  struct Task {
    Record* record;
    int step;
    std::function<void(Worker&)> task;
  };

  void add(Task task) {
    if (owner_.load(std::memory_order_acquire) == std::this_thread::get_id()) {
      if (!time_passes_) io_.clock().busy();
      return tasks_.push_back(std::move(task));
    }
    {
      const std::lock_guard lock(mutex_);
      if (!time_passes_) io_.clock().busy();
      inbox_.push_back(std::move(task));
    }
    io_.wake();
  }

  std::size_t take_inbox() {
    std::deque<Task> fresh;
    {
      const std::lock_guard lock(mutex_);
      fresh.swap(inbox_);
    }
    for (Task& task : fresh) tasks_.push_back(std::move(task));
    return fresh.size();
  }

  // At most a few hundred at a time, so that IO and the settler get their turn.
  bool run_tasks() {
    take_inbox();
    for (int i = 0; i < 256 && !tasks_.empty(); ++i) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      if (task.record) engine_.run(*worker_, task.record, task.step);
      else task.task(*worker_);
      io_.clock().idle();
      if (i == 255) return true;
    }
    return false;
  }

  Engine& engine_;
  IoLoop& io_;
  std::function<bool()> between_;
  std::unique_ptr<Worker> worker_;
  std::atomic<std::thread::id> owner_{};
  std::deque<Task> tasks_;
  std::mutex mutex_;
  std::deque<Task> inbox_;
  bool time_passes_ = false;  // written by the owner under the mutex
  std::atomic<bool> finished_{false};
};

}  // namespace

std::unique_ptr<Executor> make_serial_executor(Engine& engine, IoLoop& io, std::function<bool()> between) {
  return std::make_unique<SerialExecutor>(engine, io, std::move(between));
}

}  // namespace headrace::run
