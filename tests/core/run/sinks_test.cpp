// Sinks that cannot write, that write at the third try, that flush late: nothing is lost, nothing doubled, nothing hidden.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A run that a full disk has ended says which sink, why, and what is still to come.
void check_full(const RunReport& report, const std::string& sink) {
  CHECK(report.end == RunEnd::sink_failed);
  CAPTURE(report.message);
  CHECK(contains(report.message, "sink '" + sink + "' cannot write"));
  CHECK(contains(report.message, "No space left on device"));
  CHECK(contains(report.message, std::to_string(report.unsettled) + " records will come again"));
  CHECK(report.unsettled > 0);
  check_balance(report.ledger);
}

// Throws at the first `times` calls.
class Stumbling {
 public:
  void reset(int times) { left_ = times; }
  void step() {
    if (left_.fetch_sub(1) > 0) throw NodeError("sink_failed", "the disk is full");
  }

 private:
  std::atomic<int> left_{0};
};

const char* const kOneSink = R"(
inputs: [sc_in]
graph: {same: {node: sc_call, in: {sc_x: sc_in}}}
sinks: {out: {node: sc_sink, in: {sc_x: same}, flush: {records: 3}}}
)";

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "a sink on a full disk ends the run and says what will come again") {
  const Script script;
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph: {same: {node: sc_call, in: {sc_x: sc_in}}}
sinks: {out: {node: write_jsonl, path: /dev/full, keys: {x: same}}}
limits: {in_flight: 4, parked: 16}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_numbers(*plan, lane, 1000);
    check_full(report, "out");
    CHECK(report.unsettled == report.ledger.admitted);
    CHECK(report.ledger.admitted < 1000);  // sources have stopped
  }
}

TEST_CASE_FIXTURE(HangGuard, "a dead-letter sink on a full disk ends the run too") {
  Script script;
  script.call = [](const Call&) -> double { throw NodeError("unavailable", "gone"); };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph: {same: {node: sc_call, in: {sc_x: sc_in}}}
limits: {in_flight: 4, parked: 16}
dead_letters: {path: /dev/full}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    check_full(run_numbers(*plan, lane, 1000), "dead_letters");
  }
}

TEST_CASE_FIXTURE(HangGuard, "a sink that stumbles twice and then writes loses nothing and doubles nothing") {
  Script script;
  Numbers written;
  Stumbling write, flush;
  script.write = [&](std::string_view, double x) {
    write.step();
    written.add(x);
  };
  script.flush = [&](std::string_view) { flush.step(); };
  const auto plan = plan_of(kOneSink);
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    write.reset(2);
    flush.reset(3);
    check_finished(run_numbers(*plan, lane, 20));
    auto all = written.take();
    std::sort(all.begin(), all.end());
    CHECK(all == first_numbers(20));
  }
}

TEST_CASE_FIXTURE(HangGuard, "a sink gets three tries more, a little later each time, and then the run ends") {
  Script script;
  std::vector<Duration> tries;
  Clock* clock = nullptr;
  script.call = [&](const Call& it) { return clock = &it.clock, it.x; };
  script.write = [&](std::string_view, double) {
    tries.push_back(clock->elapsed());
    throw NodeError("sink_failed", "the disk is full");
  };
  const auto plan = plan_of(kOneSink);
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    tries.clear();
    const RunReport report = run_numbers(*plan, lane, 1);
    CHECK(report.end == RunEnd::sink_failed);
    CHECK(report.unsettled == 1);
    CHECK(contains(report.message, "the disk is full; 1 records will come again"));
    CHECK(tries == std::vector<Duration>{0ms, 100ms, 500ms, 2100ms});
  }
}

TEST_CASE_FIXTURE(HangGuard, "what one sink has flushed settles only when the other has flushed as well") {
  Script script;
  std::atomic<int> early{0}, late{0};
  int early_at_5s = -1, late_at_5s = -1;
  bool settled_at_5s = true, settled_at_15s = false;
  script.later = [](const Call& it, const Reply<double>& reply) {  // the first record stays at work, so the run is not idle
    if (it.x == 0) it.clock.after(20s, [reply] { reply(0); });
    else reply(it.x);
  };
  script.flush = [&](std::string_view as) { ++(as == "early" ? early : late); };
  script.source = [&](const Emit<double>& emit) {
    emit(0, {"first", "one"});
    emit(1, {"second", "two"});
    emit.sleep(5s);
    early_at_5s = early, late_at_5s = late, settled_at_5s = emit.all_settled("second");
    emit.sleep(10s);
    settled_at_15s = emit.all_settled("second") && !emit.all_settled("first") && emit.last("second") == "two";
  };
  const auto plan = plan_of(R"(
sources: {item: sc_source}
graph: {slow: {node: sc_later, in: {sc_x: item}}}
sinks:
  early: {node: sc_sink, as: early, in: {sc_x: slow}}
  late: {node: sc_sink, as: late, in: {sc_x: slow}, flush: {records: 100, every: 10s}}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    early = late = 0;
    check_finished(run_sources(*plan, lane));
    CHECK(early_at_5s == 1);
    CHECK(late_at_5s == 0);
    CHECK_FALSE(settled_at_5s);
    CHECK(settled_at_15s);
    CHECK(late == 2);
  }
}

TEST_CASE_FIXTURE(HangGuard, "sinks and the observer see records in one common order, the order of admission when it is asked for") {
  Script script;
  std::vector<double> one, two, observed;
  script.later = [](const Call& it, const Reply<double>& reply) {
    it.clock.after(std::chrono::milliseconds(static_cast<int>(it.x * 7) % 11), [reply, x = it.x] { reply(x); });
  };
  script.write = [&](std::string_view as, double x) { (as == "one" ? one : two).push_back(x); };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph: {slow: {node: sc_later, in: {sc_x: sc_in}}}
sinks:
  one: {node: sc_sink, as: one, in: {sc_x: slow}}
  two: {node: sc_sink, as: two, in: {sc_x: slow}, flush: {records: 7}}
)");
  for (const bool ordered : {false, true}) {
    for (const Lane& lane : lanes) {
      CAPTURE(name_of(lane));
      one.clear(), two.clear(), observed.clear();
      RunOptions options = options_of(lane);
      options.ordered = ordered;
      options.feed = numbers(*plan, 200);
      options.observer = [&](const RetiredRecord& record) { observed.push_back(static_cast<double>(record.number())); };
      check_finished(Run(*plan, std::move(options)).run());
      CHECK(one == two);
      CHECK(one == observed);
      if (ordered) CHECK(one == first_numbers(200));
    }
  }
}

TEST_CASE_FIXTURE(HangGuard, "two sinks that fail when they are closed end the run once, with the first of them") {
  Script script;
  script.flush = [](std::string_view as) { throw NodeError("sink_failed", std::string(as) + " is full"); };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph: {same: {node: sc_call, in: {sc_x: sc_in}}}
sinks:
  one: {node: sc_sink, as: one, in: {sc_x: same}, flush: {records: 100}}
  two: {node: sc_sink, as: two, in: {sc_x: same}, flush: {records: 100}}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_numbers(*plan, lane, 5);
    CHECK(report.end == RunEnd::sink_failed);
    CAPTURE(report.message);
    CHECK(contains(report.message, "sink 'one' cannot write: one is full; 5 records will come again"));
    CHECK(report.unsettled == 5);
    CHECK(report.ledger.done == 5);
  }
}
