// Where engines of this kind hang: one token, more parked records than tokens, an order whose first record waits, a sink that
// flushes later than anything comes.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "core/run/admission.hpp"
#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

HEADRACE_KEY("tk_x", "Operand of the token tests.", double)
HEADRACE_KEY("tk_body", "A large value.", std::string)

namespace {

constexpr std::size_t kBodyBytes = 1 << 20;
std::atomic<int> bodies{0}, most_bodies{0};

void raise_to(std::atomic<int>& most, int now) {
  for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {}
}

struct TkBody {
  std::string operator()(In<"tk_x">) const {
    raise_to(most_bodies, ++bodies);
    return std::string(kBodyBytes, 'b');
  }
};
// Keeps the value alive for a while, parked.
struct TkPark {
  explicit TkPark(Services& services) : clock(&services.clock) {}
  void operator()(In<"tk_body"> body, Reply<double> reply) const {
    reply.park();
    clock->after(1s, [reply, size = static_cast<double>(body->size())] {
      reply.ready([reply, size] {
        --bodies;
        reply(size);
      });
    });
  }
  Clock* clock;
};

HEADRACE_NODE(TkBody, "tk_body", "Makes a large value.")
HEADRACE_NODE(TkPark, "tk_park", "Parks with a large value.")

// Parks for `delay` of virtual time and then answers.
void park_for(Duration delay, const Call& call, const Reply<double>& reply, const std::function<void()>& before = {}) {
  reply.park();
  call.clock.after(delay, [reply, x = call.x, before] {
    if (before) before();
    reply.ready([reply, x] { reply(x); });
  });
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // they keep freed memory for a while
#else
constexpr bool kSanitized = false;
#endif

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "one token is enough for nodes that expand, one below the other") {
  Script script;
  Numbers leaves;
  script.each = [](const Call& it) { return std::vector<double>(it.as == "many" ? 5 : 3, it.x); };
  script.call = [&](const Call& it) { return leaves.add(it.x), it.x; };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph:
  many: {node: sc_each, as: many, in: {sc_x: sc_in}}
  few: {node: sc_each, as: few, in: {sc_x: many}}
  leaf: {node: sc_call, in: {sc_x: few}}
limits: {in_flight: 1}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_numbers(*plan, lane, 40);
    check_finished(report);
    CHECK(report.ledger.admitted == 40 * (1 + 5 + 15));
    CHECK(report.ledger.children == 40 * 20);
    CHECK(leaves.take().size() == 40 * 15);
  }
}

