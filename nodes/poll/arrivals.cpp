#include "nodes/poll/arrivals.hpp"

#include <algorithm>
#include <cmath>

namespace headrace {

namespace {

using Days = std::chrono::duration<double, std::ratio<86400>>;

constexpr double half_life = 14;         // days
constexpr double oldest_believed = 730;  // days
constexpr double first_guess = 0.5;      // entries, in as many days: one a day until the feed says otherwise
constexpr double hour_guess = 1;         // entries at each hour: a profile is flat until it has proved to be none

double days_between(Time from, Time to) { return Days(to.at - from.at).count(); }
double faded(double days) { return std::exp2(-days / half_life); }

std::size_t hour_of(Time time) {
  const auto since_midnight = time.at - std::chrono::floor<std::chrono::days>(time.at);
  return static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(since_midnight).count());
}

}  // namespace

double fade_factor(Duration passed) { return faded(std::max(0.0, Days(passed).count())); }

void Arrivals::begin(std::span<const std::optional<Time>> published, Time now) {
  double span = 0;
  for (const auto& date : published) {
    const double age = date ? days_between(*date, now) : -1;
    if (age < 0 || age > oldest_believed) continue;
    span = std::max(span, age);
    entries += faded(age);
    if (!date->day_only) add_hour(*date, faded(age));
  }
  days += half_life / std::log(2.0) * (1 - faded(span));
}

void Arrivals::observe(std::span<const std::optional<Time>> published, double fresh, Duration since, Time now) {
  const double passed = std::max(0.0, Days(since).count());
  fade(passed);
  entries += fresh;
  days += half_life / std::log(2.0) * (1 - faded(passed));
  for (const auto& date : published) {
    const double age = date ? days_between(*date, now) : -1;
    const bool on_time = age >= 0 && age < passed + 1 && !date->day_only;
    if (on_time) add_hour(*date, 1);
    else if (passed < 3.0 / 24) add_hour(now, 1);  // it came since the last poll, which is near enough
  }
}

double Arrivals::per_day() const { return (entries + first_guess) / (days + first_guess); }

// An hour is known by what came in it, and half as well by what came in the hours beside it.
DayRates Arrivals::rates() const {
  DayRates out;
  double sum = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = hour_guess;
    if (hours.size() == out.size()) out[i] += (hours[(i + 23) % 24] + 2 * hours[i] + hours[(i + 1) % 24]) / 4;
    sum += out[i];
  }
  const double scale = per_day() * static_cast<double>(out.size()) / sum;
  for (double& each : out) each *= scale;
  return out;
}

void Arrivals::fade(double days_passed) {
  const double by = faded(days_passed);
  entries *= by;
  days *= by;
  for (double& each : hours) each = std::round(each * by * 1e4) / 1e4;  // a state of few bytes
}

void Arrivals::add_hour(Time at, double count) {
  hours.resize(24);
  hours[hour_of(at)] += count;
}

Duration time_until(const DayRates& rates, double amount, Time now, Duration longest) {
  using namespace std::chrono;
  const auto hour_ends = [](Time time) { return ceil<std::chrono::hours>(time.at + microseconds(1)); };
  auto at = now.at;
  const auto end = now.at + floor<microseconds>(longest);
  while (at < end) {
    const auto next = std::min<sys_time<microseconds>>(hour_ends({at}), end);
    const double rate = rates[hour_of({at})], comes = rate * Days(next - at).count();
    if (comes >= amount) return at - now.at + duration_cast<microseconds>(Days(amount / rate));
    amount -= comes;
    at = next;
  }
  return longest;
}

}  // namespace headrace
