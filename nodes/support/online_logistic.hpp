// A logistic regression over hashed features that learns from one example after the other and is kept in a store.
//
//   OnlineLogistic model("link_model/1/", 0.1, store, log);
//   model.learn(features, true);
//   const double likely = model.probability(features);
//
// The learning rule is FTRL-Proximal with a rate for each weight (McMahan et al., "Ad Click Prediction: a View from the Trenches",
// KDD 2013, algorithm 1): rare features move fast, frequent ones settle. 2^18 weights, 3 MiB, whatever it learns. The same examples
// in the same order give the same weights.
//
// Any thread may call any member: weights are read without a lock, learning takes one. What was learnt is written to the store every
// 512 examples and by the destructor; a crash loses the rest.
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/run/log.hpp"
#include "core/state/store.hpp"
#include "nodes/support/hashed_features.hpp"

namespace headrace {

class OnlineLogistic {
 public:
  // `prefix` begins its keys in the store: the name of the model, and a number that changes when its features do, as in
  // "link_model/1/". `rate`: how far one example moves it; the fewer there will be, the further. Store and log outlive the model.
  OnlineLogistic(std::string prefix, double rate, Store& store, Log& log);
  ~OnlineLogistic();

  double probability(const HashedFeatures& features) const;     // in 0..1; a half for what it knows nothing of
  double learn(const HashedFeatures& features, bool positive);  // gives what probability() would have said before
  // What speaks for (positive) and against it, in log odds, strongest first. The features have names.
  std::vector<std::pair<std::string, double>> reasons(HashedFeatures features) const;

  std::uint64_t examples() const { return examples_.load(std::memory_order_relaxed); }
  std::uint64_t positives() const { return positives_.load(std::memory_order_relaxed); }  // among them

 private:
  double weight_of(std::uint32_t bucket) const { return weights_[bucket].load(std::memory_order_relaxed); }
  void move(std::uint32_t bucket, double gradient);
  void set_weight(std::size_t bucket);
  std::string key_of(std::size_t block) const;
  std::uint64_t stored_count(const std::string& name) const;
  void save();
  void load();

  const std::string prefix_;
  const double rate_;
  Store& store_;
  Log& log_;
  std::mutex mutex_;
  std::atomic<std::uint64_t> examples_{0}, positives_{0};
  std::vector<std::atomic<float>> weights_;
  std::vector<float> sums_, squares_;  // FTRL's z and n
  std::set<std::size_t> changed_;      // blocks of weights, since they were written
};

// The reason of a drop that says why: "spam:+0.97 (domain slots.example +1.20, title word jackpot +0.71)", six at most.
std::string explained(std::string_view reason, double probability, const std::vector<std::pair<std::string, double>>& reasons);

}  // namespace headrace
