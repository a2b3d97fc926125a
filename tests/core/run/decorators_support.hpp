// Lanes and failures that the tests of decorators share.
#pragma once
#include <doctest/doctest.h>

#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

namespace headrace::testing {

inline constexpr Lane all_lanes[] = {{Executor::serial, 1}, {Executor::tbb, 1}, {Executor::tbb, 2}, {Executor::tbb, 8}};
inline const Failure outage{"unavailable", "come back later", true, {}};
inline const Failure bad_page{"bad_input", "never", false, {}};

inline const KeyStatistics& of_key(const RunReport& report, std::string_view key) {
  for (const KeyStatistics& each : report.keys)
    if (each.key == key) return each;
  throw std::runtime_error("no key " + std::string(key));
}

// What each record had under a key, in order of admission, and what was covered.
struct Seen {
  std::vector<std::string> values;   // JSON, or the first error as "kind: message"; "-" for what has neither
  std::vector<std::string> covered;  // kinds; empty for an answer of the node's own
  void see(const Plan& plan, std::string_view key, const RetiredRecord& record) {
    const int slot = plan.find_slot(key);
    const void* value = record.value(slot);
    if (value) values.push_back(to_json(*static_cast<const double*>(value)));
    else if (record.errors().empty()) values.emplace_back("-");
    else values.push_back(record.errors().front().failure.kind + ": " + record.errors().front().failure.message);
    covered.push_back(record.fallbacks().empty() ? "" : record.fallbacks().front().failure.kind);
  }
};

struct SeenRun {
  Seen seen;
  RunReport report;
};
inline SeenRun run_seen(const Plan& plan, const Lane& lane, std::string_view key, int count) {
  SeenRun out;
  RunOptions options = options_of(lane);
  if (count >= 0) options.feed = numbers(plan, count);
  options.ordered = options.keep_values = true;
  options.observer = [&](const RetiredRecord& record) { out.seen.see(plan, key, record); };
  out.report = Run(plan, std::move(options)).run();
  return out;
}

}  // namespace headrace::testing
