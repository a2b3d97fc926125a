// Keeps out links that look like spam, before they cost a fetch.
//
//   promising: {node: judge_link, in: {identity: canonical.identity}}
//   admitted:  {node: barrier, in: {identity: canonical.identity}, after: [promising]}
//
// Drops as `spam` what the link model thinks more likely than `most_spam` to be some. A share `explore` of it passes all the same:
// from links that nobody fetches nothing is learnt, and a model that is wrong about a host would stay wrong.
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/link/link_model.hpp"
#include "nodes/support/online_logistic.hpp"

namespace headrace {
namespace {

class JudgeLink {
 public:
  struct Config {
    double most_spam = 0.9, explore = 0.01;
    bool explain = false;
    Use<LinkModel> link_model;
    static constexpr auto fields() {
      return std::tuple(field("most_spam", &Config::most_spam, "What is more likely spam than this is dropped.", in_range(0, 1)),
                        field("explore", &Config::explore, "The share of it that passes, to learn from.", in_range(0, 1)),
                        field("explain", &Config::explain, "The reason says what speaks for and against spam. For 'call'; runs count by reason."),
                        field("link_model", &Config::link_model, "What tells spam; learn_link teaches it."));
    }
  };
  explicit JudgeLink(Config config) : config_(std::move(config)) {}

  // How likely it is spam, in 0..1.
  Maybe<double> operator()(In<"identity"> identity, Opt<"title"> title, Random random) const {
    const LinkText link{*identity, title ? std::string_view(*title) : std::string_view()};
    const double spam = config_.link_model->spam(link);
    if (spam <= config_.most_spam || random.uniform() < config_.explore) return spam;
    return Drop{config_.explain ? explained("spam", spam, config_.link_model->reasons(link)) : "spam"};
  }

 private:
  Config config_;
};

}  // namespace
HEADRACE_NODE(JudgeLink, "judge_link", "Keeps out links that look like spam.")
}  // namespace headrace
