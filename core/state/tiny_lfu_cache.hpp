// The keys most worth keeping in a bounded memory: W-TinyLFU (Einziger, Friedman and Manes 2017).
//
// A newcomer enters a small window. What leaves the window is admitted only if it was asked for more often, of late, than
// what would have to go: a scan over cold keys, or the long tail of a Zipf distribution, cannot wash the hot ones out. Those
// asked for again are protected from those that were not. Not synchronised.
#pragma once
#include <array>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/state/frequency_sketch.hpp"

namespace headrace {

struct CacheLimits {
  std::size_t entries = 100'000;
  std::uint64_t bytes = 64u << 20;  // keys, values and what is spent on keeping them
};

class TinyLfuCache {
 public:
  using Value = std::optional<std::string>;       // nothing: the key is known to be absent
  static constexpr std::uint64_t overhead = 160;  // bytes an entry takes besides key and value, about

  explicit TinyLfuCache(CacheLimits limits);
  const Value* find(std::string_view key);         // counts as a use; lives until the next call
  void insert(std::string_view key, Value value);  // or replaces; may keep neither the new nor the old value
  std::optional<Value> take(std::string_view key);
  std::size_t entries() const { return index_.size(); }
  std::uint64_t bytes() const { return segments_[window].bytes + main_bytes(); }

 private:
  enum Segment : std::size_t { window, probation, guarded };
  struct Entry {
    std::string key;
    Value value;
    std::uint64_t hash;
    Segment segment;
    std::uint64_t bytes() const { return key.size() + (value ? value->size() : 0) + overhead; }
  };
  using Entries = std::list<Entry>;
  struct List {
    Entries entries;  // the latest first
    std::uint64_t bytes = 0;
  };

  static bool over(std::size_t entries, std::uint64_t bytes, const CacheLimits& limits) {
    return entries > limits.entries || bytes > limits.bytes;
  }
  std::size_t main_entries() const { return segments_[probation].entries.size() + segments_[guarded].entries.size(); }
  std::uint64_t main_bytes() const { return segments_[probation].bytes + segments_[guarded].bytes; }
  void move(Entries::iterator entry, Segment to);
  void erase(Entries::iterator entry);
  void trim();
  void offer(Entries::iterator candidate);
  Entries::iterator victim();  // end() of nothing when the main part is empty: ask main_entries() first

  CacheLimits window_, main_, guarded_;
  std::array<List, 3> segments_;
  std::unordered_map<std::string_view, Entries::iterator> index_;  // the views are of the entries' keys
  FrequencySketch sketch_;
};

}  // namespace headrace
