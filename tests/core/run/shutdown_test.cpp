// First signal, second signal, and resources that do not open.
#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace sd {

class Part {
 public:
  static constexpr std::string_view interface_name = "part", default_node = "", file_node = "";
  virtual ~Part() = default;
};
class Whole {
 public:
  static constexpr std::string_view interface_name = "whole", default_node = "", file_node = "";
  virtual ~Whole() = default;
};

}  // namespace sd

namespace {

std::vector<std::string> opened_and_closed;

struct Logged {
  explicit Logged(std::string what) : name(std::move(what)) { opened_and_closed.push_back("open " + name); }
  Logged(const Logged&) = delete;
  ~Logged() { opened_and_closed.push_back("close " + name); }
  std::string name;
};

struct SdPart final : sd::Part {
  struct Config {
    std::string as;
    static constexpr auto fields() { return std::tuple(field("as", &Config::as, "Its name in the log.")); }
  };
  explicit SdPart(Config config) : log(config.as) {}
  Logged log;
};
struct SdWhole final : sd::Whole {
  struct Config {
    Use<sd::Part> part;
    bool broken = false;
    static constexpr auto fields() {
      return std::tuple(field("part", &Config::part, "What it is made of."), field("broken", &Config::broken, "It will not open."));
    }
  };
  explicit SdWhole(Config config) : log("whole") {
    if (config.broken) throw NodeError("unavailable", "the port is taken");
  }
  Logged log;
};
struct SdUse {
  struct Config {
    Use<sd::Whole> whole;
    static constexpr auto fields() { return std::tuple(field("whole", &Config::whole, "What it uses.")); }
  };
  explicit SdUse(Config) {}
  double operator()(In<"sc_x"> x) const { return *x; }
};

HEADRACE_RESOURCE(SdPart, sd::Part, "sd_part", "A part.")
HEADRACE_RESOURCE(SdWhole, sd::Whole, "sd_whole", "Made of a part.")
HEADRACE_NODE(SdUse, "sd_use", "Uses the whole.")

const char* const kService = R"(
inputs: [sc_in]
resources:
  whole: {node: sd_whole, part: second, broken: BROKEN}
  first: {node: sd_part, as: first}
  second: {node: sd_part, as: second}
graph: {used: {node: sd_use, in: {sc_x: sc_in}}}
)";

std::string service(const std::string& broken) {
  std::string text = kService;
  return text.replace(text.find("BROKEN"), 6, broken);
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "at the first signal sources stop, parked records are cancelled, and active ones finish") {
  Script script;
  const auto plan = plan_of(R"(
sources: {item: sc_source}
graph: {slow: {node: sc_later, in: {sc_x: item}}}
sinks: {out: {node: sc_sink, in: {sc_x: slow}}}
limits: {in_flight: 2, parked: 20}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    Numbers written, parked_numbers;
    std::vector<Reply<double>> parked;  // never answered
    bool source_ended = false;
    Run* running = nullptr;
    std::mutex mutex;
    script.write = [&](std::string_view, double x) { written.add(x); };
    script.later = [&](const Call& it, const Reply<double>& reply) {
      if (it.x == 0) return void(it.clock.after(10s, [reply] { reply(0); }));  // active, within the drain
      reply.park();
      const std::lock_guard lock(mutex);
      parked.push_back(reply);
      if (parked.size() == 19) running->stop();
    };
    script.source = [&](const Emit<double>& emit) {
      for (int i = 0; emit(i, {"p", std::to_string(i)}); ++i) {}
      source_ended = emit.stopping();
    };
    const std::shared_ptr<Store> store = make_memory_store();
    RunOptions options = options_of(lane);
    options.store = store;
    Run run(*plan, std::move(options));
    running = &run;
    const RunReport report = run.run();
    CHECK(report.end == RunEnd::stopped);
    check_balance(report.ledger);
    CHECK(source_ended);
    CHECK(report.ledger.done == 1);
    CHECK(report.ledger.cancelled == 19);
    CHECK(report.unsettled == 19);
    CHECK(written.take() == std::vector<double>{0});
    CHECK(store->get("headrace/position/item/p") == "0");
    for (const auto& each : parked) CHECK_FALSE(each(1));  // too late
  }
}

TEST_CASE_FIXTURE(HangGuard, "a turn that comes while its record is being cancelled is given up, and the record comes again") {
  // As a client's: one that is let go unused is a failure of the request.
  struct Turn {
    Reply<double> reply;
    std::atomic<bool> used = false;
    explicit Turn(Reply<double> of) : reply(std::move(of)) {}
    ~Turn() {
      if (!used) reply.fail({"cancelled", "nobody waits for it any more", false, {}});
    }
  };
  constexpr int kRecords = 2000;
  Script script;
  const auto plan = plan_of(R"(
sources: {item: sc_source}
graph: {slow: {node: sc_later, in: {sc_x: item}}}
limits: {in_flight: 2, parked: 2001}
)");
  script.source = [&](const Emit<double>& emit) {
    for (int i = 0; i < kRecords && emit(i, {"p", std::to_string(i)}); ++i) {}
    while (emit.sleep(1h)) {}
  };
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    std::vector<Reply<double>> parked;
    Run* running = nullptr;
    std::thread turns;
    script.later = [&, mutex = std::make_shared<std::mutex>()](const Call& it, const Reply<double>& reply) {
      reply.park();
      const std::lock_guard lock(*mutex);
      parked.push_back(reply);
      if (parked.size() < kRecords) return;
      turns = std::thread([&, busy = Clock::Busy(it.clock)] {  // no time passes meanwhile, or the drain would be over
        running->stop();
        for (const auto& each : parked)
          each.ready([turn = std::make_shared<Turn>(each)] {
            turn->used = true;
            turn->reply(1);
          });
      });
    };
    Run run(*plan, options_of(lane));
    running = &run;
    const RunReport report = run.run();
    turns.join();
    check_balance(report.ledger);
    CHECK(report.ledger.failed == 0);
    CHECK(report.ledger.done + report.ledger.cancelled == kRecords);
  }
}

