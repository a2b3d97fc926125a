#include "core/state/tiny_lfu_cache.hpp"

#include <functional>

namespace headrace {

namespace {

std::uint64_t hash_of(std::string_view key) { return std::hash<std::string_view>()(key); }

// No more entries than could fit the bytes: the sketch is sized by them.
CacheLimits reachable(CacheLimits limits) {
  limits.bytes = std::max<std::uint64_t>(limits.bytes, 1);
  limits.entries = std::clamp<std::size_t>(limits.entries, 1, static_cast<std::size_t>(limits.bytes / TinyLfuCache::overhead + 1));
  return limits;
}

CacheLimits part(const CacheLimits& limits, unsigned percent) {
  return {std::max<std::size_t>(limits.entries / 100 * percent + limits.entries % 100 * percent / 100, 1),
          std::max<std::uint64_t>(limits.bytes / 100 * percent, 1)};
}

}  // namespace

// The shares are those of the paper: a window of 1 %, four fifths of the rest protected.
TinyLfuCache::TinyLfuCache(CacheLimits limits) : sketch_(reachable(limits).entries) {
  limits = reachable(limits);
  window_ = part(limits, 1);
  main_ = {limits.entries - window_.entries, limits.bytes - std::min(limits.bytes, window_.bytes)};
  guarded_ = part(main_, 80);
}

const TinyLfuCache::Value* TinyLfuCache::find(std::string_view key) {
  sketch_.touch(hash_of(key));
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  move(entry, entry->segment == window ? window : guarded);
  if (entry->segment == guarded) trim();  // demotes; drops nothing
  return &entry->value;
}

void TinyLfuCache::insert(std::string_view key, Value value) {
  if (const auto found = index_.find(key); found != index_.end()) {
    const Entries::iterator entry = found->second;
    List& list = segments_[entry->segment];
    list.bytes -= entry->bytes();
    entry->value = std::move(value);
    list.bytes += entry->bytes();
  } else {
    List& list = segments_[window];
    list.entries.push_front({std::string(key), std::move(value), hash_of(key), window});
    list.bytes += list.entries.front().bytes();
    index_.emplace(list.entries.front().key, list.entries.begin());
  }
  trim();
}

std::optional<TinyLfuCache::Value> TinyLfuCache::take(std::string_view key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return std::nullopt;
  std::optional<Value> value(std::in_place, found->second->value);
  erase(found->second);
  return value;
}

void TinyLfuCache::move(Entries::iterator entry, Segment to) {
  List &from_list = segments_[entry->segment], &to_list = segments_[to];
  from_list.bytes -= entry->bytes();
  to_list.bytes += entry->bytes();
  to_list.entries.splice(to_list.entries.begin(), from_list.entries, entry);
  entry->segment = to;
}

void TinyLfuCache::erase(Entries::iterator entry) {
  List& list = segments_[entry->segment];
  list.bytes -= entry->bytes();
  index_.erase(entry->key);
  list.entries.erase(entry);
}

void TinyLfuCache::trim() {
  List &newcomers = segments_[window], &safe = segments_[guarded];
  while (over(newcomers.entries.size(), newcomers.bytes, window_)) offer(std::prev(newcomers.entries.end()));
  while (over(safe.entries.size(), safe.bytes, guarded_)) move(std::prev(safe.entries.end()), probation);
  while (over(main_entries(), main_bytes(), main_)) erase(victim());  // a value was replaced by a longer one
}

// Out of the window: into the main part, if it is worth more than each that has to make room.
void TinyLfuCache::offer(Entries::iterator candidate) {
  const unsigned worth = sketch_.estimate(candidate->hash);
  while (over(main_entries() + 1, main_bytes() + candidate->bytes(), main_)) {
    if (main_entries() == 0 || sketch_.estimate(victim()->hash) >= worth) return erase(candidate);
    erase(victim());
  }
  move(candidate, probation);
}

TinyLfuCache::Entries::iterator TinyLfuCache::victim() {
  Entries& last = segments_[probation].entries.empty() ? segments_[guarded].entries : segments_[probation].entries;
  return std::prev(last.end());
}

}  // namespace headrace
