#include "core/state/write_back_store.hpp"

namespace headrace {

class WriteBackStore::Snapshot final : public StoreView {
 public:
  Snapshot(WriteLayer layer, std::unique_ptr<StoreView> below) : layer_(std::move(layer)), below_(std::move(below)) {}
  std::optional<std::string> get(std::string_view key) const override {
    const auto* pending = layer_.find(key);
    return seen_over(pending, hides_below(pending) ? std::nullopt : below_->get(key));
  }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
    std::vector<std::optional<std::string>> values = below_->multi_get(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) values[i] = seen_over(layer_.find(keys[i]), std::move(values[i]));
    return values;
  }
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
    scan_over(layer_, *below_, prefix, from, visit);
  }

 private:
  const WriteLayer layer_;
  const std::unique_ptr<StoreView> below_;
};

WriteBackStore::WriteBackStore(std::shared_ptr<Store> inner, WriteBackLimits limits, Clock& clock, Log& log)
    : ForwardingStore(std::move(inner)), limits_(limits), log_(log) {
  timer_.emplace(clock, [this] { flush_in_time(); });
}

WriteBackStore::~WriteBackStore() {
  timer_.reset();
  try {
    if (!held_.empty() || !flushed_.empty()) flush(Durability::buffered);
  } catch (const std::exception& error) {
    log_.event(LogLevel::error, "store", "write_back_lost",
               {{"keys", std::to_string(held_.changes().size() + flushed_.changes().size())}, {"cause", error.what()}});
  }
}

std::optional<std::string> WriteBackStore::get(std::string_view key) const { return std::move(multi_get({std::string(key)}).front()); }

// What is held and what lies below are of one moment unless a flush has begun to write between looking at the two.
std::vector<std::optional<std::string>> WriteBackStore::multi_get(const std::vector<std::string>& keys) const {
  std::vector<std::string> missing;
  WriteLayer over;
  std::uint64_t flushes = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const std::string& key : keys) {
      const bool repeated = over.find(key) != nullptr;
      for (const WriteLayer* layer : {&flushed_, &held_})
        if (const auto* pending = layer->find(key); pending && !repeated) over.lay(key, *pending);
      if (!hides_below(over.find(key))) missing.push_back(key);
    }
    flushes = flushes_;
  }
  std::vector<std::optional<std::string>> below;
  if (!missing.empty()) {
    below = inner().multi_get(missing);
    const std::unique_lock lock(mutex_);
    if (flushes != flushes_) return snapshot_of({}, lock)->multi_get(keys);
  }
  std::vector<std::optional<std::string>> values;
  auto next = below.begin();
  for (const std::string& key : keys) {
    const auto* pending = over.find(key);
    values.push_back(seen_over(pending, hides_below(pending) ? std::nullopt : std::move(*next++)));
  }
  return values;
}

void WriteBackStore::scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const {
  std::unique_lock lock(mutex_);
  const auto view = snapshot_of(prefix, lock);
  lock.unlock();
  view->scan_from(prefix, from, visit);
}

std::unique_ptr<StoreView> WriteBackStore::snapshot() const {
  const std::unique_lock lock(mutex_);
  return snapshot_of({}, lock);
}

// Copies what is held under `prefix`. No flush can end while the lock is held, and one that has begun writes what is copied.
std::unique_ptr<StoreView> WriteBackStore::snapshot_of(std::string_view prefix, const std::unique_lock<std::mutex>&) const {
  WriteLayer layer;
  layer.apply(flushed_, prefix);
  layer.apply(held_, prefix);
  return std::make_unique<Snapshot>(std::move(layer), inner().snapshot());
}

void WriteBackStore::write(const WriteBatch& batch, Durability durability) {
  if (full()) flush(Durability::buffered);  // an earlier flush failed: take nothing more until one succeeds
  {
    const std::lock_guard lock(mutex_);
    held_.apply(batch);
  }
  if (durability == Durability::synced) flush(Durability::synced);
  else if (full()) flush(Durability::buffered);
  else if (!batch.empty()) timer_->arm(limits_.delay);
}

bool WriteBackStore::full() const {
  const std::lock_guard lock(mutex_);
  return held_.bytes() >= limits_.bytes;
}

void WriteBackStore::flush(Durability durability) {
  const std::lock_guard one(flushing_);
  if (!flushed_.empty()) write_flushed(Durability::buffered);  // what the last flush could not write
  {
    const std::lock_guard lock(mutex_);
    std::swap(held_, flushed_);
  }
  write_flushed(durability);
}

// Counters become values before anything is written: then writing it again, or reading it while it is being written, changes
// nothing. Only flushes change flushed_, so it is read here without the lock.
void WriteBackStore::write_flushed(Durability durability) {
  const std::vector<std::string> sums = flushed_.sums();
  const auto below = sums.empty() ? std::vector<std::optional<std::string>>() : inner().multi_get(sums);
  {
    const std::lock_guard lock(mutex_);
    flushed_.settle(sums, below);
    ++flushes_;
  }
  inner().write(flushed_.batch(), durability);
  WriteLayer written;  // freed outside of the lock
  const std::lock_guard lock(mutex_);
  std::swap(written, flushed_);
}

void WriteBackStore::flush_in_time() {
  try {
    flush(Durability::buffered);
  } catch (const std::exception& error) {
    log_.event(LogLevel::warning, "store", "flush_failed", {{"cause", error.what()}});
    timer_->arm(limits_.delay);
  }
}

}  // namespace headrace