TEST_CASE_FIXTURE(HangGuard, "what is still at work after the drain is cut off, and named") {
  Script script;
  const auto plan = plan_of("inputs: [sc_in]\ngraph: {slow: {node: sc_later, in: {sc_x: sc_in}}}\nlimits: {drain: 7s}\n");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    std::vector<Reply<double>> kept;
    Run* running = nullptr;
    script.later = [&](const Call& it, const Reply<double>& reply) {
      kept.push_back(reply);
      it.clock.after(24h, [reply] { reply(0); });
      running->stop();
    };
    RunOptions options = options_of(lane);
    options.feed = numbers(*plan, 1);
    bool told = false;
    options.on_abort = [&](const RunReport& cut) { told = cut.cut == std::vector<std::string>{"slow (1)"}; };
    auto run = std::make_unique<Run>(*plan, std::move(options));
    running = run.get();
    const RunReport report = run->run();
    CHECK(report.end == RunEnd::aborted);
    CHECK(told);
    CHECK(report.cut == std::vector<std::string>{"slow (1)"});
    CHECK(report.unsettled == 1);
    run.reset();
    for (const auto& each : kept) CHECK_FALSE(each(1));  // too late, and harmless
  }
}

TEST_CASE_FIXTURE(HangGuard, "twins of a record that is cancelled come again with it") {
  Script script;
  const auto plan = plan_of(R"(
sources: {item: sc_source}
graph:
  name: {node: sc_text, in: {sc_x: item}}
  slow: {node: sc_later, in: {sc_x: item}, after: [name]}
identity: name
)");
  script.text = [](const Call&) { return "the same document"; };
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    Run* running = nullptr;
    script.later = [](const Call&, const Reply<double>& reply) {
      static std::vector<Reply<double>> kept;  // beyond the run: an answer after the end is refused
      kept.push_back(reply);
      reply.park();
    };
    script.source = [&](const Emit<double>& emit) {
      emit(1, {"first", "a"});
      emit.sleep(1s);
      emit(2, {"twin", "b"});
      emit.sleep(1s);
      running->stop();
      emit.sleep(1h);
    };
    const std::shared_ptr<Store> store = make_memory_store();
    RunOptions options = options_of(lane);
    options.store = store;
    Run run(*plan, std::move(options));
    running = &run;
    const RunReport report = run.run();
    check_balance(report.ledger);
    CHECK(report.ledger.cancelled == 1);
    CHECK(report.ledger.dropped == 1);
    CHECK(report.unsettled == 2);
    CHECK_FALSE(store->get("headrace/position/item/twin"));
  }
}

TEST_CASE_FIXTURE(HangGuard, "resources open in dependency order and close in reverse") {
  opened_and_closed.clear();
  const Script script;
  const auto plan = plan_of(service("false"));
  check_finished(run_numbers(*plan, lanes[0], 3));
  REQUIRE(opened_and_closed.size() == 6);
  auto position = [](const std::string& what) {
    return std::find(opened_and_closed.begin(), opened_and_closed.end(), what) - opened_and_closed.begin();
  };
  CHECK(position("open second") < position("open whole"));
  for (int i = 0; i < 3; ++i)
    CHECK(opened_and_closed[static_cast<std::size_t>(5 - i)] == "close" + opened_and_closed[static_cast<std::size_t>(i)].substr(4));
}

TEST_CASE_FIXTURE(HangGuard, "a resource that fails to open after others did: those are closed, and the place is named") {
  const Script script;
  const auto plan = plan_of(service("true"));
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    opened_and_closed.clear();
    try {
      run_numbers(*plan, lane, 3);
      FAIL("it has opened");
    } catch (const StartError& error) {
      CHECK(error.diagnostic.at.line == 4);
      CHECK(error.diagnostic.message.find("'whole'") != std::string::npos);
      CHECK(error.diagnostic.message.find("the port is taken") != std::string::npos);
    }
    std::vector<std::string> open;
    for (const std::string& each : opened_and_closed) {
      if (each.starts_with("open ")) open.push_back(each.substr(5));
      else {
        REQUIRE_FALSE(open.empty());
        CHECK(each == "close " + open.back());
        open.pop_back();
      }
    }
    CHECK(open.empty());
    CHECK(opened_and_closed.size() >= 4);
  }
}
