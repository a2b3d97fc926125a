// Reads a date as people write it in feeds and pages.
//
//   graph: {when: {node: parse_date, in: {text: article.date_line}}}
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/entities.hpp"

namespace headrace {
namespace {

class ParseDate {
 public:
  static std::vector<std::string> errors() { return {"bad_date"}; }

  Time operator()(In<"text"> text) const {
    if (const auto time = feed::read_date(feed::trim(*text))) return *time;
    throw NodeError("bad_date", "'" + text->substr(0, 60) +
                                    "' is no date that can be read: write 2026-03-01T12:00:00Z or Sun, 01 Mar 2026 12:00:00 +0000");
  }
};

}  // namespace

HEADRACE_NODE(ParseDate, "parse_date", "Reads a date as people write it.")

}  // namespace headrace
