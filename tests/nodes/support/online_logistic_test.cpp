#include "nodes/support/online_logistic.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "core/state/forwarding_store.hpp"

using namespace headrace;

namespace {

HashedFeatures features_of(std::initializer_list<std::string_view> names, float value = 1) {
  FeatureCollector out(100, FeatureNames::kept);
  out.weigh(value);
  for (const std::string_view name : names) out.add("", name);
  return out.take();
}

class FullStore final : public ForwardingStore {
 public:
  FullStore() : ForwardingStore(make_memory_store()) {}
  void write(const WriteBatch& batch, Durability durability) override {
    if (full) throw StoreError("the disk is full");
    ForwardingStore::write(batch, durability);
  }
  bool full = false;
};

}  // namespace

TEST_CASE("feature_collector: each feature once, no more than it may, with the weight of its time") {
  FeatureCollector out(3, FeatureNames::kept);
  out.add("word ", "tide");
  out.weigh(0.5);
  out.add("word ", "tide");
  out.add("word ", "ebb");
  out.add("word ", std::string(500, 'x'));
  out.add("word ", "late");
  const HashedFeatures features = out.take();
  CHECK(features.names == std::vector<std::string>{"word tide", "word ebb", "word " + std::string(80, 'x')});
  CHECK(features.values == std::vector<float>{1, 0.5, 0.5});
}

TEST_CASE("online_logistic: moves towards what it is taught, by as much as a feature counts") {
  const auto store = make_memory_store();
  OnlineLogistic model("m/", 0.1, *store, silent_log());
  CHECK(model.learn(features_of({"a"}), true) == 0.5);
  CHECK(model.probability(features_of({"a"})) > 0.5);
  CHECK(model.probability(features_of({"b"})) == 0.5);
  model.learn(features_of({"b"}, 0.5), true);
  CHECK(model.probability(features_of({"b"})) < model.probability(features_of({"a"})));
  model.learn(features_of({"c"}), false);
  CHECK(model.probability(features_of({"c"})) < 0.5);
  CHECK(model.examples() == 3);
  CHECK(model.positives() == 2);
  CHECK(model.reasons(features_of({"a", "c", "unknown"})).size() == 2);
}

TEST_CASE("online_logistic: a closed model is there again, two in one store are apart, and damage in the store is left out") {
  const auto store = make_memory_store();
  const HashedFeatures tide = features_of({"tide"});
  double learnt = 0;
  {
    OnlineLogistic first("first/1/", 0.1, *store, silent_log()), second("second/1/", 0.5, *store, silent_log());
    for (int i = 0; i < 30; ++i) first.learn(tide, true), second.learn(tide, false);
    learnt = first.probability(tide);
  }
  WriteBatch damage;
  damage.put("first/1/weights/99999999", std::string(2048, 'x'));
  damage.put("first/1/weights/7", "short");
  store->write(damage, Durability::buffered);
  const OnlineLogistic again("first/1/", 0.1, *store, silent_log());
  CHECK(again.probability(tide) == doctest::Approx(learnt));
  CHECK(again.examples() == 30);
  CHECK(again.positives() == 30);
  CHECK(OnlineLogistic("second/1/", 0.5, *store, silent_log()).probability(tide) < 0.5);
  CHECK(OnlineLogistic("third/1/", 0.5, *store, silent_log()).examples() == 0);
}

TEST_CASE("online_logistic: learns on while the store cannot be written, and writes all of it when it can") {
  FullStore store;
  const HashedFeatures tide = features_of({"tide"});
  {
    OnlineLogistic model("m/", 0.1, store, silent_log());
    store.full = true;
    for (int i = 0; i < 600; ++i) model.learn(tide, true);
    store.full = false;
  }
  CHECK(OnlineLogistic("m/", 0.1, store, silent_log()).examples() == 600);
}

TEST_CASE("explained: the probability, and six reasons at most") {
  CHECK(explained("spam", 0.97, {}) == "spam:+0.97");
  CHECK(explained("spam", 0.97, {{"a", 1.204}, {"b", -0.5}}) == "spam:+0.97 (a +1.20, b -0.50)");
  const std::vector<std::pair<std::string, double>> many(20, {"x", 1});
  CHECK(explained("spam", 1, many) == "spam:+1.00 (x +1.00, x +1.00, x +1.00, x +1.00, x +1.00, x +1.00)");
}
