// A logistic regression over hashed features of links, learnt online.
//
//   resources:
//     link_model: {node: link_model}       # kept in the pipeline's store
//
// The learning rule is FTRL-Proximal with a rate for each weight (McMahan et al., "Ad Click Prediction: a View from the Trenches",
// KDD 2013, algorithm 1): rare features move fast, frequent ones settle. 2^18 weights, 3 MiB. Weights are read without a lock;
// learning takes one. What was learnt is written to the store every few hundred examples and at the end; a crash loses the rest.
#include "nodes/poll/link/link_model.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <mutex>
#include <set>

#include "core/node.hpp"
#include "core/state/store.hpp"

namespace headrace {
namespace {

constexpr std::size_t weights = std::size_t(1) << link_feature_bits, block = 256;
constexpr std::uint64_t saved_every = 512;  // examples
constexpr double rate = 0.1, smoothing = 1, l1 = 0.02, l2 = 1e-4;
const std::string prefix = "link_model/1/";  // 1: these features, this hash

class LearntLinkModel final : public LinkModel {
 public:
  struct Config {
    std::int64_t least_examples = 500;
    Use<Store> store;
    static constexpr auto fields() {
      return std::tuple(field("least_examples", &Config::least_examples, "Nothing is called spam before so many links were judged.", in_range(0, 1e9)),
                        field("store", &Config::store, "Where it is kept what was learnt."));
    }
  };
  LearntLinkModel(Config config, Services& services)
      : config_(std::move(config)), log_(services.log), weights_(weights), sums_(weights), squares_(weights) {
    load();
  }
  ~LearntLinkModel() override { save(); }

  double spam(const LinkText& link) const override {
    if (examples_.load(std::memory_order_relaxed) < static_cast<std::uint64_t>(config_.least_examples)) return 0;
    return probability(link_features(link).buckets);
  }

  double learn(const LinkText& link, bool is_spam) override {
    const LinkFeatures features = link_features(link);
    const std::lock_guard lock(mutex_);
    const double before = probability(features.buckets);
    const double gradient = before - (is_spam ? 1 : 0);
    for (const std::uint32_t bucket : features.buckets) move(bucket, gradient);
    if (examples_.fetch_add(1, std::memory_order_relaxed) % saved_every == saved_every - 1) save();
    return before;
  }

  std::vector<std::pair<std::string, double>> reasons(const LinkText& link) const override {
    LinkFeatures features = link_features(link, FeatureNames::kept);
    std::vector<std::pair<std::string, double>> out;
    for (std::size_t i = 0; i < features.buckets.size(); ++i)
      if (const double weight = weight_of(features.buckets[i]); weight != 0) out.emplace_back(std::move(features.names[i]), weight);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
    return out;
  }

 private:
  double weight_of(std::uint32_t bucket) const { return weights_[bucket].load(std::memory_order_relaxed); }

  double probability(const std::vector<std::uint32_t>& buckets) const {
    double sum = 0;
    for (const std::uint32_t bucket : buckets) sum += weight_of(bucket);
    return 1 / (1 + std::exp(-std::clamp(sum, -35.0, 35.0)));
  }

  void move(std::uint32_t bucket, double gradient) {
    const double squares = squares_[bucket] + gradient * gradient;
    const double pull = (std::sqrt(squares) - std::sqrt(static_cast<double>(squares_[bucket]))) / rate;
    sums_[bucket] = static_cast<float>(sums_[bucket] + gradient - pull * weight_of(bucket));
    squares_[bucket] = static_cast<float>(squares);
    set_weight(bucket);
    changed_.insert(bucket / block);
  }
  void set_weight(std::size_t bucket) {
    const double sum = sums_[bucket], size = std::abs(sum) - l1;
    const double weight = size <= 0 ? 0 : -std::copysign(size, sum) / ((smoothing + std::sqrt(static_cast<double>(squares_[bucket]))) / rate + l2);
    weights_[bucket].store(static_cast<float>(weight), std::memory_order_relaxed);
  }

  // ---- in the store: a block of both arrays under its number; little endian, as every machine that this is built for

  static std::string key_of(std::size_t number) { return prefix + "weights/" + std::to_string(number); }

  void save() try {
    WriteBatch batch;
    for (const std::size_t number : changed_) {
      std::string bytes(2 * block * sizeof(float), '\0');
      std::memcpy(bytes.data(), &sums_[number * block], block * sizeof(float));
      std::memcpy(bytes.data() + block * sizeof(float), &squares_[number * block], block * sizeof(float));
      batch.put(key_of(number), std::move(bytes));
    }
    if (batch.empty()) return;
    batch.put(prefix + "examples", std::to_string(examples_.load()));
    config_.store->write(batch, Durability::buffered);
    changed_.clear();
  } catch (const std::exception& error) {
    log_.event(LogLevel::warning, "link_model", "not_written", {{"why", error.what()}});
  }

  void load() {
    static_assert(std::endian::native == std::endian::little);
    const std::string begin = prefix + "weights/";
    config_.store->scan(begin, [&](std::string_view key, std::string_view value) {
      const std::size_t number = std::strtoull(std::string(key.substr(begin.size())).c_str(), nullptr, 10);
      if (number >= weights / block || value.size() != 2 * block * sizeof(float)) return true;
      std::memcpy(&sums_[number * block], value.data(), block * sizeof(float));
      std::memcpy(&squares_[number * block], value.data() + block * sizeof(float), block * sizeof(float));
      for (std::size_t i = number * block; i < (number + 1) * block; ++i) set_weight(i);
      return true;
    });
    if (const auto examples = config_.store->get(prefix + "examples")) examples_ = std::strtoull(examples->c_str(), nullptr, 10);
  }

  Config config_;
  Log& log_;
  std::mutex mutex_;
  std::atomic<std::uint64_t> examples_{0};
  std::vector<std::atomic<float>> weights_;
  std::vector<float> sums_, squares_;  // FTRL's z and n
  std::set<std::size_t> changed_;      // blocks
};

}  // namespace
HEADRACE_RESOURCE(LearntLinkModel, LinkModel, "link_model", "Tells spam from a link alone, and learns from what was found behind others.")
}  // namespace headrace
