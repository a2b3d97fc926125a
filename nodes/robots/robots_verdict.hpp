// What a robots.txt says of a URL.
#pragma once
#include "core/value/value.hpp"

namespace headrace {

struct RobotsVerdict {
  bool allowed = true;
  std::optional<double> crawl_delay;
  std::optional<std::string> rule;
  std::optional<int> line;
  static constexpr auto fields() {
    return std::tuple(field("allowed", &RobotsVerdict::allowed, "Whether the agent may fetch the link."),
                      field("crawl_delay", &RobotsVerdict::crawl_delay, "Seconds that the file asks the agent to leave between requests."),
                      field("rule", &RobotsVerdict::rule, "The rule that decided, in normal form; absent when none did."),
                      field("line", &RobotsVerdict::line, "The line of that rule, counted from 1."));
  }
};

}  // namespace headrace
