#include "core/run/feeders.hpp"

#include "core/node.hpp"
#include "core/run/crash_point.hpp"

namespace headrace::run {

namespace {

void set_value(Engine& engine, Record& record, int slot_index, AnyValue value) {
  const Slot& slot = engine.layout().plan->slots[static_cast<std::size_t>(slot_index)];
  value.move_into(record.at(slot.offset));
  record.status(slot.index) = Status::ready;
  if (slot.type->trivial) return;
  const std::size_t bytes = slot.type->heap_bytes(record.at(slot.offset));
  record.bytes.fetch_add(bytes, std::memory_order_relaxed);
  engine.admission().add_bytes(bytes);
}

// Of an expanding step the slot stands in the level below; its status does not.
void set_status(Engine& engine, Record& record, int slot_index, Status status) {
  const Slot& slot = engine.layout().plan->slots[static_cast<std::size_t>(slot_index)];
  if (slot.step >= 0) engine.resolve_before_start(record, slot.step, status);
  else record.status(slot.index) = status;
}

}  // namespace

class Feeders::Source final : public SourceTarget {
 public:
  Source(Feeders& feeders, const SourceStep& step, int index, const Clock::Busy& busy)
      : feeders_(feeders), step_(step), index_(index), busy_(busy) {
    for (const int slot : plan().inputs) inputs_.push_back({slot_at(slot).key, slot_at(slot).type, true, {}});
  }

  bool emit(AnyValue value, Position position) override {
    return feeders_.admit([&](Record& record) {
      place(record, std::move(position));
      set_value(feeders_.engine_, record, step_.slot, std::move(value));
    });
  }
  const std::vector<Port>& inputs() const override { return inputs_; }
  bool fill(std::vector<AnyValue> values, Position position) override {
    return feeders_.admit([&](Record& record) {
      place(record, std::move(position));
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i]) set_value(feeders_.engine_, record, plan().inputs[i], std::move(values[i]));
        else set_status(feeders_.engine_, record, plan().inputs[i], Status::absent);
      }
    });
  }
  bool fail(Failure failure, Position position) override {
    return feeders_.admit([&](Record& record) {
      place(record, std::move(position));
      const std::vector<int> own{step_.slot};
      for (const int slot : step_.slot < 0 ? plan().inputs : own) record.status(slot_at(slot).index) = Status::failed;
      feeders_.engine_.fail_before_start(record, -1, std::move(failure));
    });
  }
  void settled(Position position) override {
    std::string partition = position.partition;
    const std::uint64_t number = feeders_.positions_.issue(index_, std::move(position));
    feeders_.settler_.push_position(index_, std::move(partition), number);
  }
  std::optional<std::string> last(std::string_view partition) override { return feeders_.positions_.last(index_, partition); }
  bool all_settled(std::string_view partition) override { return feeders_.positions_.all_settled(index_, partition); }
  void trouble(std::string_view subject, Failure failure) override {
    feeders_.trouble({step_.key, std::string(subject), std::move(failure.kind), std::move(failure.message)});
  }
  bool sleep(Duration delay) override { return feeders_.engine_.services().clock.sleep(delay, stop_token(), &busy_); }
  std::stop_token stop_token() const override { return feeders_.stop_.get_token(); }

 private:
  void place(Record& record, Position position) {
    record.source = index_;
    record.partition = position.partition;
    record.position = feeders_.positions_.issue(index_, std::move(position));
    record.positioned = true;
  }
  const Plan& plan() const { return *feeders_.engine_.layout().plan; }
  const Slot& slot_at(int index) const { return plan().slots[static_cast<std::size_t>(index)]; }

  Feeders& feeders_;
  std::vector<Port> inputs_;
  const SourceStep& step_;
  const int index_;
  const Clock::Busy& busy_;  // of the source's thread
};

