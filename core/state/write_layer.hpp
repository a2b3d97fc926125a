// Changes that lie over a store and are not in it yet, folded to one a key. Not synchronised.
#pragma once
#include <map>
#include <span>

#include "core/state/store.hpp"

namespace headrace {

class WriteLayer {
 public:
  struct Value {
    std::string text;
    Duration time_to_live{};
  };
  struct Gone {};
  struct Sum {
    std::int64_t amount = 0;  // on what lies below
  };
  using Pending = std::variant<Value, Gone, Sum>;
  using Changes = std::map<std::string, Pending, std::less<>>;
  static constexpr std::uint64_t overhead = 112;  // bytes a change takes besides key and value, about

  void apply(const WriteBatch& batch);
  void apply(const WriteLayer& later, std::string_view prefix);  // of those keys that begin with `prefix`
  void lay(std::string_view key, const Pending& later);          // of one key
  const Pending* find(std::string_view key) const;
  bool empty() const { return changes_.empty(); }
  std::uint64_t bytes() const { return bytes_; }
  const Changes& changes() const { return changes_; }
  WriteBatch batch() const;

  std::vector<std::string> sums() const;  // keys whose value depends on what lies below
  void settle(std::span<const std::string> keys, std::span<const std::optional<std::string>> below);  // makes values of sums

 private:
  void put(std::string_view key, Pending pending);
  Changes changes_;
  std::uint64_t bytes_ = 0;
};

// What a reader sees where `pending`, which may be null, lies over `below`.
std::optional<std::string> seen_over(const WriteLayer::Pending* pending, std::optional<std::string> below);
// Whether it can be said without looking below.
inline bool hides_below(const WriteLayer::Pending* pending) { return pending && !std::holds_alternative<WriteLayer::Sum>(*pending); }
// Visits what a scan of `below` from `from` sees with the layer over it.
void scan_over(const WriteLayer& layer, const StoreView& below, std::string_view prefix, std::string_view from,
               const StoreView::Visit& visit);

}  // namespace headrace
