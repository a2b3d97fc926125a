// How often keys were asked for of late, in eight bytes a key that the cache can hold.
//
// A count-min sketch (Cormode and Muthukrishnan 2005) of four-bit counters, all halved after ten touches a key: what was
// popular long ago fades (TinyLFU: Einziger, Friedman and Manes 2017). Not synchronised.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace headrace {

class FrequencySketch {
 public:
  explicit FrequencySketch(std::size_t capacity)
      : words_(std::bit_ceil(std::max<std::size_t>(capacity, 16))), touches_until_aged_(10 * words_.size()) {}

  void touch(std::uint64_t hash) {
    bool counted = false;
    for (unsigned row = 0; row < kRows; ++row) {
      const Place place = place_of(hash, row);
      if (get(place) == kMost) continue;
      words_[place.word] += std::uint64_t{1} << place.shift;
      counted = true;
    }
    if (counted && --touches_until_aged_ == 0) age();
  }

  // Too high when keys share all their counters, never too low but for the fading. At most 15.
  unsigned estimate(std::uint64_t hash) const {
    unsigned least = kMost;
    for (unsigned row = 0; row < kRows; ++row) least = std::min(least, get(place_of(hash, row)));
    return least;
  }

 private:
  static constexpr unsigned kRows = 4, kMost = 15;
  struct Place {
    std::size_t word;
    unsigned shift;
  };
  // Each row has four of a word's sixteen counters to itself.
  Place place_of(std::uint64_t hash, unsigned row) const {
    std::uint64_t mixed = (hash + row) * 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93u;
    mixed ^= mixed >> 32;
    return {static_cast<std::size_t>(mixed) & (words_.size() - 1), static_cast<unsigned>(row * 16 + (mixed >> 62) * 4)};
  }
  unsigned get(const Place& place) const { return static_cast<unsigned>(words_[place.word] >> place.shift) & kMost; }
  void age() {
    for (std::uint64_t& word : words_) word = word >> 1 & 0x7777777777777777u;
    touches_until_aged_ = 5 * words_.size();  // half of what was counted is still there
  }

  std::vector<std::uint64_t> words_;
  std::size_t touches_until_aged_;
};

}  // namespace headrace
