#include "tests/core/run/scripted.hpp"

#include <doctest/doctest.h>

#include "core/graph/plan.hpp"

namespace headrace {

namespace {

testing::Script* script = nullptr;

struct Named {
  std::string as;
  static constexpr auto fields() { return std::tuple(field("as", &Named::as, "Tells this one from others.")); }
};

// What all scripted nodes have: a name and the clock.
struct Scripted {
  using Config = Named;
  Scripted(Config config, Services& services) : as(std::move(config.as)), clock(&services.clock) {}
  testing::Call call(double x) const { return {as, x, *clock}; }
  std::string as;
  Clock* clock;
};

struct ScCall : Scripted {
  using Scripted::Scripted;
  double operator()(In<"sc_x"> x) const { return script->call(call(*x)); }
};
struct ScMaybe : Scripted {
  using Scripted::Scripted;
  Maybe<double> operator()(In<"sc_x"> x) const { return script->maybe(call(*x)); }
};
struct ScFold : Scripted {
  using Scripted::Scripted;
  double operator()(In<"sc_x"> x) { return script->fold(call(*x)); }
};
struct ScKeep : Scripted {
  using Scripted::Scripted;
  double operator()(In<"sc_x"> x, State state) { return script->keep(call(*x), state); }
};
struct ScEach : Scripted {
  using Scripted::Scripted;
  Each<double> operator()(In<"sc_x"> x) const { return {script->each(call(*x))}; }
};
struct ScLater : Scripted {
  using Scripted::Scripted;
  void operator()(In<"sc_x"> x, Reply<double> reply) const { script->later(call(*x), std::move(reply)); }
};
struct ScText : Scripted {
  using Scripted::Scripted;
  std::string operator()(In<"sc_x"> x) const { return script->text(call(*x)); }
};
struct ScSource {
  void operator()(Emit<double> emit) { script->source(emit); }
};
struct ScSink {
  using Config = Named;
  explicit ScSink(Config config) : as(std::move(config.as)) {}
  void operator()(In<"sc_x"> x) { script->write(as, *x); }
  void flush() { script->flush(as); }
  std::string as;
};

}  // namespace

HEADRACE_NODE(ScCall, "sc_call", "Does what the test says.")
HEADRACE_NODE(ScMaybe, "sc_maybe", "Does what the test says, or drops.")
HEADRACE_NODE(ScFold, "sc_fold", "Does what the test says, one call at a time.")
HEADRACE_NODE(ScKeep, "sc_keep", "Does what the test says, with state.")
HEADRACE_NODE(ScEach, "sc_each", "Expands as the test says.")
HEADRACE_NODE(ScLater, "sc_later", "Answers when the test says.")
HEADRACE_NODE(ScText, "sc_text", "Says what the test says.")
HEADRACE_NODE(ScSource, "sc_source", "Emits what the test says.")
HEADRACE_NODE(ScSink, "sc_sink", "Writes where the test says.")

namespace testing {

Script::Script() { script = this; }
Script::~Script() { script = nullptr; }

std::vector<double> first_numbers(int count) {
  std::vector<double> out;
  for (int i = 0; i < count; ++i) out.push_back(i);
  return out;
}

std::string name_of(const Lane& lane) {
  return lane.executor == Executor::serial ? "serial" : "tbb, threads " + std::to_string(lane.threads);
}

std::unique_ptr<Plan> plan_of(const std::string& yaml) {
  Compiled compiled = compile_config(parse_config(yaml, "scripted.yaml"));
  if (compiled.plan) return std::move(compiled.plan);
  std::string what = yaml;
  for (const auto& each : compiled.diagnostics) what += format_diagnostic(each);
  throw std::runtime_error(what);
}

RunOptions options_of(const Lane& lane) {
  RunOptions options;
  options.fusion = lane.fusion;
  options.executor = lane.executor;
  options.threads = lane.threads;
  options.clock = make_virtual_clock();
  return options;
}

std::function<void(Feeder&)> numbers(const Plan& plan, int count) {
  return [input = plan.find_slot("sc_in"), count](Feeder& feeder) {
    for (int i = 0; i < count; ++i) {
      Seed seed;
      seed.values.emplace_back(input, AnyValue::of(static_cast<double>(i)));
      if (!feeder.admit(std::move(seed))) return;
    }
  };
}

RunReport run_numbers(const Plan& plan, const Lane& lane, int count) {
  RunOptions options = options_of(lane);
  options.feed = numbers(plan, count);
  return Run(plan, std::move(options)).run();
}

RunReport run_sources(const Plan& plan, const Lane& lane) { return Run(plan, options_of(lane)).run(); }

void check_balance(const Ledger& ledger) { CHECK(ledger.admitted == ledger.done + ledger.dropped + ledger.failed + ledger.cancelled); }

void check_finished(const RunReport& report) {
  INFO(report.message);
  CHECK(report.end == RunEnd::finished);
  check_balance(report.ledger);
  CHECK(report.ledger.cancelled == 0);
  CHECK(report.unsettled == 0);
}

}  // namespace testing
}  // namespace headrace
