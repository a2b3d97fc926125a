// When each feed is asked next: in turn by a heap, after answers and failures by its pace.
//
//   FeedPlanner planner({.every = {}, .budget = 24, .limits = {5min, 24h}}, feeds, seed);
//   planner.know(7, record);                                   // its part of the budget
//   planner.put(7, planner.after_answer(record, now));         // in Clock::elapsed() time
//   while (planner.due(elapsed)) start(planner.take());
//
// One thread. 36 bytes a feed.
#pragma once
#include <queue>

#include "core/run/random.hpp"
#include "nodes/poll/feed_record.hpp"
#include "nodes/poll/setback.hpp"

namespace headrace {

class FeedPlanner {
 public:
  struct Rule {
    std::optional<Duration> every;  // the same for all feeds; without it the budget is divided
    double budget;                  // polls a feed and day, on average
    PollLimits limits;
  };
  FeedPlanner(const Rule& rule, std::size_t feeds, std::uint64_t seed);

  void know(std::size_t feed, const FeedRecord& record);
  void forget(std::size_t feed);  // it is not asked any more

  // How long to wait from `now`, give or take a tenth, so that feeds do not march in step.
  Duration after_answer(const FeedRecord& record, Time now);
  Duration usual(const FeedRecord& record, Time now);  // without the tenth
  Duration after_failure(const Setback& setback, Duration retry_after);

  void put(std::size_t feed, Duration due) { due_.emplace(due, static_cast<std::uint32_t>(feed)); }  // each feed at most once
  bool empty() const { return due_.empty(); }
  Duration next() const { return due_.top().first; }
  std::size_t take();  // the feed that is due first

 private:
  using Due = std::pair<Duration, std::uint32_t>;
  Duration jittered(Duration wait);
  const Rule rule_;
  RandomNumbers random_;
  PollBudget budget_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace headrace
