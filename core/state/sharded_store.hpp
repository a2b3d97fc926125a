// Spreads keys over several stores by their hash: writers of different keys do not wait for each other.
//
//   ShardedStore store(8, [&](std::size_t shard) { return open_rocksdb(folder + "/" + std::to_string(shard)); });
//
// Order, snapshots and multi-gets are as of one store: a scan merges the shards. What spans shards (a batch, a multi-get, a
// snapshot, a scan's beginning) holds the others up for its moment.
//
// A batch over several shards is atomic. It is written down whole in shard 0, together with that shard's part, before the
// other shards get theirs; each part carries the batch's number. A store that finds at its opening, or after a failure, a
// batch that not all shards have, gives them what they lack before it does anything else. So a kill never leaves half a batch.
// A loss of power may, of a batch that was only buffered; not of a synced one. A write costs that much more.
//
// Each shard remembers its place and their number; another number is refused, and so is a store that was filled before. Keys
// that begin with "\xFFheadrace/" are the store's own: writing them throws. So shards are not sharded again.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <shared_mutex>

#include "core/state/store.hpp"

namespace headrace {

class ShardedStore final : public Store {
 public:
  using Open = std::function<std::shared_ptr<Store>(std::size_t shard)>;
  ShardedStore(std::size_t shards, const Open& open);  // 1 to 256; throws StoreError
  ~ShardedStore() override;
  std::optional<std::string> get(std::string_view key) const override;
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override;
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override;
  void write(const WriteBatch& batch, Durability durability) override;
  std::unique_ptr<StoreView> snapshot() const override;
  bool durable() const override;

 private:
  struct Shard;
  class Snapshot;
  std::size_t place_of(std::string_view key) const;
  void enter(std::size_t place, const Open& open);
  std::shared_lock<std::shared_mutex> share() const;
  std::unique_lock<std::shared_mutex> own() const;
  void write_many(std::vector<WriteBatch> parts, const WriteBatch& whole, Durability durability);
  void finish() const;
  void sync(const Shard* but = nullptr) const;
  std::vector<WriteBatch> split(const WriteBatch& batch) const;

  std::vector<std::unique_ptr<Shard>> shards_;
  mutable std::shared_mutex mutex_;
  mutable std::atomic<bool> unfinished_{false};  // a batch may be in some shards only
  mutable std::uint64_t number_ = 0;             // of the last batch over several shards
};

}  // namespace headrace
