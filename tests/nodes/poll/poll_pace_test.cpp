// The arithmetic of polling: rates, intervals, the division of a budget. No clock, no IO.
#include "nodes/poll/poll_pace.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "core/run/random.hpp"

using namespace headrace;
using namespace std::chrono_literals;

namespace {

const Time noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 15) + 12h, false};
constexpr PollLimits limits{5min, 24h};

Time before(Duration age) { return {noon.at - std::chrono::duration_cast<std::chrono::microseconds>(age), false}; }

// A feed that has brought `a_day` entries a day for a month, round the clock.
FeedPace steady(double a_day, std::uint32_t window = 1000) {
  FeedPace pace;
  pace.window = window;
  pace.arrivals.entries = a_day * 20;
  pace.arrivals.days = 20;
  pace.arrivals.hours.assign(24, 1000);
  return pace;
}

double hours(Duration duration) { return std::chrono::duration<double, std::ratio<3600>>(duration).count(); }

}  // namespace

TEST_CASE("arrivals: a first answer tells the rate by its dates; dates that nobody believes say nothing") {
  std::vector<std::optional<Time>> dates;
  for (int i = 0; i < 20; ++i) dates.emplace_back(before(i * 6h));  // four a day, for five days
  Arrivals arrivals;
  arrivals.begin(dates, noon);
  CHECK(arrivals.per_day() == doctest::Approx(4).epsilon(0.1));

  for (const Time wrong : {Time{std::chrono::sys_days(std::chrono::year(1970) / 1 / 1), false}, before(-72h)}) {
    Arrivals odd;
    odd.begin(std::vector<std::optional<Time>>(20, wrong), noon);
    CHECK(odd.per_day() == 1);
  }
}

TEST_CASE("arrivals: what is seen without dates is learnt as well, and a change of ways within weeks") {
  Arrivals arrivals;
  const auto live = [&](int days, double a_day) {
    for (int hour = 0; hour < 24 * days; ++hour) {
      const double fresh = std::floor((hour + 1) * a_day / 24) - std::floor(hour * a_day / 24);
      arrivals.observe(std::vector<std::optional<Time>>(static_cast<std::size_t>(fresh)), fresh, 1h, noon);
    }
  };
  live(60, 6);
  CHECK(arrivals.per_day() == doctest::Approx(6).epsilon(0.1));
  live(60, 0);
  CHECK(arrivals.per_day() < 0.6);
}

TEST_CASE("arrivals: the rates of a day have the rate as their mean, and are higher when entries come") {
  Arrivals arrivals;
  std::vector<std::optional<Time>> mornings;
  for (int i = 0; i < 40; ++i) mornings.emplace_back(before(24h * i + 4h));  // at eight o'clock
  arrivals.begin(mornings, noon);
  const DayRates rates = arrivals.rates();
  CHECK(std::accumulate(rates.begin(), rates.end(), 0.0) / 24 == doctest::Approx(arrivals.per_day()));
  for (std::size_t hour = 0; hour < 24; ++hour)
    if (hour != 8) CHECK(rates[8] > rates[hour]);
}

TEST_CASE("time_until: rates add up hour by hour, past midnight, and never past the longest time") {
  DayRates rates{};
  rates[13] = 24;  // one an hour, from one to two
  CHECK(time_until(rates, 0.5, noon, 48h) == Duration(90min));
  CHECK(time_until(rates, 1.5, noon, 48h) == Duration(25h + 30min));
  CHECK(time_until(rates, 3, noon, 48h) == Duration(48h));
  CHECK(time_until(DayRates{}, 1, noon, 24h) == Duration(24h));
}

TEST_CASE("budget: it is divided by the square root of the rates") {
  PollBudget budget(24, 2);
  const FeedPace slow = steady(4), fast = steady(64);
  budget.set(0, demand_of(slow, limits));
  budget.set(1, demand_of(fast, limits));
  const double at_slow = hours(poll_interval(slow, budget.factor(), limits, noon));
  const double at_fast = hours(poll_interval(fast, budget.factor(), limits, noon));
  CHECK(at_slow / at_fast == doctest::Approx(4).epsilon(0.05));
  CHECK(24 / at_slow + 24 / at_fast == doctest::Approx(48).epsilon(0.05));
}

