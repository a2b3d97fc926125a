#include "core/state/cached_store.hpp"

#include <map>

#include "core/state/counter.hpp"

namespace headrace {

namespace {

constexpr std::size_t kMostStripes = 16, kLeastEntries = 256;  // of a stripe: smaller ones would hold uneven shares

std::size_t stripe_count(const CacheLimits& limits) { return std::clamp<std::size_t>(limits.entries / kLeastEntries, 1, kMostStripes); }

// What is known of the key after the change, if anything.
struct After {
  std::optional<TinyLfuCache::Value>& known;
  void operator()(const WriteBatch::Put& put) const { known = put.value; }
  void operator()(const WriteBatch::Remove&) const { known.emplace(std::nullopt); }
  void operator()(const WriteBatch::Add& add) const {
    if (known) known = counter_sum(*known ? std::string_view(**known) : std::string_view(), add.amount);
  }
};

}  // namespace

// A write on its way: its keys have left the cache, and come back with their new values if it succeeds and no other write
// touched their stripe meanwhile.
struct CachedStore::Write {
  struct Part {
    std::map<std::string_view, std::optional<TinyLfuCache::Value>> keys;  // the views are of the batch
    std::uint64_t epoch = 0;
  };

  Write(const CachedStore& store, const WriteBatch& batch) {
    for (const auto& change : batch.changes()) parts[&store.stripe(key_of(change))].keys.try_emplace(key_of(change));
    for (auto& [stripe, part] : parts) {
      const std::lock_guard lock(stripe->mutex);
      for (auto& [key, known] : part.keys) known = stripe->cache.take(key);
      ++stripe->writers;
      part.epoch = ++stripe->epoch;
    }
    for (const auto& change : batch.changes()) std::visit(After{parts[&store.stripe(key_of(change))].keys[key_of(change)]}, change);
  }
  ~Write() {
    for (auto& [stripe, part] : parts) {
      const std::lock_guard lock(stripe->mutex);
      const bool alone = --stripe->writers == 0 && stripe->epoch == part.epoch;
      ++stripe->epoch;
      if (!done || !alone) continue;
      for (auto& [key, known] : part.keys)
        if (known) stripe->cache.insert(key, std::move(*known));
    }
  }

  std::map<Stripe*, Part> parts;
  bool done = false;
};

CachedStore::CachedStore(std::shared_ptr<Store> inner, CacheLimits limits) : ForwardingStore(std::move(inner)) {
  if (this->inner().expires())
    throw StoreError("a cache would go on showing what its store has let expire: put the cache below the expiring store");
  const std::size_t count = stripe_count(limits);
  for (std::size_t i = 0; i < count; ++i)
    stripes_.push_back(std::make_unique<Stripe>(CacheLimits{limits.entries / count, limits.bytes / count}));
}

std::optional<std::string> CachedStore::get(std::string_view key) const {
  Look seen = look(key);
  if (seen.cached) return std::move(*seen.cached);
  std::optional<std::string> value = inner().get(key);
  fill(key, value, seen.epoch);
  return value;
}

// What the cache has and what the store below has are of one moment if no write began in between.
std::vector<std::optional<std::string>> CachedStore::multi_get(const std::vector<std::string>& keys) const {
  std::vector<std::optional<std::string>> values(keys.size());
  std::vector<Look> looks;
  std::vector<std::string> missing;
  for (const std::string& key : keys) {
    looks.push_back(look(key));
    if (!looks.back().cached) missing.push_back(key);
  }
  std::vector<std::optional<std::string>> read;
  if (!missing.empty()) read = inner().multi_get(missing);
  if (!unchanged(keys, looks)) return inner().multi_get(keys);
  for (std::size_t i = 0, next = 0; i < keys.size(); ++i) {
    if (looks[i].cached) {
      values[i] = std::move(*looks[i].cached);
    } else {
      fill(keys[i], read[next], looks[i].epoch);
      values[i] = std::move(read[next++]);
    }
  }
  return values;
}

void CachedStore::write(const WriteBatch& batch, Durability durability) {
  Write write(*this, batch);
  inner().write(batch, durability);
  write.done = true;
}

CacheStatistics CachedStore::statistics() const {
  CacheStatistics sum;
  for (const auto& each : stripes_) {
    const std::lock_guard lock(each->mutex);
    sum.hits += each->hits;
    sum.misses += each->misses;
    sum.bytes += each->cache.bytes();
    sum.entries += each->cache.entries();
  }
  return sum;
}

CachedStore::Stripe& CachedStore::stripe(std::string_view key) const {
  const std::uint64_t mixed = std::hash<std::string_view>()(key) * 0x9E3779B97F4A7C15u;  // the cache uses the hash as it is
  return *stripes_[(mixed >> 32) % stripes_.size()];
}

CachedStore::Look CachedStore::look(std::string_view key) const {
  Stripe& in = stripe(key);
  const std::lock_guard lock(in.mutex);
  const TinyLfuCache::Value* cached = in.cache.find(key);
  ++(cached ? in.hits : in.misses);
  Look seen{std::nullopt, in.epoch};
  if (cached) seen.cached.emplace(*cached);
  return seen;
}

void CachedStore::fill(std::string_view key, const std::optional<std::string>& value, std::uint64_t epoch) const {
  Stripe& in = stripe(key);
  const std::lock_guard lock(in.mutex);
  if (in.epoch == epoch && in.writers == 0) in.cache.insert(key, value);
}

bool CachedStore::unchanged(const std::vector<std::string>& keys, const std::vector<Look>& looks) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Stripe& in = stripe(keys[i]);
    const std::lock_guard lock(in.mutex);
    if (in.epoch != looks[i].epoch) return false;
  }
  return true;
}

}  // namespace headrace
