#include "core/run/settler.hpp"

#include <algorithm>
#include <filesystem>

#include "core/node.hpp"
#include "core/run/dead_letter.hpp"

namespace headrace::run {

namespace {

class View final : public RetiredRecord {
 public:
  View(Engine& engine, Record& record, Verdict verdict)
      : plan_(*engine.layout().plan), layout_(engine.layout()), record_(record), verdict_(verdict) {
    const auto& drops = record.notes.drops;
    // By name, so that neither timing nor the order of declarations decides which one speaks for the record.
    const auto first = std::min_element(drops.begin(), drops.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    if (first != drops.end()) drop_ = &*first;
    errors_ = by_key(record.notes.errors);
    fallbacks_ = by_key(record.notes.fallbacks);
  }
  std::uint64_t number() const override { return record_.number; }
  int level() const override { return static_cast<int>(record_.layout - layout_.levels.data()); }
  Verdict verdict() const override { return verdict_; }
  std::string_view reason() const override { return drop_ ? drop_->reason : std::string_view(); }
  std::string_view dropped_key() const override { return drop_ ? drop_->key : std::string_view(); }
  const std::vector<KeyError>& errors() const override { return errors_; }
  const std::vector<KeyError>& fallbacks() const override { return fallbacks_; }
  std::string_view document_id() const override { return record_.document; }
  Status status(int slot) const override {
    Record* owner = owner_of(slot);
    return owner ? owner->status(plan_.slots[static_cast<std::size_t>(slot)].index) : Status::empty;
  }
  const void* value(int slot) const override {
    Record* owner = owner_of(slot);
    if (!owner) return nullptr;
    const Slot& at = plan_.slots[static_cast<std::size_t>(slot)];
    return owner->status(at.index) == Status::ready && !owner->released(at.index) ? owner->at(at.offset) : nullptr;
  }

 private:
  static std::vector<KeyError> by_key(std::vector<RecordNotes::Error> errors) {
    std::sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) { return a.error.key < b.error.key; });
    std::vector<KeyError> out;
    for (auto& each : errors) out.push_back(std::move(each.error));
    return out;
  }
  Record* owner_of(int slot) const {
    const LevelLayout* level = &layout_.levels[static_cast<std::size_t>(plan_.slots[static_cast<std::size_t>(slot)].level)];
    Record* at = &record_;
    while (at && at->layout != level) at = at->parent;
    return at;
  }
  const Plan& plan_;
  const Layout& layout_;
  Record& record_;
  Verdict verdict_;
  const RecordNotes::Dropped* drop_ = nullptr;
  std::vector<KeyError> errors_, fallbacks_;
};

// What the state has of a sink: its length, then its files, a line each.
constexpr const char* dead_letter_key = "headrace/dead_letters";
std::string sink_key(const std::string& name) { return "headrace/sink/" + name; }

std::string absolute(const std::string& path) { return path == "-" ? path : std::filesystem::absolute(path).lexically_normal().string(); }

// The files that a sink is configured to write, a line each. A length in the state is of these, and must not cut others.
std::string files_of(const SinkStep& sink) {
  std::string out;
  for (const FieldSpec& field : sink.spec->fields) {
    const ConfigTree* value = field.type == &type_of<Path>() ? sink.config.member(field.name) : nullptr;
    if (value) out += '\n' + absolute(read_value<Path>(value->view()).text);
  }
  return out;
}

}  // namespace

Settler::Settler(Engine& engine, Store& store, Positions& positions, std::vector<std::unique_ptr<StateTable>>& states,
                 std::vector<Node*> sinks, Options options)
    : engine_(engine),
      store_(store),
      positions_(positions),
      states_(states),
      options_(std::move(options)),
      clock_(engine.services().clock),
      statistics_(engine.layout().plan->sinks.size()),
      counters_(statistics_.new_shard()),
      group_(std::clamp<std::size_t>(engine.layout().plan->limits.in_flight / 4, 1, 64)) {
  context_.services = &engine.services();
  context_.marks = &marks_;
  context_.claims = &engine.claims();
  const Layout& layout = engine.layout();
  sinks_of_level_.resize(layout.levels.size());
  const Plan& plan = *layout.plan;
  if (!options_.without_sinks) {
    for (std::size_t i = 0; i < plan.sinks.size(); ++i) {
      const auto level = static_cast<std::size_t>(plan.sinks[i].level);
      const auto& of_level = layout.levels[level].sinks;
      const auto mine = std::find_if(of_level.begin(), of_level.end(), [&](const SinkLayout& each) { return each.plan == &plan.sinks[i]; });
      sinks_of_level_[level].push_back(sinks_.size());
      sinks_.push_back({&*mine, sinks[i], 0, {}});
      files_.push_back({plan.sinks[i].key, sink_key(plan.sinks[i].key), files_of(plan.sinks[i])});
    }
    if (!options_.dead_letters.empty()) {
      dead_letters_ = std::make_unique<AppendFile>(options_.dead_letters);
      files_.push_back({dead_letter_name, dead_letter_key, '\n' + absolute(options_.dead_letters)});
    }
  }
}

