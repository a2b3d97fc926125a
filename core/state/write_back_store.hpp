// Holds writes in memory and gives them to the store below later, many as one: for state that changes all the time and of
// which the last second may be lost.
//
//   WriteBackStore store(open_rocksdb("state"), {.bytes = 4 << 20, .delay = 1s}, services.clock, services.log);
//
// What is held is written when it is `delay` old, when it comes to `bytes`, when somebody asks for `Durability::synced` (an
// empty batch will do), and when the store is closed. Reads, scans and snapshots see it at once.
//
// A crash loses what is held: all batches after some moment at most `delay` and one flush ago, each as a whole, never an
// earlier one than a later one; `Durability::buffered` means no more than that here. What was synced is there.
//
// Changes of one key are folded, so the store below sees the last of them. Counters are added up here, from what the store
// below had: nobody else may write to that one. When a flush fails, nothing is lost: it is tried again after `delay`, and
// writes throw once `bytes` are held. Memory: twice `bytes` and one batch a thread.
#pragma once
#include <mutex>
#include <optional>

#include "core/run/log.hpp"
#include "core/state/forwarding_store.hpp"
#include "core/state/timed_work.hpp"
#include "core/state/write_layer.hpp"

namespace headrace {

struct WriteBackLimits {
  std::uint64_t bytes = 4u << 20;
  Duration delay = std::chrono::seconds(1);
};

class WriteBackStore final : public ForwardingStore {
 public:
  WriteBackStore(std::shared_ptr<Store> inner, WriteBackLimits limits, Clock& clock, Log& log = silent_log());  // both outlive it
  ~WriteBackStore() override;  // writes what is held; what cannot be written is lost, and logged
  std::optional<std::string> get(std::string_view key) const override;
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override;
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override;
  void write(const WriteBatch& batch, Durability durability) override;
  std::unique_ptr<StoreView> snapshot() const override;

 private:
  class Snapshot;
  bool full() const;
  void flush(Durability durability);
  void write_flushed(Durability durability);
  void flush_in_time();
  std::unique_ptr<StoreView> snapshot_of(std::string_view prefix, const std::unique_lock<std::mutex>& held) const;

  const WriteBackLimits limits_;
  Log& log_;
  std::mutex flushing_;        // one flush at a time; taken before mutex_
  mutable std::mutex mutex_;   // of all below
  WriteLayer held_;            // what the next flush writes
  WriteLayer flushed_;         // what is being written, and what could not be; below held_
  std::uint64_t flushes_ = 0;  // those that may have changed the store below
  std::optional<TimedWork> timer_;
};

}  // namespace headrace
