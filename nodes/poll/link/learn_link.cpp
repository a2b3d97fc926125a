// Teaches the link model what was found behind a link.
//
//   sinks:
//     lessons: {node: learn_link, in: {identity: canonical.identity, title: entry.title, spam: thin}}
//
// A sink: only records that are done teach, each once.
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/link/link_model.hpp"

namespace headrace {
namespace {

class LearnLink {
 public:
  struct Config {
    Use<LinkModel> link_model;
    static constexpr auto fields() { return std::tuple(field("link_model", &Config::link_model, "What learns.")); }
  };
  explicit LearnLink(Config config) : config_(std::move(config)) {}

  void operator()(In<"identity"> identity, Opt<"title"> title, In<"spam"> spam) {
    config_.link_model->learn({*identity, title ? std::string_view(*title) : std::string_view()}, *spam);
  }

 private:
  Config config_;
};

}  // namespace
HEADRACE_NODE(LearnLink, "learn_link", "Teaches the link model whether a link led to spam.")
}  // namespace headrace
