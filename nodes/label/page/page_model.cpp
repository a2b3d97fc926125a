// A logistic regression over hashed features of pages, learnt online.
//
//   resources:
//     page_model: {node: page_model}       # kept in the pipeline's store
//
// What it costs, and what a crash loses: nodes/support/online_logistic.hpp. It has to know both kinds: taught with spam alone, it would
// call every page spam.
#include "nodes/label/page/page_model.hpp"

#include <algorithm>

#include "core/node.hpp"
#include "core/state/store.hpp"
#include "nodes/support/online_logistic.hpp"

namespace headrace {
namespace {

class LearntPageModel final : public PageModel {
 public:
  struct Config {
    std::int64_t least_examples = 100;
    Use<Store> store;
    static constexpr auto fields() {
      return std::tuple(
          field("least_examples", &Config::least_examples,
                "Nothing is called spam before so many pages that are spam were judged, and as many that are not.", in_range(0, 1e9)),
          field("store", &Config::store, "Where it is kept what was learnt."));
    }
  };
  LearntPageModel(Config config, Services& services)
      : config_(std::move(config)), weights_("page_model/1/", 0.5, *config_.store, services.log) {}  // 1: these features, this hash

  double spam(const PageContent& page) const override { return knows_enough() ? weights_.probability(page_features(page)) : 0; }
  double learn(const PageContent& page, bool is_spam) override { return weights_.learn(page_features(page), is_spam); }
  std::vector<std::pair<std::string, double>> reasons(const PageContent& page) const override {
    return weights_.reasons(page_features(page, FeatureNames::kept));
  }

 private:
  bool knows_enough() const {
    const std::uint64_t spam = weights_.positives(), all = weights_.examples();
    return std::min(spam, all - std::min(spam, all)) >= static_cast<std::uint64_t>(config_.least_examples);
  }

  const Config config_;
  OnlineLogistic weights_;
};

}  // namespace
HEADRACE_RESOURCE(LearntPageModel, PageModel, "page_model", "Tells spam from a fetched page, and learns from pages that were judged.")
}  // namespace headrace
