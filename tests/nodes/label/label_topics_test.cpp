#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/topic_model.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

// Gives what it was told to, and remembers what it was asked.
class FakeModel : public TopicModel {
 public:
  explicit FakeModel(std::vector<Topic> topics) : topics_(std::move(topics)) {}
  std::vector<Topic> score(const TopicDocument& document) const override {
    asked = std::string(document.title) + "/" + std::string(document.text) + "/" + std::string(document.language);
    return topics_;
  }
  mutable std::string asked;

 private:
  std::vector<Topic> topics_;
};

Article article(std::optional<std::string> title, std::optional<std::string> text, std::optional<std::string> language = {}) {
  Article out;
  out.title = std::move(title), out.text = std::move(text), out.language = std::move(language);
  return out;
}

std::string names(const std::vector<Topic>& topics) {
  std::string out;
  for (const Topic& topic : topics) (out += out.empty() ? "" : " ") += topic.topic;
  return out;
}

}  // namespace

TEST_CASE("label_topics: best first, ties by name, weak ones dropped") {
  TestNode label("label_topics", "{min_score: 0.3}");
  label.use<TopicModel>(
      "model", std::make_shared<FakeModel>(std::vector<Topic>{{"weak", 0.29}, {"b", 0.5}, {"a", 0.5}, {"top", 0.9}, {"edge", 0.3}}));
  CHECK(names(label.given<"article">(article("t", "x")).call<std::vector<Topic>>().value()) == "top a b edge");
}

TEST_CASE("label_topics: absent members are empty, the language key rules over the article's") {
  const auto model = std::make_shared<FakeModel>(std::vector<Topic>{});
  TestNode label("label_topics");
  label.use<TopicModel>("model", model);
  label.given<"article">(article({}, {})).call<std::vector<Topic>>();
  CHECK(model->asked == "//");
  label.given<"article">(article("Tide", "x", "de")).call<std::vector<Topic>>();
  CHECK(model->asked == "Tide/x/de");
  label.given<"language">("en").call<std::vector<Topic>>();
  CHECK(model->asked == "Tide/x/en");
}

TEST_CASE("label_topics: a missing model is said so") {
  TestNode label("label_topics");
  CHECK_THROWS_WITH_AS(label.node(), doctest::Contains("has no model"), std::exception);
}
