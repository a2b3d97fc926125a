// Everything that must survive goes through a Store: a sorted map of bytes with atomic batches.
//
//   WriteBatch batch;
//   batch.put("seen/1f0c", "2026-03-01T12:00:00Z");
//   batch.remove("retry/1f0c");
//   store.write(batch, Durability::synced);     // all of it or nothing, also after a kill
//
// Engines: memory, RocksDB. Any thread may call any member, also from within a scan. Keys and values are any bytes. Errors
// are thrown as StoreError; a write that threw may or may not be there after a restart, but never half of it.
//
// Wrappers around any of them, each a Store again: CachedStore, BatchedStore, WriteBackStore, ExpiringStore, ShardedStore.
// docs/stores.md says which to take for what.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/value/types.hpp"

namespace headrace {

struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class WriteBatch {
 public:
  struct Put {
    std::string key, value;
    // How long the value is of use; zero: as long as the store finds right. An ExpiringStore removes it then, others keep it.
    Duration time_to_live{};
  };
  struct Remove {
    std::string key;
  };
  // Merges without reading: a counter in decimal text. What is missing or no number counts as 0; sums wrap at 64 bits.
  struct Add {
    std::string key;
    std::int64_t amount;
  };
  using Change = std::variant<Put, Remove, Add>;
  void put(std::string key, std::string value, Duration time_to_live = {}) {
    changes_.emplace_back(Put{std::move(key), std::move(value), time_to_live});
  }
  void remove(std::string key) { changes_.emplace_back(Remove{std::move(key)}); }
  void add(std::string key, std::int64_t amount) { changes_.emplace_back(Add{std::move(key), amount}); }
  void change(Change change) { changes_.push_back(std::move(change)); }
  void append(const WriteBatch& other) { changes_.insert(changes_.end(), other.changes_.begin(), other.changes_.end()); }
  const std::vector<Change>& changes() const { return changes_; }  // applied in this order
  bool empty() const { return changes_.empty(); }

 private:
  std::vector<Change> changes_;
};

inline const std::string& key_of(const WriteBatch::Change& change) {
  return std::visit([](const auto& each) -> const std::string& { return each.key; }, change);
}

// Of a batch and of all that were written before it: an empty batch that is synced makes the others so.
enum class Durability {
  buffered,  // survives a kill of the process
  synced,    // survives the loss of power
};

class StoreView {  // reading: the store itself, or a snapshot of it
 public:
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  virtual ~StoreView() = default;
  virtual std::optional<std::string> get(std::string_view key) const = 0;
  virtual std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const = 0;
  // Visits the keys that begin with `prefix`, in byte order, until `visit` gives false. The views live during the call. What
  // is written meanwhile is not seen.
  virtual void scan(std::string_view prefix, const Visit& visit) const = 0;
  // The same, beginning with `from` or the first key after it. Unless a store knows better, it reads what it skips.
  virtual void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const;
};

class Store : public StoreView {
 public:
  static constexpr std::string_view interface_name = "store", default_node = "memory_store", file_node = "rocksdb";
  virtual void write(const WriteBatch& batch, Durability durability) = 0;
  virtual std::unique_ptr<StoreView> snapshot() const = 0;  // must not outlive the store
  virtual bool durable() const = 0;                         // false for memory
  virtual bool expires() const { return false; }            // true when what is written may go by itself
};

inline void StoreView::scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const {
  scan(prefix, [&](std::string_view key, std::string_view value) { return key < from || visit(key, value); });
}

// A write while a snapshot or a scan is alive copies the map once.
std::unique_ptr<Store> make_memory_store();
// Makes the folder; throws when another process has it. About 64 MiB of memory at most, whatever the size on disk.
std::unique_ptr<Store> open_rocksdb(const std::string& path);

}  // namespace headrace