TEST_CASE("budget: what may be lost counts besides: a feed that has filled half of its window at once is one of twice the rate") {
  for (const double share : {0.0, 0.5, 1.0, 3.0}) {
    PollBudget budget(24, 2);
    const FeedPace calm = steady(16);
    FeedPace sudden = calm;
    sudden.most_at_once = share * sudden.window;
    budget.set(0, demand_of(calm, limits));
    budget.set(1, demand_of(sudden, limits));
    const double at_calm = hours(poll_interval(calm, budget.factor(), limits, noon));
    const double at_sudden = hours(poll_interval(sudden, budget.factor(), limits, noon));
    CAPTURE(share);
    CHECK(at_calm / at_sudden == doctest::Approx(std::sqrt(1 + 4 * std::pow(std::min(share, 1.0), 2))).epsilon(0.02));
    CHECK(24 / at_calm + 24 / at_sudden == doctest::Approx(48).epsilon(0.02));  // the budget is none the greater
  }
}

TEST_CASE("budget: whatever the rates and limits, it is met where they leave room for it") {
  RandomNumbers random(7);
  for (int round = 0; round < 50; ++round) {
    const std::size_t feeds = 1 + random.below(200);
    const double polls = 2 + 100 * random.uniform();
    PollBudget budget(polls, feeds);
    std::vector<PollDemand> demands;
    double least = 0, most = 0;
    for (std::size_t i = 0; i < feeds; ++i) {
      const bool muted = random.uniform() < 0.1;
      const auto low = static_cast<float>(1 + 3 * random.uniform());
      std::array<float, 3> weights{};
      for (float& weight : weights) weight = static_cast<float>(12 * random.uniform());
      demands.push_back(muted ? PollDemand{} : PollDemand{weights, low, static_cast<float>(low + 280 * random.uniform())});
      budget.set(i, demands.back());
      least += demands.back().low;
      most += demands.back().high;
    }
    double sum = 0, live = 0;
    for (const PollDemand& each : demands) {
      sum += each.polls(budget.factor());
      live += each.high > 0 ? 1 : 0;
    }
    CAPTURE(round);
    if (live > 0) CHECK(sum == doctest::Approx(std::clamp(polls * live, least, most)).epsilon(0.01));
  }
}

TEST_CASE("interval: half a window is never left to be replaced, less of it where much comes at once") {
  FeedPace pace = steady(48, 20);  // two an hour
  CHECK(hours(poll_interval(pace, 1e-3, limits, noon)) == doctest::Approx(5).epsilon(0.05));
  pace.most_at_once = 12;
  CHECK(hours(poll_interval(pace, 1e-3, limits, noon)) == doctest::Approx(2.5).epsilon(0.05));
  pace.half_since = before(20min);  // ten in the last twenty minutes
  CHECK(poll_interval(pace, 1e-3, limits, noon) == Duration(20min));
  pace.half_since = before(1min);
  CHECK(poll_interval(pace, 1e-3, limits, noon) == limits.least);
}

TEST_CASE("interval: hints lengthen it, for a day at most, and not beyond what would be lost") {
  FeedPace pace = steady(4);
  const double factor = 24;  // it would be asked every half hour
  CHECK(poll_interval(pace, factor, limits, noon) < Duration(1h));
  pace.hints.ttl = 3h;
  CHECK(poll_interval(pace, factor, limits, noon) == Duration(3h));
  pace.hints.fresh = 6h;
  CHECK(poll_interval(pace, factor, limits, noon) == Duration(6h));
  pace.hints.fresh = 1000h;
  CHECK(poll_interval(pace, factor, limits, noon) == Duration(24h));
  pace.window = 2;
  CHECK(hours(poll_interval(pace, factor, limits, noon)) == doctest::Approx(6).epsilon(0.05));
}

TEST_CASE("skips: the first hour that is not excluded; who excludes everything excludes nothing") {
  PollHints hints;
  CHECK(outside_of_skips(noon, hints) == noon);
  hints.skip_hours = 1u << 12 | 1u << 13;
  CHECK(outside_of_skips(noon, hints).at == noon.at + 2h);
  hints.skip_days = 1;  // the day is a Sunday
  CHECK(outside_of_skips(noon, hints).at == noon.at + 12h);
  hints.skip_hours = (1u << 24) - 1;
  CHECK(outside_of_skips(noon, hints) == noon);
}
