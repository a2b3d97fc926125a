// Draws by Zipf's law, and the plain LRU cache that others are compared with.
#pragma once
#include <algorithm>
#include <list>
#include <unordered_map>
#include <vector>

#include "core/run/random.hpp"

namespace bench {

// Key k of 0 to keys - 1 comes with a probability in proportion to 1 / (k + 1).
class Zipf {
 public:
  explicit Zipf(std::size_t keys) : sums_(keys) {
    double sum = 0;
    for (std::size_t i = 0; i < keys; ++i) sums_[i] = sum += 1.0 / static_cast<double>(i + 1);
  }
  std::size_t draw(headrace::RandomNumbers& random) const {
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), random.uniform() * sums_.back());
    return std::min<std::size_t>(static_cast<std::size_t>(found - sums_.begin()), sums_.size() - 1);
  }
  // The part of all draws that falls on the first keys: no cache of that many can have more hits.
  double share(std::size_t first) const { return sums_[first - 1] / sums_.back(); }

 private:
  std::vector<double> sums_;
};

class PlainLru {
 public:
  explicit PlainLru(std::size_t entries) : entries_(entries) {}
  bool touch(std::size_t key) {  // whether it was there
    if (const auto found = index_.find(key); found != index_.end()) return order_.splice(order_.begin(), order_, found->second), true;
    order_.push_front(key);
    index_[key] = order_.begin();
    if (order_.size() > entries_) {
      index_.erase(order_.back());
      order_.pop_back();
    }
    return false;
  }

 private:
  std::size_t entries_;
  std::list<std::size_t> order_;
  std::unordered_map<std::size_t, std::list<std::size_t>::iterator> index_;
};

}  // namespace bench
