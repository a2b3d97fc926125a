// What always-on statistics cost a node that works for about ten microseconds: eight of them in a chain, one record at a time,
// beside the same work in a plain loop. It bounds their cost from above: the engine's own is in it too.
#include "bench/plans.hpp"
#include "bench/workload.hpp"
#include "core/node.hpp"
#include "core/run/evaluator.hpp"

HEADRACE_KEY("state", "Where a generator of random numbers stands.", std::uint64_t)

namespace {

constexpr std::uint64_t nodes = 8;

// About ten microseconds of arithmetic that no compiler can shorten.
[[gnu::noinline]] std::uint64_t work(std::uint64_t state) {
  for (int i = 0; i < 7'500; ++i) state = (state ^ (state >> 29)) * 0x9E3779B97F4A7C15u + 1;
  return state;
}

struct Work {
  std::uint64_t operator()(headrace::In<"state"> state) const { return work(*state); }
};
HEADRACE_NODE(Work, "bench_work", "Ten microseconds of arithmetic.")

constexpr const char* pipeline = R"(
inputs: [state]
graph:
  a: bench_work
  b: {node: bench_work, in: {state: a}}
  c: {node: bench_work, in: {state: b}}
  d: {node: bench_work, in: {state: c}}
  e: {node: bench_work, in: {state: d}}
  f: {node: bench_work, in: {state: e}}
  g: {node: bench_work, in: {state: f}}
  h: {node: bench_work, in: {state: g}}
)";

bench::Report run(const bench::Settings& settings) {
  const std::uint64_t records = settings.quick ? 10 : 1'000;
  const auto plan = bench::plan_of(pipeline);
  headrace::Evaluator evaluate(*plan);
  const int in = evaluate.slot("state"), out = evaluate.slot("h");
  const auto by_engine = [&](std::uint64_t state) {
    evaluate.set(in, state);
    evaluate.run();
    return *evaluate.value<std::uint64_t>(out);
  };
  const auto by_hand = [](std::uint64_t state) {
    for (std::uint64_t i = 0; i < nodes; ++i) state = work(state);
    return state;
  };
  if (by_engine(1) != by_hand(1)) throw std::runtime_error("both sides must come to the same value");
  const auto timed = [&](auto&& evaluate_one) {
    return bench::time_per(records * nodes, bench::By::thread, [&] {
      for (std::uint64_t i = 0; i < records; ++i) bench::keep(evaluate_one(i));
    });
  };
  const auto times = bench::in_turns(settings.repetitions, {[&] { return timed(by_engine); }, [&] { return timed(by_hand); }});
  return {"ns per node", {{"10 us nodes", times[0], "by hand", times[1]}}};
}

[[maybe_unused]] const bool known =
    bench::add({"statistics", "Nodes of ten microseconds, every call of them counted and timed, beside a plain loop.", run});

}  // namespace