class Feeders::Feed final : public Feeder {
 public:
  explicit Feed(Feeders& feeders) : feeders_(feeders) {}
  bool admit(Seed seed) override {
    return feeders_.admit([&](Record& record) {
      Engine& engine = feeders_.engine_;
      const auto& slots = engine.layout().plan->slots;
      for (auto& [slot, value] : seed.values) set_value(engine, record, slot, std::move(value));
      for (const int slot : seed.absent) set_status(engine, record, slot, Status::absent);
      if (!seed.name.empty()) seed.marks.push_back({When::done, name_key(seed.name), ""});
      if (!seed.marks.empty()) record.notes.marks.push_back({-1, std::move(seed.marks)});
      if (!seed.failure) return;
      if (seed.failed_slot >= 0) set_status(engine, record, seed.failed_slot, Status::failed);
      engine.fail_before_start(record, seed.failed_slot >= 0 ? slots[static_cast<std::size_t>(seed.failed_slot)].step : -1,
                               std::move(*seed.failure));
    });
  }
  bool done_before(const std::string& name) const override { return feeders_.store_.get(name_key(name)).has_value(); }

 private:
  static std::string name_key(const std::string& name) { return "headrace/fed/" + name; }
  Feeders& feeders_;
};

Feeders::Feeders(Engine& engine, Settler& settler, Positions& positions, const Store& store, std::function<void()> ended)
    : engine_(engine), settler_(settler), positions_(positions), store_(store), ended_(std::move(ended)) {}

bool Feeders::admit(const std::function<void(Record&)>& fill) {
  if (!engine_.admission().enter(stop_.get_token())) return false;
  Record* record = engine_.make_root();
  fill(*record);
  engine_.start(*record);
  crash_point("after_admission");
  return true;
}

void Feeders::run(const std::string& key, const std::function<void(const Clock::Busy&)>& body) {
  running_.fetch_add(1, std::memory_order_acq_rel);
  auto busy = std::make_shared<Clock::Busy>(engine_.services().clock);
  threads_.emplace_back([this, key, body, busy = std::move(busy)] {
    try {
      body(*busy);
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex_);
      if (failure_.empty()) failure_ = "source '" + key + "' cannot go on: " + error.what();
    }
    end();
  });
}

void Feeders::end() {
  if (running_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  ended_();
  if (time_held_.exchange(false)) engine_.services().clock.idle();
}

void Feeders::start_source(const SourceStep& source, int index, Node& node) {
  run(source.key, [this, &source, index, &node](const Clock::Busy& busy) {
    Source target(*this, source, index, busy);
    node.run(target);
  });
}

void Feeders::start_feed(std::function<void(Feeder&)> feed) {
  run("feed", [this, feed = std::move(feed)](const Clock::Busy&) {
    Feed feeder(*this);
    feed(feeder);
  });
}

void Feeders::hold() {
  running_.fetch_add(1, std::memory_order_acq_rel);
  held_.store(true);
  if (stop_.stop_requested() && held_.exchange(false)) end();
}

// Virtual time stands still until the last of them has ended: a sleeper that a stop wakes is not busy at once.
void Feeders::stop() {
  Clock& clock = engine_.services().clock;
  if (!time_held_.exchange(true)) clock.busy();
  if (running() == 0 && time_held_.exchange(false)) clock.idle();
  stop_.request_stop();
  engine_.admission().wake_sources();
  if (held_.exchange(false)) end();
}

void Feeders::join() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Feeders::trouble(Trouble trouble) {
  trouble_count_.fetch_add(1);
  const std::lock_guard lock(mutex_);
  ++troubles_by_source_[trouble.source][trouble.kind];
  if (troubles_.size() < 100) troubles_.push_back(std::move(trouble));
}

std::vector<Trouble> Feeders::troubles() const {
  const std::lock_guard lock(mutex_);
  return troubles_;
}

std::map<std::string, std::map<std::string, std::uint64_t>> Feeders::troubles_by_source() const {
  const std::lock_guard lock(mutex_);
  return troubles_by_source_;
}

std::string Feeders::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace headrace::run
