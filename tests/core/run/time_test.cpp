// Retry, timeout and max on the virtual clock: times are exact, so they are asserted exactly.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

// When a key was called, in virtual time.
class Times {
 public:
  std::size_t add(Duration at) {
    const std::lock_guard lock(mutex_);
    all_.push_back(at);
    return all_.size();
  }
  std::vector<Duration> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(all_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Duration> all_;
};

const Failure kBusy{"unavailable", "come back later", true, {}};

std::unique_ptr<Plan> slow_plan(const std::string& decorators) {
  return plan_of("inputs: [sc_in]\ngraph: {slow: {node: sc_later, in: {sc_x: sc_in}, " + decorators + "}}\n");
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "a retry waits for its backoff, doubled each time, and up to a quarter more") {
  Script script;
  Times times;
  script.later = [&](const Call& it, const Reply<double>& reply) {
    times.add(it.clock.elapsed());
    reply.fail(kBusy);
  };
  const auto plan = slow_plan("retry: {times: 3, backoff: 1s}");
  std::vector<Duration> expected;
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_numbers(*plan, lane, 1);
    check_finished(report);
    CHECK(report.ledger.failed == 1);
    const auto at = times.take();
    REQUIRE(at.size() == 4);
    CHECK(at[0] == 0s);
    for (int i = 1; i < 4; ++i) {
      const Duration wait = at[static_cast<std::size_t>(i)] - at[static_cast<std::size_t>(i - 1)], least = 1s * (1 << (i - 1));
      CHECK(wait >= least);
      CHECK(wait <= least + least / 4);
    }
    if (expected.empty()) expected = at;
    CHECK(at == expected);  // the seed decides, not the executor
  }
}

TEST_CASE_FIXTURE(HangGuard, "a retry keeps to the time that the other side named, and no try waits longer than max_wait") {
  Script script;
  Times times;
  Duration named{};
  script.later = [&](const Call& it, const Reply<double>& reply) {
    if (times.add(it.clock.elapsed()) == 1) reply.fail({"http_status", "429", true, named});
    else reply(it.x);
  };
  const auto plan = slow_plan("retry: {times: 2, backoff: 1s}");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    named = 1min;
    CHECK(run_numbers(*plan, lane, 1).ledger.done == 1);
    CHECK(times.take() == std::vector<Duration>{0s, 1min});
    named = 2h;
    CHECK(run_numbers(*plan, lane, 1).ledger.failed == 1);
    CHECK(times.take() == std::vector<Duration>{0s});
  }
}

TEST_CASE_FIXTURE(HangGuard, "an error that is not retryable is not tried again") {
  Script script;
  Times times;
  script.later = [&](const Call& it, const Reply<double>& reply) {
    times.add(it.clock.elapsed());
    reply.fail({"bad_input", "never", false, {}});
  };
  const auto plan = slow_plan("retry: {times: 5, backoff: 1s}");
  for (const Lane& lane : lanes) {
    CHECK(run_numbers(*plan, lane, 1).ledger.failed == 1);
    CHECK(times.take().size() == 1);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a timeout counts for each try, and only time at work") {
  Script script;
  Times answers;
  bool late = false;
  Duration work{};
  script.later = [&](const Call& it, const Reply<double>& reply) {
    reply.park();
    it.clock.after(1h, [&, clock = &it.clock, reply, x = it.x] {
      reply.ready([&, clock, reply, x] {
        clock->after(work, [&, clock, reply, x] {
          late = !reply(x);
          answers.add(clock->elapsed());
        });
      });
    });
  };
  const auto plan = slow_plan("timeout: 10s");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    work = 9s;
    CHECK(run_numbers(*plan, lane, 1).ledger.done == 1);
    CHECK(answers.take() == std::vector<Duration>{1h + 9s});
    CHECK_FALSE(late);
    work = 11s;
    const RunReport report = run_numbers(*plan, lane, 1);
    CHECK(report.ledger.failed_by_node.at("sc_later") == std::map<std::string, std::uint64_t>{{"timeout", 1}});
    answers.take();
  }
}

TEST_CASE_FIXTURE(HangGuard, "a timeout is retried, and each try has all of it") {
  Script script;
  Times times;
  script.later = [&](const Call& it, const Reply<double>& reply) {
    const std::size_t tried = times.add(it.clock.elapsed());
    it.clock.after(tried < 3 ? 11s : 9s, [reply, x = it.x] { reply(x); });
  };
  const auto plan = slow_plan("timeout: 10s, retry: {times: 2, backoff: 0s}");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    CHECK(run_numbers(*plan, lane, 1).ledger.done == 1);
    CHECK(times.take() == std::vector<Duration>{0s, 10s, 20s});
  }
}

TEST_CASE_FIXTURE(HangGuard, "never more than max calls at once, and never fewer while there is work") {
  Script script;
  std::atomic<int> running{0}, most{0};
  Times ends;
  script.later = [&](const Call& it, const Reply<double>& reply) {
    const int now = ++running;
    for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {}
    it.clock.after(1s, [&, clock = &it.clock, reply, x = it.x] {
      --running;
      ends.add(clock->elapsed());
      reply(x);
    });
  };
  const auto plan = slow_plan("max: 3");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    check_finished(run_numbers(*plan, lane, 50));
    CHECK(most == 3);
    const auto all = ends.take();
    CHECK(*std::max_element(all.begin(), all.end()) == 17s);  // 50 records by threes
  }
}
