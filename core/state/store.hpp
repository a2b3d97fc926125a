// Everything that must survive goes through a Store: a sorted map of bytes with atomic batches.
//
//   WriteBatch batch;
//   batch.put("seen/1f0c", "2026-03-01T12:00:00Z");
//   batch.remove("retry/1f0c");
//   store.write(batch, Durability::synced);     // all of it or nothing, also after a kill
//
// Engines: memory, RocksDB. Any thread may call any member. Errors are thrown as StoreError.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace headrace {

struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class WriteBatch {
 public:
  struct Put { std::string key, value; };
  struct Remove { std::string key; };
  struct Add { std::string key; std::int64_t amount; };  // merges: a counter, decimal text, missing counts as 0
  using Change = std::variant<Put, Remove, Add>;
  void put(std::string key, std::string value) { changes_.emplace_back(Put{std::move(key), std::move(value)}); }
  void remove(std::string key) { changes_.emplace_back(Remove{std::move(key)}); }
  void add(std::string key, std::int64_t amount) { changes_.emplace_back(Add{std::move(key), amount}); }
  const std::vector<Change>& changes() const { return changes_; }  // applied in this order
  bool empty() const { return changes_.empty(); }

 private:
  std::vector<Change> changes_;
};

enum class Durability {
  buffered,  // survives a kill of the process
  synced,    // survives the loss of power
};

class StoreView {  // reading: the store itself, or a snapshot of it
 public:
  virtual ~StoreView() = default;
  virtual std::optional<std::string> get(std::string_view key) const = 0;
  virtual std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const = 0;
  // Visits the keys that begin with `prefix`, in byte order, until `visit` gives false. The views live during the call.
  virtual void scan(std::string_view prefix, const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;
};

class Store : public StoreView {
 public:
  static constexpr std::string_view interface_name = "store", default_node = "memory_store", file_node = "rocksdb";
  virtual void write(const WriteBatch& batch, Durability durability) = 0;
  virtual std::unique_ptr<StoreView> snapshot() const = 0;  // must not outlive the store
  virtual bool durable() const = 0;                         // false for memory
};

std::unique_ptr<Store> make_memory_store();
std::unique_ptr<Store> open_rocksdb(const std::string& path);  // makes the folder; throws when another process has it

}  // namespace headrace
