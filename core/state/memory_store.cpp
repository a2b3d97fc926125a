#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "core/state/counter.hpp"
#include "core/state/store.hpp"

namespace headrace {

namespace {

using Map = std::map<std::string, std::string, std::less<>>;

std::optional<std::string> get_from(const Map& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::optional<std::string>> multi_get_from(const Map& map, const std::vector<std::string>& keys) {
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (const std::string& key : keys) values.push_back(get_from(map, key));
  return values;
}

void scan_map(const Map& map, std::string_view prefix, std::string_view from, const StoreView::Visit& visit) {
  for (auto it = map.lower_bound(std::max(prefix, from)); it != map.end() && it->first.starts_with(prefix); ++it)
    if (!visit(it->first, it->second)) return;
}

struct Apply {
  Map& map;
  void operator()(const WriteBatch::Put& put) const { map.insert_or_assign(put.key, put.value); }
  void operator()(const WriteBatch::Remove& remove) const { map.erase(remove.key); }
  void operator()(const WriteBatch::Add& add) const {
    std::string& value = map[add.key];
    value = counter_sum(value, add.amount);
  }
};

// The map is written in place while the store alone holds it, and copied first while a reader does. Readers take and give
// back their share under the lock: that is what makes use_count() an answer, and orders their reads before our writes.
class MemoryStore final : public Store {
 public:
  std::optional<std::string> get(std::string_view key) const override {
    const std::shared_lock lock(mutex_);
    return get_from(*map_, key);
  }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
    const std::shared_lock lock(mutex_);
    return multi_get_from(*map_, keys);
  }
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
    Snapshot(*this).scan_from(prefix, from, visit);
  }

  void write(const WriteBatch& batch, Durability) override {
    const std::unique_lock lock(mutex_);
    if (map_.use_count() > 1) map_ = std::make_shared<Map>(*map_);
    for (const WriteBatch::Change& change : batch.changes()) std::visit(Apply{*map_}, change);
  }

  std::unique_ptr<StoreView> snapshot() const override { return std::make_unique<Snapshot>(*this); }
  bool durable() const override { return false; }

 private:
  class Snapshot final : public StoreView {
   public:
    explicit Snapshot(const MemoryStore& store) : store_(store) {
      const std::shared_lock lock(store_.mutex_);
      map_ = store_.map_;
    }
    ~Snapshot() override {
      const std::shared_lock lock(store_.mutex_);
      map_.reset();
    }
    std::optional<std::string> get(std::string_view key) const override { return get_from(*map_, key); }
    std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
      return multi_get_from(*map_, keys);
    }
    void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
    void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
      scan_map(*map_, prefix, from, visit);
    }

   private:
    const MemoryStore& store_;
    std::shared_ptr<const Map> map_;
  };

  mutable std::shared_mutex mutex_;
  std::shared_ptr<Map> map_ = std::make_shared<Map>();
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace headrace