std::vector<std::optional<std::uint64_t>> Settler::lengths() {
  std::vector<std::optional<std::uint64_t>> out;
  for (Sink& sink : sinks_) out.push_back(sink.node->position());
  if (dead_letters_) out.push_back(dead_letters_->length());
  return out;
}

std::vector<std::string> Settler::open() {
  WriteBatch batch;
  std::vector<std::string> notes;
  const auto now = lengths();
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto& [name, key, files] = files_[i];
    const std::string stored = store_.get(key).value_or("");
    const auto end = std::min(stored.find('\n'), stored.size());
    const bool others = end < stored.size() && stored.substr(end) != files;
    if (others)
      notes.push_back("'" + name + "' writes to another file than in the run that left this state; it begins at the end of that file");
    if (stored.empty() || others) note_length(i, now[i], batch);
    else if (i < sinks_.size()) sinks_[i].node->resume(std::stoull(stored));
    else dead_letters_->cut(std::stoull(stored));
  }
  if (!batch.empty()) store_.write(batch, Durability::synced);
  cut_lengths_ = lengths();
  return notes;
}

void Settler::note_length(std::size_t index, std::optional<std::uint64_t> length, WriteBatch& batch) const {
  if (length) batch.put(files_[index].key, std::to_string(*length) + files_[index].paths);
}

// ---- arrival -----------------------------------------------------------------------------------------------------------

void Settler::push(Record& record) {
  tell([&] {
    queue_.push_back(&record);
    return queue_.size() == group_;
  });
}

void Settler::push_position(int source, std::string partition, std::uint64_t number) {
  tell([&] {
    queued_positions_.push_back({source, std::move(partition), number});
    return false;
  });
}

void Settler::look_again() {
  tell([] { return true; });
}

// Whoever tells it first wakes it, and keeps virtual time still until pump() has taken over.
template <class Add> void Settler::tell(Add add) {
  bool hurries = false;
  {
    const std::lock_guard lock(queue_mutex_);
    hurries = add();
    const bool first = !std::exchange(told_, true);
    if (!first && !hurries) return;
    if (first && !pausing_) clock_.busy();
  }
  options_.wake(hurries);
}

std::size_t Settler::pump() {
  std::vector<PositionOnly> alone;
  std::vector<Record*>& records = taken_;
  records.clear();
  bool told = false;
  {
    const std::lock_guard lock(queue_mutex_);
    if (!told_ && !closing_) return 0;
    records.swap(queue_);
    alone.swap(queued_positions_);
    told = std::exchange(told_, false);
  }
  const Clock::Busy busy(clock_);
  busy_ = &busy;
  if (told) clock_.idle();  // `busy` stands in for it
  for (std::size_t i = 0; i < records.size(); ++i) {
    arrive(*records[i]);
    if ((i + 1) % group_ == 0) engine_.give_back_retired();
  }
  engine_.give_back_retired();
  engine_.admission().wake_sources();  // also of those that wait in order now
  for (auto& each : alone) {
    Effect effect;
    effect.source = each.source;
    effect.partition = std::move(each.partition);
    effect.position = each.number;
    push_effect(std::move(effect));
  }
  const bool committed = commit();
  busy_ = nullptr;
  return records.size() + alone.size() + (committed ? 1 : 0);
}

// ---- order -------------------------------------------------------------------------------------------------------------

void Settler::arrive(Record& record) {
  if (!options_.ordered) return handle(record);
  if (!record.parent && record.number == next_root_ && waiting_roots_.empty()) {
    ++next_root_;
    return handle(record);
  }
  wait_in_order(record);
  advance();
}

// Links the record, and those above it, to where advance() will find them.
void Settler::wait_in_order(Record& record) {
  record.arrived = true;
  engine_.admission().waiting(+1);
  engine_.give_token_back_quietly(record);
  Record* at = &record;
  for (; at->parent; at = at->parent)
    if (!std::exchange(at->registered, true)) at->parent->waiting_children.emplace_back(at->order, at);
  if (!std::exchange(at->registered, true)) waiting_roots_.emplace(at->number, at);
}

// Handles whatever is next: children in the order of their index, then their parent.
void Settler::advance() {
  for (;;) {
    const auto root = waiting_roots_.find(next_root_);
    if (root == waiting_roots_.end()) return;
    Record* at = root->second;
    for (;;) {
      auto& children = at->waiting_children;
      const auto next = std::find_if(children.begin(), children.end(), [&](const auto& each) { return each.first == at->next_in_order; });
      if (next == children.end()) break;
      at = next->second;
    }
    if (!at->arrived) return;
    Record* parent = at->parent;
    if (parent) {
      std::erase_if(parent->waiting_children, [&](const auto& each) { return each.second == at; });
      ++parent->next_in_order;
    } else {
      waiting_roots_.erase(root);
      ++next_root_;
    }
    engine_.admission().waiting(-1);
    handle(*at);
  }
}

// ---- one record --------------------------------------------------------------------------------------------------------

