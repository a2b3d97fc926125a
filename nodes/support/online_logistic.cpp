#include "nodes/support/online_logistic.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace headrace {
namespace {

constexpr std::size_t weights = std::size_t(1) << feature_bits, block = 256;
constexpr std::uint64_t saved_every = 512;  // examples
constexpr double smoothing = 1, l1 = 0.02, l2 = 1e-4;

}  // namespace

OnlineLogistic::OnlineLogistic(std::string prefix, double rate, Store& store, Log& log)
    : prefix_(std::move(prefix)), rate_(rate), store_(store), log_(log), weights_(weights), sums_(weights), squares_(weights) {
  load();
}

OnlineLogistic::~OnlineLogistic() { save(); }

double OnlineLogistic::probability(const HashedFeatures& features) const {
  double sum = 0;
  for (std::size_t i = 0; i < features.buckets.size(); ++i) sum += weight_of(features.buckets[i]) * static_cast<double>(features.values[i]);
  return 1 / (1 + std::exp(-std::clamp(sum, -35.0, 35.0)));
}

double OnlineLogistic::learn(const HashedFeatures& features, bool positive) {
  const std::lock_guard lock(mutex_);
  const double before = probability(features);
  const double gradient = before - (positive ? 1 : 0);
  for (std::size_t i = 0; i < features.buckets.size(); ++i) move(features.buckets[i], gradient * static_cast<double>(features.values[i]));
  if (positive) positives_.fetch_add(1, std::memory_order_relaxed);
  if (examples_.fetch_add(1, std::memory_order_relaxed) % saved_every == saved_every - 1) save();
  return before;
}

std::vector<std::pair<std::string, double>> OnlineLogistic::reasons(HashedFeatures features) const {
  std::vector<std::pair<std::string, double>> out;
  for (std::size_t i = 0; i < features.buckets.size(); ++i)
    if (const double weight = weight_of(features.buckets[i]) * static_cast<double>(features.values[i]); weight != 0)
      out.emplace_back(std::move(features.names[i]), weight);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  return out;
}

void OnlineLogistic::move(std::uint32_t bucket, double gradient) {
  const double squares = squares_[bucket] + gradient * gradient;
  const double pull = (std::sqrt(squares) - std::sqrt(static_cast<double>(squares_[bucket]))) / rate_;
  sums_[bucket] = static_cast<float>(sums_[bucket] + gradient - pull * weight_of(bucket));
  squares_[bucket] = static_cast<float>(squares);
  set_weight(bucket);
  changed_.insert(bucket / block);
}

void OnlineLogistic::set_weight(std::size_t bucket) {
  const double sum = sums_[bucket], size = std::abs(sum) - l1;
  const double weight =
      size <= 0 ? 0 : -std::copysign(size, sum) / ((smoothing + std::sqrt(static_cast<double>(squares_[bucket]))) / rate_ + l2);
  weights_[bucket].store(static_cast<float>(weight), std::memory_order_relaxed);
}

// ---- in the store: a block of both arrays under its number; little endian, as every machine that this is built for

std::string OnlineLogistic::key_of(std::size_t number) const { return prefix_ + "weights/" + std::to_string(number); }

void OnlineLogistic::save() try {
  WriteBatch batch;
  for (const std::size_t number : changed_) {
    std::string bytes(2 * block * sizeof(float), '\0');
    std::memcpy(bytes.data(), &sums_[number * block], block * sizeof(float));
    std::memcpy(bytes.data() + block * sizeof(float), &squares_[number * block], block * sizeof(float));
    batch.put(key_of(number), std::move(bytes));
  }
  if (batch.empty()) return;
  batch.put(prefix_ + "examples", std::to_string(examples()));
  batch.put(prefix_ + "positives", std::to_string(positives()));
  store_.write(batch, Durability::buffered);
  changed_.clear();
} catch (const std::exception& error) {
  log_.event(LogLevel::warning, "model", "not_written", {{"model", prefix_}, {"why", error.what()}});
}

void OnlineLogistic::load() {
  static_assert(std::endian::native == std::endian::little);
  const std::string begin = prefix_ + "weights/";
  store_.scan(begin, [&](std::string_view key, std::string_view value) {
    const std::size_t number = std::strtoull(std::string(key.substr(begin.size())).c_str(), nullptr, 10);
    if (number >= weights / block || value.size() != 2 * block * sizeof(float)) return true;
    std::memcpy(&sums_[number * block], value.data(), block * sizeof(float));
    std::memcpy(&squares_[number * block], value.data() + block * sizeof(float), block * sizeof(float));
    for (std::size_t i = number * block; i < (number + 1) * block; ++i) set_weight(i);
    return true;
  });
  examples_ = stored_count("examples");
  positives_ = stored_count("positives");
}

std::uint64_t OnlineLogistic::stored_count(const std::string& name) const {
  const auto text = store_.get(prefix_ + name);
  return text ? std::strtoull(text->c_str(), nullptr, 10) : 0;
}

std::string explained(std::string_view reason, double probability, const std::vector<std::pair<std::string, double>>& reasons) {
  constexpr std::size_t most = 6;
  const auto number = [](double value) {
    char out[32];
    std::snprintf(out, sizeof out, "%+.2f", value);
    return std::string(out);
  };
  std::string out = std::string(reason) + ":" + number(probability);
  for (std::size_t i = 0; i < reasons.size() && i < most; ++i)
    out += (i == 0 ? " (" : ", ") + reasons[i].first + " " + number(reasons[i].second);
  return out + (reasons.empty() ? "" : ")");
}

}  // namespace headrace
