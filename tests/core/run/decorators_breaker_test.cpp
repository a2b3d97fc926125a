// Scripted outages on the virtual clock: the times of calls are exact.
#include "tests/core/run/decorators_support.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<Plan> guarded(const std::string& node, const std::string& decorators) {
  return plan_of("sources: {tick: sc_source}\ngraph: {lookup: {node: " + node + ", in: {sc_x: tick}, " + decorators + "}}\n");
}

// Emits 0, 1, 2 ... one every ten seconds.
void tick(Script& script, int count) {
  script.source = [count](const Emit<double>& emit) {
    for (int i = 0; i < count; ++i) {
      emit(i);
      emit.sleep(10s);
    }
  };
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "an outage: opens after k failures, no call while open, one probe after the cool-down, closes on success") {
  Script script;
  tick(script, 20);
  Numbers calls;
  const auto down = [](Duration at) { return at >= 45s && at < 125s; };
  script.call = [&](const Call& it) {
    calls.add(it.x * 10);
    if (down(it.clock.elapsed())) throw NodeError(outage);
    return it.x;
  };
  script.later = [&](const Call& it, const Reply<double>& reply) {
    calls.add(it.x * 10);
    if (down(it.clock.elapsed())) reply.fail(outage);
    else reply(it.x);
  };
  const std::vector<double> expected{0, 10, 20, 30, 40, 50, 60, 70, 100, 130, 140, 150, 160, 170, 180, 190};
  for (const char* node : {"sc_call", "sc_later"}) {
    const auto plan = guarded(node, "breaker: {failures: 3, cool_down: 30s}");
    for (const Lane& lane : all_lanes) {
      CAPTURE(node);
      CAPTURE(name_of(lane));
      const SeenRun run = run_seen(*plan, lane, "lookup", -1);
      check_finished(run.report);
      CHECK(calls.take() == expected);
      CHECK(run.report.ledger.done == 12);
      const KeyStatistics& lookup = of_key(run.report, "lookup");
      CHECK(lookup.calls == 16);
      CHECK(lookup.errors == 4);
      CHECK(lookup.refused == 4);
      CHECK(lookup.opened == 2);
      CHECK(run.seen.values[8] == "unavailable: the breaker of 'lookup' is open after 3 failures in a row");
    }
  }
}

TEST_CASE_FIXTURE(HangGuard, "while the probe is out, all others are refused") {
  Script script;
  script.source = [](const Emit<double>& emit) {
    for (int i = 0; i < 3; ++i) emit(-1);
    emit.sleep(30s);
    for (int i = 0; i < 10; ++i) emit(i);
  };
  std::atomic<int> probes{0};
  script.later = [&](const Call& it, const Reply<double>& reply) {
    if (it.x < 0) return void(reply.fail(outage));
    ++probes;
    it.clock.after(5s, [reply, x = it.x] { reply(x); });
  };
  const auto plan = guarded("sc_later", "breaker: 3");
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    probes = 0;
    const SeenRun run = run_seen(*plan, lane, "lookup", -1);
    check_finished(run.report);
    CHECK(probes == 1);
    CHECK(run.report.ledger.done == 1);
    CHECK(of_key(run.report, "lookup").refused == 9);
  }
}

TEST_CASE_FIXTURE(HangGuard, "all tries of a record are one call, and a refusal is not tried again") {
  Script script;
  tick(script, 6);
  Numbers calls;
  script.later = [&](const Call& it, const Reply<double>& reply) {
    calls.add(it.x);
    reply.fail(outage);
  };
  const auto plan = guarded("sc_later", "breaker: {failures: 2, cool_down: 1h}, retry: {times: 2, backoff: 1s}");
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    const SeenRun run = run_seen(*plan, lane, "lookup", -1);
    check_finished(run.report);
    CHECK(calls.take() == std::vector<double>{0, 0, 0, 1, 1, 1});
    CHECK(of_key(run.report, "lookup").refused == 4);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a bad page and a drop are no outages") {
  Script script;
  tick(script, 40);
  script.later = [](const Call& it, const Reply<double>& reply) {
    if (static_cast<int>(it.x) % 2) reply.fail(bad_page);
    else reply.drop("gone");
  };
  const auto plan = guarded("sc_later", "breaker: 1");
  for (const Lane& lane : all_lanes) {
    const SeenRun run = run_seen(*plan, lane, "lookup", -1);
    CHECK(of_key(run.report, "lookup").calls == 40);
    CHECK(of_key(run.report, "lookup").opened == 0);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a probe that is cancelled while it is parked leaves the run in good order") {
  Script script;
  script.source = [](const Emit<double>& emit) {
    emit(-1);
    emit.sleep(1min);
    for (int i = 0; i < 4; ++i) emit(i);
    emit.sleep(1min);
  };
  Run* running = nullptr;
  std::vector<Reply<double>> held;  // one that is let go answers
  script.later = [&](const Call& it, const Reply<double>& reply) {
    if (it.x < 0) return void(reply.fail(outage));
    held.push_back(reply);
    reply.park();
    it.clock.after(1s, [&running] { running->stop(); });
  };
  const auto plan = guarded("sc_later", "breaker: {failures: 1, cool_down: 30s}");
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    Run run(*plan, options_of(lane));
    running = &run;
    const RunReport report = run.run();
    held.clear();
    check_balance(report.ledger);
    CHECK(report.end == RunEnd::stopped);
    CHECK(report.ledger.cancelled >= 1);
    CHECK(of_key(report, "lookup").calls == 2);
  }
}
