// When a feed is polled next, and how a budget of polls is divided among all feeds.
//
// A poll of a feed that brings lambda entries a day finds them, polled f times a day, half an interval late: the delays of all
// feeds add up to the sum of lambda/(2 f). Under a budget (the sum of f) that sum is least for f in proportion to the square
// root of lambda: Lagrange. Hour by hour the same holds, so a feed sleeps through its nights.
//
// What comes at once may come twice between two polls, and be more than the feed shows. How often it does is in proportion to 1/f
// as well, so such a feed counts as one that brings more: 1 + 4 s^2 times as much, where s is the share of its window that has come
// at once. Of a feed that has filled half of it, so that two such bursts are too many, an entry counts twice.
//
//   PollBudget budget(24, feeds.size());           // polls a feed and day, on average
//   budget.set(feed, demand_of(pace, limits));
//   poll_interval(pace, budget.factor(), limits, now);
//
// Pure arithmetic; no clock, one thread.
#pragma once
#include <cstdint>

#include "nodes/poll/arrivals.hpp"

namespace headrace {

struct PollLimits {
  Duration least, most;  // between two polls of a feed
};

// What the server and the feed ask of those who poll. They ask in vain for more than a day.
struct PollHints {
  Duration ttl{0}, fresh{0};     // between two polls: by the feed (ttl, sy:updatePeriod), by its server (max-age, Expires)
  std::uint32_t skip_hours = 0;  // bit h: not from h to h+1 o'clock UTC
  std::uint32_t skip_days = 0;   // bit d: not on day d, Sunday being 0
  static constexpr auto fields() {
    return std::tuple(field("ttl", &PollHints::ttl, "Between two polls, says the feed."),
                      field("fresh", &PollHints::fresh, "Between two polls, says its server."),
                      field("skip_hours", &PollHints::skip_hours, "Bit h: not from h to h+1 o'clock UTC."),
                      field("skip_days", &PollHints::skip_days, "Bit d: not on day d, Sunday being 0."));
  }
};

// What the time to the next poll of a feed is made from.
struct FeedPace {
  Arrivals arrivals;
  std::uint32_t window = 0;        // entries that the feed shows at once
  double most_at_once = 0;         // new ones of a poll, fading like the arrivals; at first by the dates of an hour
  std::optional<Time> half_since;  // when the newer half of them began, the last time that a poll found so many new ones
  PollHints hints;
  static constexpr auto fields() {
    return std::tuple(field("arrivals", &FeedPace::arrivals, "What it brings."),
                      field("window", &FeedPace::window, "Entries that it shows at once."),
                      field("most_at_once", &FeedPace::most_at_once, "New entries of a poll; by half less after two weeks."),
                      field("half_since", &FeedPace::half_since, "When the newer half of them began, the last time that so many were new."),
                      field("hints", &FeedPace::hints, "What it asks of those who poll."));
  }
};

// How often a feed should be polled: each third of the day `weights` times the common factor, but in low..high; all a day.
struct PollDemand {
  std::array<float, 3> weights{};  // of its slowest eight hours, of the next eight, of its busiest
  float low = 0, high = 0;         // both zero: it is not polled, and has no part in the budget
  double polls(double factor) const;
};
PollDemand demand_of(const FeedPace& pace, const PollLimits& limits);

// Divides a budget. The factor is found anew when an eighth of the demands have changed, so that a demand costs O(1).
class PollBudget {
 public:
  PollBudget(double polls_a_feed_and_day, std::size_t feeds) : budget_(polls_a_feed_and_day), demands_(feeds) {}
  void set(std::size_t feed, PollDemand demand);
  double factor();

 private:
  double find_factor() const;
  const double budget_;
  std::vector<PollDemand> demands_;
  double factor_ = 0;
  std::size_t changed_ = 0;
  bool known_ = false;
};

// From `now` to the next poll. Until then no more than half of the window may be replaced, whatever the budget and the hints say:
// as the feed usually goes (less, if it brings much at once), and as it has gone of late.
Duration poll_interval(const FeedPace& pace, double factor, const PollLimits& limits, Time now);

// The first time from `at` on that the hints do not exclude; `at` itself when they exclude everything.
Time outside_of_skips(Time at, const PollHints& hints);

}  // namespace headrace
