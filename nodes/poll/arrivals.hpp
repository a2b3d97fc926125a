// How often a feed brings something new, and at which hours of the day: what the time to its next poll is made from.
//
//   Arrivals arrivals;
//   arrivals.begin(dates_of_all_entries, now);              // the first answer: its dates tell of the past
//   arrivals.observe(dates_of_new_entries, 3, 2h, now);     // each later one: three were new, two hours after the poll before
//   arrivals.per_day();                                     // about how many a day
//   arrivals.rates();                                       // ... at each hour of the day
//
// What was seen fades, by half in two weeks, so that a feed may change its ways. Pure arithmetic; no clock, any thread.
#pragma once
#include <array>
#include <optional>
#include <span>

#include "core/value/value.hpp"

namespace headrace {

using DayRates = std::array<double, 24>;  // something a day, at each hour of the day (UTC)

struct Arrivals {
  double entries = 0, days = 0;  // seen, and the time in which they were
  std::vector<double> hours;     // of the entries whose time is known, by hour of the day; empty or 24
  static constexpr auto fields() {
    return std::tuple(field("entries", &Arrivals::entries, "Seen, those of two weeks ago counting half."),
                      field("days", &Arrivals::days, "The time in which they were seen, counted alike."),
                      field("hours", &Arrivals::hours, "The entries by hour of the day, UTC."));
  }

  // Dates that nobody can believe (before `now` by more than two years, or after it) count as missing.
  void begin(std::span<const std::optional<Time>> published, Time now);
  void observe(std::span<const std::optional<Time>> published, double fresh, Duration since, Time now);

  double per_day() const;  // of a feed of which nothing is known: one
  DayRates rates() const;  // their mean is per_day()

 private:
  void fade(double days_passed);
  void add_hour(Time at, double count);
};

double fade_factor(Duration passed);  // a half for two weeks

// When what comes at `rates` adds up to `amount`, from `now` on; `longest` when that is later.
Duration time_until(const DayRates& rates, double amount, Time now, Duration longest);

}  // namespace headrace
