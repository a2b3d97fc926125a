#include "nodes/support/hashed_features.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>

namespace headrace {

FeatureCollector::FeatureCollector(std::size_t most, FeatureNames names)
    : most_(most), names_(names), table_(std::bit_ceil(2 * most + 1)) {}

void FeatureCollector::add(std::string_view kind, std::string_view value) {
  if (size() >= most_) return;
  text_.assign(kind).append(value.substr(0, 80));
  const auto bucket = static_cast<std::uint32_t>(XXH3_64bits(text_.data(), text_.size()) >> (64 - feature_bits));
  if (!is_new(bucket)) return;
  out_.buckets.push_back(bucket);
  out_.values.push_back(value_);
  if (names_ == FeatureNames::kept) out_.names.push_back(text_);
}

bool FeatureCollector::is_new(std::uint32_t bucket) {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = bucket & mask;; at = (at + 1) & mask) {
    if (table_[at] == bucket + 1) return false;
    if (table_[at] != 0) continue;
    table_[at] = bucket + 1;
    return true;
  }
}

std::string magnitude(std::size_t number) {
  int out = 0;
  while (number > 1) number /= 2, ++out;
  return std::to_string(out);
}

}  // namespace headrace
