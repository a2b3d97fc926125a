// What a linear model looks at: named features, each hashed to the number of a weight.
//
//   FeatureCollector out(160);
//   out.add("title word ", "ferry");
//   const HashedFeatures features = out.take();
//
// A feature counts once, however often it is added; two whose names hash alike are one. One thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

inline constexpr int feature_bits = 18;

struct HashedFeatures {
  std::vector<std::uint32_t> buckets;  // each once, below 1 << feature_bits
  std::vector<float> values;           // of the same: how much each counts
  std::vector<std::string> names;      // of the same; only when asked for
};

enum class FeatureNames { left_out, kept };

class FeatureCollector {
 public:
  // Features behind the first `most` are left out.
  explicit FeatureCollector(std::size_t most, FeatureNames names = FeatureNames::left_out);
  void add(std::string_view kind, std::string_view value);  // of the value, the first 80 bytes
  void weigh(float value) { value_ = value; }               // how much those count that are added from now on; 1 at first
  std::size_t size() const { return out_.buckets.size(); }
  HashedFeatures take() { return std::move(out_); }

 private:
  bool is_new(std::uint32_t bucket);

  const std::size_t most_;
  const FeatureNames names_;
  float value_ = 1;
  std::string text_;
  std::vector<std::uint32_t> table_;  // open addressing: bucket + 1, or 0
  HashedFeatures out_;
};

// 0, 1, 2, 3, 4 for what is below 2, 4, 8, 16 ...: magnitudes, not numbers, are what spam has in common.
std::string magnitude(std::size_t number);

}  // namespace headrace
