#include "nodes/poll/poll_pace.hpp"

#include <algorithm>
#include <cmath>

namespace headrace {

namespace {

using namespace std::chrono;

constexpr double safe_share = 0.5;  // of a window that may be replaced between two polls
constexpr double risk_weight = 4;   // of what may be lost, beside what comes late
constexpr Duration most_asked = hours(24);

double per_day(Duration interval) { return duration<double>(hours(24)) / duration<double>(interval); }

// Of what is expected until the next poll. As much as ever came at once may come on top of it.
double safe_entries(const FeedPace& pace) {
  const double window = pace.window;
  return std::max(1.0, safe_share * (window - std::min(pace.most_at_once, safe_share * window)));
}

Duration asked(const PollHints& hints) { return std::min(std::max(hints.ttl, hints.fresh), most_asked); }

// How often a feed is polled at each hour, but for a factor that all feeds have in common.
DayRates weights_of(const FeedPace& pace) {
  const double share = pace.window > 0 ? std::min(1.0, pace.most_at_once / pace.window) : 0;
  DayRates out = pace.arrivals.rates();
  for (double& each : out) each = std::sqrt(each * (1 + risk_weight * share * share));
  return out;
}

// The means of the thirds of the rates, in rising order.
std::array<float, 3> thirds(DayRates rates) {
  std::sort(rates.begin(), rates.end());
  std::array<float, 3> out{};
  const std::size_t size = rates.size() / out.size();
  for (std::size_t i = 0; i < rates.size(); ++i) out[i / size] += static_cast<float>(rates[i] / static_cast<double>(size));
  return out;
}

}  // namespace

double PollDemand::polls(double factor) const {
  double sum = 0;
  for (const float weight : weights) sum += std::clamp(factor * weight, double{low}, double{high});
  return sum / static_cast<double>(weights.size());
}

PollDemand demand_of(const FeedPace& pace, const PollLimits& limits) {
  const double most = per_day(limits.least), least = per_day(limits.most);
  const double guard = std::clamp(pace.arrivals.per_day() / safe_entries(pace), least, most);
  const double high = std::max(guard, per_day(std::max(limits.least, asked(pace.hints))));
  return {thirds(weights_of(pace)), static_cast<float>(guard), static_cast<float>(high)};
}

void PollBudget::set(std::size_t feed, PollDemand demand) {
  demands_[feed] = demand;
  ++changed_;
}

double PollBudget::factor() {
  if (known_ && changed_ <= demands_.size() / 8) return factor_;
  changed_ = 0;
  known_ = true;
  return factor_ = find_factor();
}

// By bisection: the polls of a day grow with the factor.
double PollBudget::find_factor() const {
  double feeds = 0;
  for (const PollDemand& each : demands_) feeds += each.high > 0 ? 1 : 0;
  const auto polls_at = [&](double factor) {
    double sum = 0;
    for (const PollDemand& each : demands_) sum += each.polls(factor);
    return sum;
  };
  double low = 0, high = 1e6;
  for (int i = 0; i < 48; ++i) {
    const double middle = low < 1e-6 ? std::max(high * 1e-2, 1e-6) : std::sqrt(low * high);
    (polls_at(middle) < budget_ * feeds ? low : high) = middle;
  }
  return high;
}

Duration poll_interval(const FeedPace& pace, double factor, const PollLimits& limits, Time now) {
  DayRates polls = weights_of(pace);
  for (double& each : polls) each *= factor;
  const Duration wanted = std::max(time_until(polls, 1, now, limits.most), asked(pace.hints));
  const Duration usual = time_until(pace.arrivals.rates(), safe_entries(pace), now, limits.most);
  const Duration of_late = pace.half_since ? Duration(now.at - pace.half_since->at) : limits.most;
  return std::clamp(std::min({wanted, usual, of_late}), limits.least, limits.most);
}

Time outside_of_skips(Time at, const PollHints& hints) {
  constexpr std::size_t hours_in_a_week = 24 * 7;
  auto tried = at.at;
  for (std::size_t i = 0; i < hours_in_a_week; ++i) {
    const auto day = floor<days>(tried);
    const auto hour = floor<std::chrono::hours>(tried - day).count();
    if (hints.skip_days >> weekday(day).c_encoding() & 1) tried = day + days(1);
    else if (hints.skip_hours >> hour & 1) tried = floor<std::chrono::hours>(tried) + std::chrono::hours(1);
    else return {tried, false};
  }
  return at;
}

}  // namespace headrace
