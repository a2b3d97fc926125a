// Labels a document with its topics.
//
//   topics: {node: label_topics, in: {language: article.language}, model: topics.yaml}
#include <algorithm>

#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/topic_model.hpp"

namespace headrace {

namespace {

class LabelTopics {
 public:
  struct Config {
    double min_score = 0.2;
    Use<TopicModel> model;
    static constexpr auto fields() {
      return std::tuple(field("min_score", &Config::min_score, "Weaker labels are dropped.", in_range(0, 1)),
                        field("model", &Config::model, "A resource, or the file of one."));
    }
  };

  explicit LabelTopics(Config config) : config_(std::move(config)) {
    if (!config_.model)
      throw NodeError("missing_value", "label_topics has no model: name a resource or the file of one, as in 'model: topics.yaml'");
  }

  std::vector<Topic> operator()(In<"article"> article, Opt<"language"> language) const {
    const auto view = [](const std::optional<std::string>& text) { return text ? std::string_view(*text) : std::string_view{}; };
    std::vector<Topic> topics =
        config_.model->score({view(article->title), view(article->text), language ? std::string_view(*language) : view(article->language)});
    std::erase_if(topics, [this](const Topic& topic) { return topic.score < config_.min_score; });
    std::sort(topics.begin(), topics.end(),
              [](const Topic& a, const Topic& b) { return a.score != b.score ? a.score > b.score : a.topic < b.topic; });
    return topics;
  }

 private:
  Config config_;
};

}  // namespace

HEADRACE_NODE(LabelTopics, "label_topics", "Labels a document with topics.")

}  // namespace headrace
