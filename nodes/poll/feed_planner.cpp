#include "nodes/poll/feed_planner.hpp"

#include <algorithm>

namespace headrace {

namespace {
constexpr double jitter = 0.1;

Duration times(Duration wait, double factor) { return Duration(static_cast<std::int64_t>(static_cast<double>(wait.count()) * factor)); }

}  // namespace

FeedPlanner::FeedPlanner(const Rule& rule, std::size_t feeds, std::uint64_t seed)
    : rule_(rule), random_(seed), budget_(rule.budget, rule.every ? 0 : feeds) {
  if (rule.every) return;
  for (std::size_t i = 0; i < feeds; ++i) know(i, {});
}

void FeedPlanner::know(std::size_t feed, const FeedRecord& record) {
  if (!rule_.every) budget_.set(feed, demand_of(record.pace, rule_.limits));
}

void FeedPlanner::forget(std::size_t feed) {
  if (!rule_.every) budget_.set(feed, {});
}

Duration FeedPlanner::usual(const FeedRecord& record, Time now) {
  return rule_.every ? *rule_.every : poll_interval(record.pace, budget_.factor(), rule_.limits, now);
}

Duration FeedPlanner::after_answer(const FeedRecord& record, Time now) {
  if (rule_.every) return jittered(*rule_.every);
  Duration wait = jittered(usual(record, now));
  // All feeds of a new list answer for the first time within a few minutes.
  if (record.polls == 1) wait = std::max(times(wait, 0.2 + 0.8 * random_.uniform()), rule_.limits.least);
  const Time next{now.at + std::chrono::ceil<std::chrono::microseconds>(wait), false};
  const Duration allowed = outside_of_skips(next, record.pace.hints).at - now.at;
  return allowed <= rule_.limits.most ? allowed : wait;  // whoever excludes more than that is not believed
}

Duration FeedPlanner::after_failure(const Setback& setback, Duration retry_after) {
  return std::max({jittered(setback.wait), rule_.every ? jittered(*rule_.every) : rule_.limits.least, retry_after});
}

std::size_t FeedPlanner::take() {
  const std::size_t feed = due_.top().second;
  due_.pop();
  return feed;
}

Duration FeedPlanner::jittered(Duration wait) { return times(wait, 1 + jitter * (2 * random_.uniform() - 1)); }

}  // namespace headrace
