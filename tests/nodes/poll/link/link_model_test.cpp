// Spam told from links alone: a made-up stream of links, judged one by one before their labels are learnt.
#include <doctest/doctest.h>

#include <random>

#include "core/state/store.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/link/link_model.hpp"
#include "tests/nodes/poll/link/link_stream.hpp"
#include "tests/support/resources.hpp"

using namespace headrace;
using headrace::testing::LinkStream;
using headrace::testing::TestNode;

namespace {

struct Links {
  std::shared_ptr<Store> store = make_memory_store();
  std::shared_ptr<LinkModel> model = open();
  std::shared_ptr<LinkModel> open(const std::string& config = "{}") {
    return testing::make_resource<LinkModel>("link_model", config, {{"store", store}});
  }
};

}  // namespace

TEST_CASE_FIXTURE(Links, "link_model: of a stream at most 5 % of the spam passes and 1 % of the rest is dropped, once it has learnt") {
  LinkStream stream;
  int spam = 0, passed = 0, good = 0, dropped = 0;
  for (int i = 0; i < 12'000; ++i) {
    const LinkStream::Item item = stream.next();
    const bool refused = model->spam({item.url, item.title}) > 0.9;
    if (i >= 6'000) {
      (item.spam ? spam : good) += 1;
      passed += item.spam && !refused;
      dropped += !item.spam && refused;
    }
    model->learn({item.url, item.title}, item.spam);
  }
  CAPTURE(spam);
  CAPTURE(passed);
  CAPTURE(good);
  CAPTURE(dropped);
  CHECK(passed <= spam / 20);
  CHECK(dropped <= good / 100);
}

TEST_CASE_FIXTURE(Links, "link_model: it says nothing before it has learnt enough, and then remembers it in the store") {
  const LinkText bad{"https://slots.example/bonus", "Jackpot bonus"};
  for (int i = 0; i < 499; ++i) model->learn(i % 2 ? bad : LinkText{"https://harbour.example/ferry", "Ferry"}, i % 2 == 1);
  CHECK(model->spam(bad) == 0);
  model->learn(bad, true);
  const double learnt = model->spam(bad);
  CHECK(learnt > 0.9);
  model.reset();  // closes it
  CHECK(open()->spam(bad) == doctest::Approx(learnt).epsilon(1e-6));
}

TEST_CASE_FIXTURE(Links, "link_model: reasons name what it looked at") {
  for (int i = 0; i < 600; ++i) {
    model->learn({"https://slots.example/bonus", "Jackpot"}, true);
    model->learn({"https://harbour.example/ferry", "Ferry"}, false);
  }
  const auto reasons = model->reasons({"https://slots.example/ferry", "Jackpot"});
  REQUIRE(!reasons.empty());
  const auto weight_of = [&](const std::string& name) {
    for (const auto& [each, weight] : reasons)
      if (each == name) return weight;
    return 0.0;
  };
  CHECK(weight_of("domain slots.example") > 0);
  CHECK(weight_of("title word jackpot") > 0);
  CHECK(weight_of("path word ferry") < 0);
}

TEST_CASE("link_features: any text has some, and never too many") {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string url, title;
    for (unsigned i = random() % 300; i > 0; --i) url += static_cast<char>(random());
    for (unsigned i = random() % 300; i > 0; --i) title += static_cast<char>(random());
    const HashedFeatures features = link_features({url, title}, FeatureNames::kept);
    CHECK(!features.buckets.empty());
    CHECK(features.buckets.size() <= 160);
    CHECK(features.names.size() == features.buckets.size());
    for (const std::uint32_t bucket : features.buckets) CHECK(bucket < (1u << feature_bits));
  }
  CHECK(link_features({std::string(1 << 20, '/'), std::string(1 << 20, 'a')}).buckets.size() <= 160);
}

TEST_CASE_FIXTURE(Links, "judge_link: drops spam, says why when asked, and lets a share of it pass to learn from") {
  for (int i = 0; i < 1000; ++i) {
    model->learn({"https://slots.example/bonus", "Jackpot"}, true);
    model->learn({"https://harbour.example/ferry", "Ferry"}, false);
  }
  const auto ask = [&](const std::string& config, const std::string& identity, int times) {
    TestNode node("judge_link", config);
    node.use<LinkModel>("link_model", model).given<"identity">(identity).given<"title">("Jackpot");
    int passed = 0;
    std::string reason;
    for (int i = 0; i < times; ++i) {
      const auto answer = node.call<double>();
      if (answer.status() == Status::ready) ++passed;
      else reason = answer.reason();
    }
    return std::pair(passed, reason);
  };
  CHECK(ask("{explore: 0}", "https://slots.example/bonus", 50) == std::pair(0, std::string("spam")));
  CHECK(ask("{explore: 0, most_spam: 1}", "https://slots.example/bonus", 5).first == 5);
  CHECK(ask("{explore: 0, explain: true}", "https://slots.example/bonus", 1).second.find("domain slots.example +") != std::string::npos);
  const int explored = ask("{explore: 0.1}", "https://slots.example/bonus", 2000).first;
  CHECK(explored > 120);
  CHECK(explored < 300);
}

TEST_CASE_FIXTURE(Links, "learn_link: teaches the model that it is given") {
  model = open("{least_examples: 0}");
  const LinkText link{"https://slots.example/bonus"};
  TestNode node("learn_link");
  node.use<LinkModel>("link_model", model).given<"identity">(std::string(link.url)).given<"spam">(true);
  double before = model->spam(link);
  CHECK(before == 0.5);
  for (int i = 0; i < 20; ++i) {
    CHECK(node.call_sink() == Status::ready);
    CHECK(model->spam(link) > before);
    before = model->spam(link);
  }
}
