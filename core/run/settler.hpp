// The end of a record's way: sinks, dead letter, observer, ledger; then, in groups, durability.
//
// Records whose last step has run come in any order, from any thread; pump() takes them one at a time, so that all sinks see
// records in one common order, the commit order. A record retires when its sinks have returned. It settles when a prefix of
// the commit order is committed: sinks flushed, then one batch with the marks, positions, state changes and sink lengths of
// that prefix. A prefix may be committed only where, for each stateful step, it holds every call up to some number: only then
// do state, output and positions belong together. docs/engine.md tells why this cannot lose or double anything.
#pragma once
#include <deque>
#include <optional>
#include <unordered_set>

#include "core/run/engine.hpp"
#include "core/run/positions.hpp"
#include "core/run/state_table.hpp"
#include "core/state/append_file.hpp"

namespace headrace::run {

class Settler {
 public:
  struct Options {
    bool ordered = false;
    bool without_sinks = false;
    std::string dead_letters;  // path; empty without
    std::function<void(const RetiredRecord&)> observer;
    std::function<void(bool hurry)> wake;                    // pump() has something to do: now, or whenever it looks next
    std::function<void(std::string message)> failed;         // a sink cannot write: the run must end
    std::function<bool(Duration, const Clock::Busy&)> wait;  // between tries of a sink; false when the run is cut off
  };
  Settler(Engine& engine, Store& store, Positions& positions, std::vector<std::unique_ptr<StateTable>>& states, std::vector<Node*> sinks,
          Options options);

  // Cuts sinks to what had settled, or writes down where they begin. Gives what the operator should know. Throws NodeError.
  std::vector<std::string> open();

  void push(Record& record);                                                    // any thread
  void push_position(int source, std::string partition, std::uint64_t number);  // any thread: a position without a record
  void look_again();                                                            // any thread: nothing is at work now, or a timer was due
  std::size_t pump();                                                           // one thread; how much there was to do
  void close();                                                                 // commits what is left and closes the sinks

  bool failed() const { return failed_.load(std::memory_order_acquire); }
  std::uint64_t unsettled() const { return unsettled_.load(std::memory_order_relaxed); }
  std::uint64_t retired() const { return retired_.load(std::memory_order_relaxed); }
  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }
  Ledger ledger() const;  // any thread
  KeyStatistics sink_statistics(std::size_t sink) const;

 private:
  // What is left of a record after it has retired, until it settles.
  struct Effect {
    std::uint64_t record = 0;
    std::vector<std::string> claims;
    bool place = false;
    std::vector<MarkedChange> marks;
    std::vector<StateChange> changes;
    std::vector<RecordNotes::Ticket> tickets;
    int source = -1;
    std::string partition;
    std::uint64_t position = 0;
  };
  struct Sink {
    const SinkLayout* layout;
    Node* node;
    std::uint64_t waiting = 0;  // records since the last flush
    Duration since{};           // of the first of them
  };
  struct Files {
    std::string name, key, paths;
  };
  static constexpr const char* dead_letter_name = "dead_letters";
  struct Tickets {
    std::uint64_t seen = 0, next = 0;
  };
  struct PositionOnly {
    int source;
    std::string partition;
    std::uint64_t number;
  };

  template <class Add> void tell(Add add);  // add() says whether it hurries
  void arrive(Record& record);
  void wait_in_order(Record& record);
  void advance();
  void handle(Record& record);
  Verdict verdict_of(Record& record) const;
  void write_sinks(Record& record);
  bool write_sink(std::size_t index, Record& record);
  void write_dead_letter(Record& record);
  void count(Record& record, Verdict verdict);
  void keep_effect(Record& record, Verdict verdict);
  void push_with_yielding(Effect effect);
  void push_effect(Effect effect);
  bool commit();
  bool flush_due();
  void apply(std::size_t count, WriteBatch& batch);
  bool pause(Duration delay);
  bool with_retries(const std::string& what, const std::function<void()>& body);
  std::vector<std::optional<std::uint64_t>> lengths();
  void keep_cut_lengths();
  void note_length(std::size_t index, std::optional<std::uint64_t> length, WriteBatch& batch) const;

  Engine& engine_;
  Store& store_;
  Positions& positions_;
  std::vector<std::unique_ptr<StateTable>>& states_;
  Options options_;
  Clock& clock_;
  std::vector<Sink> sinks_;
  std::vector<std::vector<std::size_t>> sinks_of_level_;
  Statistics statistics_;  // of the sinks
  Statistics::Shard& counters_;
  CallContext context_;  // of the call of a sink under way, with its inputs and marks
  std::vector<const void*> inputs_;
  std::vector<MarkedChange> marks_;
  std::unique_ptr<AppendFile> dead_letters_;
  std::vector<Files> files_;  // of the sinks, then of the dead letters: as lengths() has them
  std::uint64_t dead_letters_waiting_ = 0;

  std::mutex queue_mutex_;
  bool told_ = false;                  // and not yet pumped
  bool pausing_ = false;               // between two tries of a sink
  const Clock::Busy* busy_ = nullptr;  // of the pump() under way
  std::vector<Record*> queue_;
  std::vector<Record*> taken_;  // from it, by the pump() under way
  const std::size_t group_;     // of records: so many hurry, and so many retire before sources hear of it
  std::vector<PositionOnly> queued_positions_;

  std::uint64_t next_root_ = 0;  // of the commit order, when it is ordered
  std::unordered_map<std::uint64_t, Record*> waiting_roots_;

  std::deque<Effect> effects_;                             // in commit order, not committed
  std::size_t cut_ = 0;                                    // of them, how many may be committed
  std::vector<std::optional<std::uint64_t>> cut_lengths_;  // of the sinks at the cut ...
  bool cut_at_end_ = true;                                 // ... unless the cut is where they end now
  std::unordered_map<int, Tickets> tickets_;
  std::size_t unbalanced_ = 0;
  std::unordered_map<std::uint64_t, std::vector<Effect>> yielding_;  // to a record whose own effect has not come yet
  std::unordered_set<std::uint64_t> holders_;                        // records with claims whose effect is in effects_
  TimerId timer_ = 0;                                           // of the next sink that is due by time
  std::atomic<bool> timer_due_{false};
  bool closing_ = false;

  mutable std::mutex ledger_mutex_;
  Ledger ledger_;  // but for what is done
  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> unsettled_{0}, retired_{0}, failures_{0};
};

}  // namespace headrace::run
