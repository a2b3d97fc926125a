// Named workloads of headrace-bench: each measures us beside a baseline, in one process, in turns.
//
//   Report run(const Settings& settings) {
//     const auto times = in_turns(settings.repetitions, {[] { return ours(); }, [] { return by_hand(); }});
//     return {"ns per node", {{"graph12", times[0], "by hand", times[1]}}};
//   }
//   const bool known = bench::add({"graph12", "Twelve tiny nodes, one record at a time.", run});
//
// A measure gives nanoseconds per unit. Taking turns lets a busy moment of the machine fall on both sides; the median says
// what is usual, the minimum what the code costs, the maximum how far to trust either.
#pragma once
#include <time.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

struct Settings {
  int threads = 0;     // 0: what the workload measures by itself
  bool quick = false;  // a few records: does it still run?
  int repetitions = 21;
};

struct Spread {
  double min = 0, median = 0, max = 0;
};

struct Row {
  std::string name;
  Spread ours;
  std::string baseline_name;
  Spread baseline;
  double ratio() const { return ours.median / baseline.median; }
};

struct Report {
  std::string unit;
  std::vector<Row> rows;  // the first is the workload's figure
};

struct Workload {
  std::string name, doc;
  Report (*run)(const Settings& settings);
};

bool add(Workload workload);                    // before main()
const std::vector<Workload>& workloads();       // by name
const Workload* find(const std::string& name);  // null for an unknown name

using Measure = std::function<double()>;
std::vector<Spread> in_turns(int repetitions, const std::vector<Measure>& measures);  // after one round that is not counted

std::string to_json(const Workload& workload, const Settings& settings, const Report& report);
std::string to_text(const Workload& workload, const Report& report);

// Nanoseconds that `body` takes, for each of `units`: by the wall; or in processor time of this thread, or of the
// whole process, which another process that wants the core does not lengthen.
enum class By { wall, thread, process };
template <class Body> double time_per(std::uint64_t units, By by, Body&& body) {
  const auto now = [clock = by == By::wall     ? CLOCK_MONOTONIC
                            : by == By::thread ? CLOCK_THREAD_CPUTIME_ID
                                               : CLOCK_PROCESS_CPUTIME_ID] {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
  };
  const double before = now();
  body();
  return (now() - before) / static_cast<double>(units);
}

// The compiler must take `value` as read.
template <class T> void keep(const T& value) { asm volatile("" : : "r,m"(value) : "memory"); }

}  // namespace bench
