// Teaches the page model whether a page is spam.
//
//   sinks:
//     lessons: {node: learn_page, in: {identity: canonical.identity, spam: verdict}}
//
// A sink: only records that are done teach, each once. What judge_page is given it should be given as well: a model that never saw the
// page of an article does not know what to make of one.
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/page/page_model.hpp"

namespace headrace {
namespace {

class LearnPage {
 public:
  struct Config {
    Use<PageModel> page_model;
    static constexpr auto fields() { return std::tuple(field("page_model", &Config::page_model, "What learns.")); }
  };
  explicit LearnPage(Config config) : config_(std::move(config)) {}

  void operator()(In<"article"> article, Opt<"page"> page, Opt<"identity"> identity, In<"spam"> spam) {
    config_.page_model->learn({identity ? std::string_view(*identity) : std::string_view(), &*article, page ? &*page : nullptr}, *spam);
  }

 private:
  Config config_;
};

}  // namespace
HEADRACE_NODE(LearnPage, "learn_page", "Teaches the page model whether a page is spam.")
}  // namespace headrace
