// Wrappers piled on an engine, by name, the outermost first: Pile pile({"cached", "sharded"}, Base::rocksdb).
#pragma once
#include <map>
#include <mutex>

#include "core/state/batched_store.hpp"
#include "core/state/cached_store.hpp"
#include "core/state/expiring_store.hpp"
#include "core/state/sharded_store.hpp"
#include "core/state/write_back_store.hpp"
#include "tests/core/state/store_under_test.hpp"

namespace headrace::testing {

enum class Base { memory, rocksdb };

class Pile {
 public:
  Pile(std::vector<std::string> wrappers, Base base) : wrappers_(std::move(wrappers)), base_(base) { open(); }
  ~Pile() { store_.reset(); }
  Store& operator*() const { return *store_; }
  Store* operator->() const { return store_.get(); }
  Clock& clock() const { return *clock_; }
  // Closes everything and opens it again; a memory engine stays, with what it holds.
  void reopen() {
    store_.reset();
    open();
  }
  static std::string name(const std::vector<std::string>& wrappers, Base base) {
    std::string out;
    for (const std::string& wrapper : wrappers) out += wrapper + " over ";
    return out + (base == Base::memory ? "memory" : "rocksdb");
  }

 private:
  void open() { store_ = wrapped(0, "state"); }

  // Small limits, so that few operations reach them.
  std::shared_ptr<Store> wrapped(std::size_t depth, const std::string& path) {
    if (depth == wrappers_.size()) return engine(path);
    const std::string& wrapper = wrappers_[depth];
    if (wrapper == "sharded")
      return std::make_shared<ShardedStore>(3, [&](std::size_t shard) { return wrapped(depth + 1, path + "/" + std::to_string(shard)); });
    auto below = wrapped(depth + 1, path);
    if (wrapper == "cached") return std::make_shared<CachedStore>(std::move(below), CacheLimits{20, 4000});
    if (wrapper == "batched") return std::make_shared<BatchedStore>(std::move(below), 20);
    if (wrapper == "write_back")
      return std::make_shared<WriteBackStore>(std::move(below), WriteBackLimits{3000, std::chrono::seconds(1)}, *clock_);
    return std::make_shared<ExpiringStore>(std::move(below), Expiry{{}, std::chrono::seconds(3)}, *clock_);
  }
  std::shared_ptr<Store> engine(const std::string& path) {
    if (base_ == Base::rocksdb) return open_rocksdb(folder_ / path);
    auto& kept = engines_[path];
    if (!kept) kept = make_memory_store();
    return kept;
  }

  const std::vector<std::string> wrappers_;
  const Base base_;
  Folder folder_;
  const std::unique_ptr<Clock> clock_ = make_virtual_clock();
  std::map<std::string, std::shared_ptr<Store>> engines_;
  std::shared_ptr<Store> store_;
};

// Nothing, each wrapper, each two, and some deep ones; but for the three pairs that are refused.
inline std::vector<std::vector<std::string>> all_piles() {
  const std::vector<std::string> wrappers = {"cached", "batched", "write_back", "expiring", "sharded"};
  std::vector<std::vector<std::string>> piles = {{}};
  for (const std::string& outer : wrappers) {
    piles.push_back({outer});
    for (const std::string& inner : wrappers)
      if (inner != "expiring" || (outer != "cached" && outer != "sharded"))
        if (outer != "sharded" || inner != "sharded") piles.push_back({outer, inner});
  }
  piles.push_back({"expiring", "cached", "write_back", "batched", "sharded"});
  piles.push_back({"expiring", "sharded", "cached", "write_back", "batched"});
  piles.push_back({"batched", "cached", "sharded", "write_back"});
  piles.push_back({"cached", "write_back", "sharded", "batched"});
  piles.push_back({"write_back", "cached", "write_back", "sharded"});
  return piles;
}

}  // namespace headrace::testing