Verdict Settler::verdict_of(Record& record) const {
  if (record.yields() && record.dropped.load()) return Verdict::dropped;
  if (record.cancelled.load()) return Verdict::cancelled;
  if (record.failed.load()) return Verdict::failed;
  if (record.dropped.load()) return Verdict::dropped;
  return Verdict::done;
}

void Settler::handle(Record& record) {
  const Verdict verdict = verdict_of(record);
  if (verdict == Verdict::cancelled && record.parent) record.parent->cancelled.store(true);  // it brings this one again
  if (!record.notes.tickets.empty()) keep_cut_lengths();                                     // no cut may lie behind it
  if (!failed() && verdict == Verdict::done) write_sinks(record);
  if (!failed() && verdict == Verdict::failed && dead_letters_) write_dead_letter(record);
  if (options_.observer) options_.observer(View(engine_, record, verdict));
  count(record, verdict);
  keep_effect(record, verdict);
  retired_.fetch_add(1, std::memory_order_relaxed);
  engine_.retire(record);
}

void Settler::count(Record& record, Verdict verdict) {
  if (verdict == Verdict::done) {
    done_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::lock_guard lock(ledger_mutex_);
  switch (verdict) {
    case Verdict::done: break;
    case Verdict::cancelled: ++ledger_.cancelled; break;
    case Verdict::dropped:
      ++ledger_.dropped;
      ++ledger_.dropped_by_reason[std::string(View(engine_, record, verdict).reason())];
      break;
    case Verdict::failed: {
      ++ledger_.failed;
      failures_.fetch_add(1, std::memory_order_relaxed);
      const KeyError error = View(engine_, record, verdict).errors().front();
      ++ledger_.failed_by_node[error.node.empty() ? "source" : error.node][error.failure.kind];
      break;
    }
  }
}

Ledger Settler::ledger() const {
  const std::lock_guard lock(ledger_mutex_);
  Ledger out = ledger_;
  out.done = done_.load(std::memory_order_relaxed);
  return out;
}

void Settler::write_sinks(Record& record) {
  for (const std::size_t index : sinks_of_level_[static_cast<std::size_t>(record.layout - engine_.layout().levels.data())])
    if (!write_sink(index, record)) return;
}

bool Settler::write_sink(std::size_t index, Record& record) {
  Sink& sink = sinks_[index];
  KeyCounters& counters = counters_[index];
  inputs_.clear();
  for (const PortLayout& port : sink.layout->ports) {
    inputs_.push_back(find_value(record, port).value);
    if (!inputs_.back() && !port.optional) return ++counters.skipped, true;
  }
  context_.record = record.id;
  context_.claimant = &record;
  context_.document_id = record.document;
  context_.ports = &sink.layout->call_ports;
  const auto call = [&] {
    ++counters.calls;
    marks_.clear();
    if (sink.node->call(inputs_.data(), nullptr, context_) == Status::failed) throw NodeError(std::exchange(context_.failure, {}));
  };
  const bool timed = record.sampled || statistics_.slow(index);
  const std::int64_t before = timed ? ticks() : 0;
  if (!with_retries(sink.layout->plan->key, std::cref(call))) return false;
  if (timed) statistics_.timed(counters_, index, static_cast<std::uint64_t>(ticks() - before));
  if (!marks_.empty()) record.notes.marks.push_back({static_cast<int>(engine_.layout().steps.size() + index), std::exchange(marks_, {})});
  if (sink.waiting++ == 0) sink.since = clock_.elapsed();
  return true;
}

void Settler::write_dead_letter(Record& record) {
  const std::string line = dead_letter(*engine_.layout().plan, engine_.layout().steps, record);
  if (with_retries(dead_letter_name, [&] { dead_letters_->append(line); })) ++dead_letters_waiting_;
}

// Time must pass meanwhile, whatever else is pushed.
bool Settler::pause(Duration delay) {
  const auto lend = [this](bool pausing) {
    const std::lock_guard lock(queue_mutex_);
    pausing_ = pausing;
    if (told_) pausing ? clock_.idle() : clock_.busy();
  };
  engine_.give_back_retired();  // nobody waits for the sink but its own records
  lend(true);
  const bool over = options_.wait(delay, *busy_);
  lend(false);
  return over;
}

// Tries three times more, a little later each time. False: the run has failed, and nothing settles any more.
bool Settler::with_retries(const std::string& what, const std::function<void()>& body) {
  std::string cause;
  for (int attempt = 0;; ++attempt) {
    try {
      body();
      return true;
    } catch (const std::exception& error) {
      cause = error.what();
    }
    if (attempt == 3 || !pause(std::chrono::milliseconds(100) * (1 << 2 * attempt))) break;
  }
  if (!failed_.exchange(true)) options_.failed("sink '" + what + "' cannot write: " + cause);
  return false;
}

KeyStatistics Settler::sink_statistics(std::size_t index) const {
  KeyStatistics out = statistics_.total(index);
  out.key = sinks_[index].layout->plan->key;
  return out;
}

}  // namespace headrace::run
