// A logistic regression over hashed features of links, learnt online.
//
//   resources:
//     link_model: {node: link_model}       # kept in the pipeline's store
//
// What it costs, and what a crash loses: nodes/support/online_logistic.hpp.
#include "nodes/poll/link/link_model.hpp"

#include "core/node.hpp"
#include "nodes/support/online_logistic.hpp"

namespace headrace {
namespace {

class LearntLinkModel final : public LinkModel {
 public:
  struct Config {
    std::int64_t least_examples = 500;
    Use<Store> store;
    static constexpr auto fields() {
      return std::tuple(
          field("least_examples", &Config::least_examples, "Nothing is called spam before so many links were judged.", in_range(0, 1e9)),
          field("store", &Config::store, "Where it is kept what was learnt."));
    }
  };
  LearntLinkModel(Config config, Services& services)
      : config_(std::move(config)), weights_("link_model/1/", 0.1, *config_.store, services.log) {}

  double spam(const LinkText& link) const override {
    return weights_.examples() < static_cast<std::uint64_t>(config_.least_examples) ? 0 : weights_.probability(link_features(link));
  }
  double learn(const LinkText& link, bool is_spam) override { return weights_.learn(link_features(link), is_spam); }
  std::vector<std::pair<std::string, double>> reasons(const LinkText& link) const override {
    return weights_.reasons(link_features(link, FeatureNames::kept));
  }

 private:
  const Config config_;
  OnlineLogistic weights_;
};

}  // namespace
HEADRACE_RESOURCE(LearntLinkModel, LinkModel, "link_model", "Tells spam from a link alone, and learns from what was found behind others.")
}  // namespace headrace
