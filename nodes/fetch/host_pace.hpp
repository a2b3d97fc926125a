// How long a host is left alone between the starts of two requests: at least as long as it takes to answer one, so that a host
// that grows slow is asked less, whatever makes it slow.
//
//   target = latency
//   delay  = max(target, (delay + target) / 2), in least..most
//
// It rises at once and falls by halves. Only a good answer lets it fall: errors are often quicker than pages.
#pragma once
#include <algorithm>

#include "core/value/types.hpp"

namespace headrace {

class HostPace {
 public:
  struct Rule {
    Duration least, most;  // of what is learned
    bool adapt = true;
  };
  explicit HostPace(const Rule& rule) : delay_(rule.least) {}

  void answered(const Rule& rule, int status, Duration latency) {
    if (!rule.adapt || rule.least == Duration::zero()) return;
    const bool good = status >= 200 && status < 400;
    const Duration next = std::clamp(std::max(latency, (delay_ + latency) / 2), rule.least, std::max(rule.least, rule.most));
    if (good || next > delay_) delay_ = next;
  }
  // What was learned in an earlier run. Today's rule comes first.
  void restore(const Rule& rule, Duration learned) {
    if (rule.adapt && rule.least > Duration::zero()) delay_ = std::clamp(learned, rule.least, std::max(rule.least, rule.most));
  }
  void set_crawl_delay(Duration asked_for) { crawl_delay_ = asked_for; }  // by the host's robots.txt
  Duration learned() const { return delay_; }
  Duration delay() const { return std::max(delay_, crawl_delay_); }

 private:
  Duration delay_, crawl_delay_{0};
};

}  // namespace headrace
