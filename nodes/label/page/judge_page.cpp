// Drops pages that look like spam, once they have been read.
//
//   genuine: {node: judge_page, in: {identity: canonical.identity, title: entry.title}}
//   topics:  {node: label_topics, after: [genuine]}
//
// Drops as `spam` what the page model thinks more likely than `most_spam` to be some. A share `explore` of it passes all the same,
// so that somebody may see a mistake and correct it by learn_page.
//
// What is dropped reaches no sink, so nobody else can tell the link model: where `identity` is known, this node does, with the title
// that the link came with. The next link of that kind is then not fetched (judge_link).
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/page/page_model.hpp"
#include "nodes/poll/link/link_model.hpp"
#include "nodes/support/online_logistic.hpp"

namespace headrace {
namespace {

class JudgePage {
 public:
  struct Config {
    double most_spam = 0.9, explore = 0.01;
    bool explain = false;
    Use<PageModel> page_model;
    Use<LinkModel> link_model;
    static constexpr auto fields() {
      return std::tuple(
          field("most_spam", &Config::most_spam, "What is more likely spam than this is dropped.", in_range(0, 1)),
          field("explore", &Config::explore, "The share of it that passes, so that mistakes are seen.", in_range(0, 1)),
          field("explain", &Config::explain, "The reason says what speaks for and against spam. For 'call'; runs count by reason."),
          field("page_model", &Config::page_model, "What tells spam; learn_page teaches it."),
          field("link_model", &Config::link_model, "What is told of each page that is dropped."));
    }
  };
  explicit JudgePage(Config config) : config_(std::move(config)) {}

  // How likely it is spam, in 0..1.
  Maybe<double> operator()(In<"article"> article, Opt<"page"> page, Opt<"identity"> identity, Opt<"title"> title, Random random) const {
    const PageContent content{identity ? std::string_view(*identity) : std::string_view(), &*article, page ? &*page : nullptr};
    const double spam = config_.page_model->spam(content);
    if (spam <= config_.most_spam || random.uniform() < config_.explore) return spam;
    if (identity) config_.link_model->learn({*identity, title ? std::string_view(*title) : std::string_view()}, true);
    return Drop{config_.explain ? explained("spam", spam, config_.page_model->reasons(content)) : "spam"};
  }

 private:
  Config config_;
};

}  // namespace
HEADRACE_NODE(JudgePage, "judge_page", "Drops pages that look like spam.")
}  // namespace headrace
