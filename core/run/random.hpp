// Chance as a service: the same seed gives the same numbers, on every machine.
#pragma once
#include <cstdint>
#include <string_view>

namespace headrace {

// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, small, fast, good enough for jitter and sampling; not for secrets.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // in [0, 1)
  std::uint64_t below(std::uint64_t bound) { return static_cast<std::uint64_t>(uniform() * static_cast<double>(bound)); }

 private:
  std::uint64_t state_;
};

}  // namespace headrace
