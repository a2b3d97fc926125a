// Lets values go when their time is over.
//
//   ExpiringStore store(open_rocksdb("state"), {.time_to_live = 24h}, services.clock, services.log);
//   batch.put("session/7", "...", 30min);       // a time of its own
//
// A value that has expired is not there for get, multi_get, scan and snapshot (which shows what was alive when it was taken).
// It is removed from the store below in the background: every `sweep`, a slice of the keys is looked at. A counter keeps the
// time of its first addition.
//
// The store below holds each value behind nine bytes that say when it expires: it is read through an ExpiringStore only, and
// one that was filled without is refused at the first read. Put caches and write-back below it, not above. Adding to counters
// reads before it writes: such a batch has the store to itself.
#pragma once
#include <atomic>
#include <optional>
#include <shared_mutex>

#include "core/run/log.hpp"
#include "core/state/forwarding_store.hpp"
#include "core/state/timed_work.hpp"

namespace headrace {

struct Expiry {
  Duration time_to_live{};  // of values that do not bring their own; zero: for ever
  Duration sweep = std::chrono::seconds(10);
};

class ExpiringStore final : public ForwardingStore {
 public:
  ExpiringStore(std::shared_ptr<Store> inner, Expiry expiry, Clock& clock, Log& log = silent_log());  // both outlive it
  std::optional<std::string> get(std::string_view key) const override;
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override;
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override;
  void write(const WriteBatch& batch, Durability durability) override;
  std::unique_ptr<StoreView> snapshot() const override;
  bool expires() const override { return true; }

 private:
  class Snapshot;
  std::int64_t now() const;
  std::string sealed(const WriteBatch::Put& put, bool& mortal) const;
  void write_puts(const WriteBatch& batch, Durability durability);
  void write_sums(const WriteBatch& batch, Durability durability);
  void mind();
  void sweep();
  bool sweep_slice();

  const Expiry expiry_;
  Clock& clock_;
  Log& log_;
  // Whoever writes what it has read holds it alone: additions, and the sweep. Others share it.
  std::shared_mutex writing_;
  std::atomic<bool> mortal_{true};  // something may expire that the sweep has not met yet; also what an earlier run left
  std::string cursor_;              // of the sweep's thread
  std::optional<TimedWork> timer_;
};

}  // namespace headrace
