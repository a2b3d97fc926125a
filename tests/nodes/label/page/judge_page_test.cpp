#include <doctest/doctest.h>

#include <random>

#include "core/state/store.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/page/page_model.hpp"
#include "nodes/poll/link/link_model.hpp"
#include "tests/support/resources.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

Article article_of(std::string title, std::string text) {
  Article out;
  out.title = std::move(title);
  out.text = std::move(text);
  return out;
}

const Article bad = article_of("Jackpot bonus", "Free spins! Claim the jackpot bonus now! Free bonus, free spins, free jackpot!");
const Article good =
    article_of("Ferry sails again", "The ferry to the island sails again since this morning, after a week in which the wind allowed none.");

struct Pages {
  std::shared_ptr<Store> store = make_memory_store();
  std::shared_ptr<PageModel> model = open();
  std::shared_ptr<LinkModel> links =
      testing::make_resource<LinkModel>("link_model", "{least_examples: 0}", {{"store", make_memory_store()}});

  std::shared_ptr<PageModel> open(const std::string& config = "{}") {
    return testing::make_resource<PageModel>("page_model", config, {{"store", store}});
  }
  void teach(int each) {
    for (int i = 0; i < each; ++i) model->learn({{}, &bad, nullptr}, true), model->learn({{}, &good, nullptr}, false);
  }
};

struct Asked {
  int passed = 0;
  std::string reason;
};

Asked ask(Pages& pages, const std::string& config, const Article& article, int times, std::optional<std::string> identity = {}) {
  TestNode node("judge_page", config);
  node.use<PageModel>("page_model", pages.model).use<LinkModel>("link_model", pages.links).given<"article">(article);
  if (identity) node.given<"identity">(*identity).given<"title">("Jackpot");
  Asked out;
  for (int i = 0; i < times; ++i) {
    const auto answer = node.call<double>();
    if (answer.status() == Status::ready) ++out.passed;
    else out.reason = answer.reason();
  }
  return out;
}

}  // namespace

TEST_CASE_FIXTURE(Pages, "page_model: calls nothing spam before it knows enough of both kinds, and then remembers it in the store") {
  const PageContent page{{}, &bad, nullptr};
  for (int i = 0; i < 500; ++i) model->learn(page, true);
  CHECK(model->spam(page) == 0);  // whoever knows only spam takes all for it
  for (int i = 0; i < 99; ++i) model->learn({{}, &good, nullptr}, false);
  CHECK(model->spam(page) == 0);
  model->learn({{}, &good, nullptr}, false);
  const double learnt = model->spam(page);
  CHECK(learnt > 0.8);
  CHECK(model->spam({{}, &good, nullptr}) < 0.1);
  model.reset();  // closes it
  CHECK(open()->spam(page) == doctest::Approx(learnt).epsilon(1e-6));
}

TEST_CASE_FIXTURE(Pages, "page_model: the same lessons in the same order give the same answers") {
  const auto answers = [](const std::shared_ptr<PageModel>& from) {
    std::vector<double> out;
    for (int i = 0; i < 50; ++i) {
      const Article& article = i % 3 == 0 ? bad : good;
      out.push_back(from->learn({"https://a.example/" + std::to_string(i), &article, nullptr}, i % 3 == 0));
    }
    return out;
  };
  store = make_memory_store();
  const auto first = answers(open());
  store = make_memory_store();
  CHECK(answers(open()) == first);
}

TEST_CASE_FIXTURE(Pages, "judge_page: drops spam and nothing else, and lets a share of it pass") {
  CHECK(ask(*this, "{explore: 0}", bad, 5).passed == 5);  // an untaught model drops nothing
  teach(200);
  CHECK(ask(*this, "{explore: 0}", good, 5).passed == 5);
  const Asked asked = ask(*this, "{explore: 0}", bad, 5);
  CHECK(asked.passed == 0);
  CHECK(asked.reason == "spam");
  CHECK(ask(*this, "{explore: 0, most_spam: 1}", bad, 5).passed == 5);
  const int explored = ask(*this, "{explore: 0.1}", bad, 2000).passed;
  CHECK(explored > 120);
  CHECK(explored < 300);
}

TEST_CASE_FIXTURE(Pages, "judge_page: says why when asked") {
  teach(200);
  const std::string reason = ask(*this, "{explore: 0, explain: true}", bad, 1).reason;
  CAPTURE(reason);
  CHECK(reason.starts_with("spam:+"));
  CHECK(reason.find("word jackpot +") != std::string::npos);
}

TEST_CASE_FIXTURE(Pages,
                  "judge_page: the link model hears of what is dropped where it is known by which link it came, and of nothing else") {
  teach(200);
  const LinkText link{"https://slots.example/bonus", "Jackpot"};
  ask(*this, "{explore: 0}", bad, 20);
  ask(*this, "{explore: 0}", good, 20, std::string(link.url));
  CHECK(links->spam(link) == 0.5);
  ask(*this, "{explore: 0}", bad, 20, std::string(link.url));
  CHECK(links->spam(link) > 0.9);
}

TEST_CASE_FIXTURE(Pages, "learn_page: teaches the model that it is given") {
  model = open("{least_examples: 0}");
  TestNode node("learn_page");
  node.use<PageModel>("page_model", model).given<"article">(bad).given<"spam">(true);
  double before = model->spam({{}, &bad, nullptr});
  CHECK(before == 0.5);
  for (int i = 0; i < 20; ++i) {
    CHECK(node.call_sink() == Status::ready);
    CHECK(model->spam({{}, &bad, nullptr}) > before);
    before = model->spam({{}, &bad, nullptr});
  }
}

TEST_CASE("page_features: any page has some, and never too many") {
  std::mt19937 random(3);
  const auto bytes = [&](unsigned most) {
    std::string out;
    for (unsigned i = random() % most; i > 0; --i)
      out += "<>a\"'= /!.\n0"[random() % 12] + static_cast<char>(random() % 4 == 0 ? random() % 256 : 0);
    return out;
  };
  for (int round = 0; round < 500; ++round) {
    const Article article = article_of(bytes(300), bytes(3000));
    const Page page{bytes(100), Bytes(bytes(3000)), {}, 200};
    const std::string identity = bytes(100);
    const HashedFeatures features = page_features({identity, &article, &page}, FeatureNames::kept);
    CHECK(!features.buckets.empty());
    CHECK(features.buckets.size() <= 1000);
    CHECK(features.names.size() == features.buckets.size());
    CHECK(features.values.size() == features.buckets.size());
    for (const std::uint32_t bucket : features.buckets) CHECK(bucket < (1u << feature_bits));
  }
  const Article none;
  CHECK(!page_features({{}, &none, nullptr}).buckets.empty());
  CHECK(page_features({}).buckets.size() == 1);
}
