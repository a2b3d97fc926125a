// How many pages of a host may still be fetched today (UTC).
//
// Counts in memory, and from what earlier runs have left for a host that is first met; any thread. Hosts of days gone by are
// forgotten, so memory is bounded by the hosts of one day.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace headrace {

class HostBudget {
 public:
  explicit HostBudget(int per_day) : per_day_(per_day) {}

  // Takes one page of `host` on `day`, as in 2026-04-07. Gives what to keep in the store for later runs; nothing when none is left.
  // `stored` is what they kept; it is looked at when the host is new here.
  template <class Stored> std::optional<std::string> take(const std::string& host, const std::string& day, const Stored& stored) {
    const std::lock_guard lock(mutex_);
    if (day != day_) day_ = day, taken_.clear();
    const auto [at, fresh] = taken_.try_emplace(host, 0);
    if (fresh) at->second = count_of(stored(), day);
    if (at->second >= per_day_) return std::nullopt;
    return day + " " + std::to_string(++at->second);
  }

 private:
  static int count_of(const std::optional<std::string>& stored, std::string_view day) {
    return stored && stored->starts_with(day) && stored->size() > day.size() ? std::atoi(stored->c_str() + day.size()) : 0;
  }

  const int per_day_;
  std::mutex mutex_;
  std::string day_;
  std::unordered_map<std::string, int> taken_;
};

}  // namespace headrace