TEST_CASE_FIXTURE(HangGuard, "two tokens carry ten thousand parked records") {
  Script script;
  std::atomic<int> parked, parked_at_first_answer;
  script.later = [&](const Call& it, const Reply<double>& reply) {
    ++parked;
    park_for(1h, it, reply, [&] {
      int none = -1;
      parked_at_first_answer.compare_exchange_strong(none, parked.load());
    });
  };
  const auto plan = plan_of("inputs: [sc_in]\ngraph: {slow: {node: sc_later, in: {sc_x: sc_in}}}\nlimits: {in_flight: 2}\n");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    parked = 0;
    parked_at_first_answer = -1;
    const RunReport report = run_numbers(*plan, lane, 10'000);
    check_finished(report);
    CHECK(report.ledger.done == 10'000);
    CHECK(parked_at_first_answer == 10'000);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a record that parks gives way to no more than in_flight at work") {
  Script script;
  std::atomic<int> working{0}, most{0};
  script.later = [&](const Call& it, const Reply<double>& reply) { park_for(1s, it, reply); };
  script.call = [&](const Call& it) {
    raise_to(most, ++working);
    --working;
    return it.x;
  };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph:
  slow: {node: sc_later, in: {sc_x: sc_in}}
  after: {node: sc_call, in: {sc_x: slow}}
limits: {in_flight: 1}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    check_finished(run_numbers(*plan, lane, 500));
    CHECK(most == 1);
  }
}

TEST_CASE_FIXTURE(HangGuard, "an ordered key whose first record is parked waits for it, whatever the window") {
  Script script;
  Numbers order;
  script.later = [](const Call& it, const Reply<double>& reply) { it.x == 0 ? park_for(1h, it, reply) : void(reply(it.x)); };
  script.fold = [&](const Call& it) { return order.add(it.x), it.x; };
  for (const char* limits : {"{in_flight: 1}", "{in_flight: 2, window: 1}", "{in_flight: 3}"}) {
    CAPTURE(limits);
    const auto plan = plan_of(std::string(R"(
inputs: [sc_in]
graph:
  fetched: {node: sc_later, in: {sc_x: sc_in}}
  total: {node: sc_fold, ordered: true, in: {sc_x: fetched}}
limits: )") + limits + "\n");
    for (const Lane& lane : lanes) {
      CAPTURE(name_of(lane));
      check_finished(run_numbers(*plan, lane, 300));
      CHECK(order.take() == first_numbers(300));
    }
  }
}

TEST_CASE_FIXTURE(HangGuard, "ten thousand records that fail pass by the one that an order waits for") {
  Script script;
  std::atomic<int> failed{0}, failed_before_first{-1};
  Numbers order;
  script.later = [&](const Call& it, const Reply<double>& reply) {
    if (it.x == 0) return park_for(1h, it, reply, [&] { failed_before_first = failed.load(); });
    ++failed;
    reply.fail({"unavailable", "gone", false, {}});
  };
  script.fold = [&](const Call& it) { return order.add(it.x), it.x; };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph:
  fetched: {node: sc_later, in: {sc_x: sc_in}}
  total: {node: sc_fold, ordered: true, in: {sc_x: fetched}}
limits: {in_flight: 2}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    failed = 0;
    const RunReport report = run_numbers(*plan, lane, 10'001);
    check_finished(report);
    CHECK(failed_before_first == 10'000);
    CHECK(report.ledger.failed == 10'000);
    CHECK(report.ledger.done == 1);
    CHECK(order.take() == std::vector<double>{0});
  }
}

TEST_CASE_FIXTURE(HangGuard, "a sink whose batch is larger than in_flight, and than all places, flushes when nothing else can go on") {
  Script script;
  Numbers written;
  std::atomic<int> flushes{0};
  script.write = [&](std::string_view, double x) { written.add(x); };
  script.flush = [&](std::string_view) { ++flushes; };
  for (const char* batch : {"{records: 1000}", "{records: 1000, every: 24h}"}) {
    const auto plan = plan_of(std::string(R"(
inputs: [sc_in]
graph: {same: {node: sc_call, in: {sc_x: sc_in}}}
sinks: {out: {node: sc_sink, in: {sc_x: same}, flush: )") +
                              batch + "}}\nlimits: {in_flight: 2, parked: 4}\n");
    for (const Lane& lane : lanes) {
      CAPTURE(name_of(lane));
      check_finished(run_numbers(*plan, lane, 50));
      auto all = written.take();
      std::sort(all.begin(), all.end());
      CHECK(all == first_numbers(50));
      CHECK(flushes.exchange(0) > 0);
    }
  }
}

TEST_CASE_FIXTURE(HangGuard, "memory is obeyed by bytes, and by parked records too") {
  Script script;
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph:
  tk_body: {node: tk_body, in: {tk_x: sc_in}}
  size: tk_park
limits: {in_flight: 3, memory: 4MiB}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    bodies = most_bodies = 0;
    const RunReport report = run_numbers(*plan, lane, 60);
    check_finished(report);
    CHECK(report.ledger.done == 60);
    CHECK(most_bodies > 1);
    CHECK(most_bodies <= 4 + 3);  // 4 MiB, and in_flight times the largest
  }
}

TEST_CASE_FIXTURE(HangGuard, "one lone record comes out although its source then sleeps") {
  Script script;
  std::atomic<bool> flushed{false};
  bool flushed_in_time = false;
  script.source = [&](const Emit<double>& emit) {
    emit(1);
    emit.sleep(1h);
    flushed_in_time = flushed;
  };
  script.flush = [&](std::string_view) { flushed = true; };
  for (const char* batch : {"{records: 1}", "{records: 100}", "{records: 100, every: 24h}"}) {
    CAPTURE(batch);
    const auto plan = plan_of(std::string(R"(
sources: {item: sc_source}
graph:
  same: {node: sc_call, in: {sc_x: item}}
  late: {node: sc_later, in: {sc_x: same}}
  total: {node: sc_fold, ordered: true, in: {sc_x: late}}
sinks: {out: {node: sc_sink, in: {sc_x: total}, ordered: true, flush: )") +
                              batch + "}}\n");
    for (const Lane& lane : lanes) {
      CAPTURE(name_of(lane));
      flushed = flushed_in_time = false;
      check_finished(run_sources(*plan, lane));
      CHECK(flushed_in_time);
    }
  }
}

TEST_CASE_FIXTURE(PatientHangGuard, "memory is flat over a million records") {
  Script script;
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph:
  name: {node: sc_text, in: {sc_x: sc_in}}
  same: {node: sc_call, in: {sc_x: sc_in}}
sinks: {out: {node: sc_sink, in: {sc_x: same}, flush: {records: 100}}}
identity: name
limits: {in_flight: 1000, parked: 4000}
)");
  RunOptions options = options_of({Executor::tbb, 2});
  std::size_t early = 0, late = 0;
  options.feed = [&, input = plan->find_slot("sc_in")](Feeder& feeder) {
    for (int i = 0; i < 1'000'000; ++i) {
      Seed seed;
      seed.values.emplace_back(input, AnyValue::of(static_cast<double>(i)));
      feeder.admit(std::move(seed));
      if (i == 100'000) early = resident_bytes();
    }
    late = resident_bytes();
  };
  const RunReport report = Run(*plan, std::move(options)).run();
  check_finished(report);
  CHECK(report.ledger.done == 1'000'000);
  if (!kSanitized) CHECK(late < early + (16u << 20));
}

TEST_CASE_FIXTURE(HangGuard, "a freed token goes to the oldest record that asks, and to a source last") {
  const auto clock = make_virtual_clock();
  Limits limits;
  limits.in_flight = 1;
  int idle = 0;
  run::Admission admission(limits, *clock, [&] { ++idle; });
  std::vector<int> granted;
  CHECK(admission.take(7, [] {}));
  for (const int number : {9, 3, 5})
    CHECK_FALSE(admission.take(static_cast<std::uint64_t>(number), [&granted, number] { granted.push_back(number); }));
  clock->busy();  // of the source's thread, as Feeders has it
  std::jthread source([&](const std::stop_token& stop) {
    const bool entered = admission.enter(stop);
    if (entered) granted.push_back(0);
  });
  for (int i = 0; i < 4; ++i) {
    CHECK(admission.active() == 1);
    admission.give_back();
  }
  source.join();
  CHECK(granted == std::vector<int>{3, 5, 9, 0});
  admission.give_back();
  CHECK(admission.active() == 0);
  CHECK(admission.requests() == 0);
  CHECK(idle >= 1);
}
