// What the whole engine costs when nodes do nothing: feed, admission, countdown, statistics and an ordered sink, beside flow
// graphs of the library that have none of these. Wall time of a whole run, opening and closing included.
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <memory>
#include <stdexcept>

#include "bench/plans.hpp"
#include "bench/workload.hpp"
#include "core/node.hpp"
#include "core/run/run.hpp"

HEADRACE_KEY("number", "A number.", std::int64_t)
HEADRACE_KEY("other", "Another number.", std::int64_t)

namespace {

namespace flow = oneapi::tbb::flow;
using headrace::In;

std::int64_t next_of(std::int64_t number) { return number + 1; }
std::int64_t sum_of(std::int64_t number, std::int64_t other) { return number + other; }

constexpr std::uint64_t nodes = 8;  // of each shape
constexpr std::size_t in_flight = 256;

std::int64_t chain_of(std::int64_t number) { return number + static_cast<std::int64_t>(nodes); }
std::int64_t diamonds_of(std::int64_t number) { return 4 * number + 11; }

// What the sinks have taken: every shape and every side must come to the same sum.
std::int64_t expected(std::int64_t records, std::int64_t (*shape)(std::int64_t)) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < records; ++i) sum += shape(i);
  return sum;
}

void expect(std::int64_t taken, std::int64_t wanted) {
  if (taken != wanted) throw std::runtime_error("a sink took " + std::to_string(taken) + " instead of " + std::to_string(wanted));
}

// ---- ours --------------------------------------------------------------------------------------------------------------

struct Next {
  std::int64_t operator()(In<"number"> number) const { return next_of(*number); }
};
struct Sum {
  std::int64_t operator()(In<"number"> number, In<"other"> other) const { return sum_of(*number, *other); }
};
HEADRACE_NODE(Next, "bench_next", "Adds one.")
HEADRACE_NODE(Sum, "bench_sum", "Adds two numbers.")

std::int64_t taken = 0;
struct Take {
  void operator()(In<"number"> number) { taken += *number; }
};
HEADRACE_NODE(Take, "bench_take", "Sums up what it takes.")

constexpr const char* chain_pipeline = R"(
inputs: [number]
graph:
  a: bench_next
  b: {node: bench_next, in: {number: a}}
  c: {node: bench_next, in: {number: b}}
  d: {node: bench_next, in: {number: c}}
  e: {node: bench_next, in: {number: d}}
  f: {node: bench_next, in: {number: e}}
  g: {node: bench_next, in: {number: f}}
  h: {node: bench_next, in: {number: g}}
sinks:
  taken: {node: bench_take, in: {number: h}}
)";

constexpr const char* diamonds_pipeline = R"(
inputs: [number]
graph:
  top:    bench_next
  left:   {node: bench_next, in: {number: top}}
  right:  {node: bench_next, in: {number: top}}
  middle: {node: bench_sum, in: {number: left, other: right}}
  west:   {node: bench_next, in: {number: middle}}
  east:   {node: bench_next, in: {number: middle}}
  bottom: {node: bench_sum, in: {number: west, other: east}}
  last:   {node: bench_next, in: {number: bottom}}
sinks:
  taken: {node: bench_take, in: {number: last}}
)";

void run_ours(const headrace::Plan& plan, std::int64_t records, int threads, headrace::Fusion fusion) {
  taken = 0;
  headrace::RunOptions options;
  options.threads = threads;
  options.ordered = true;
  options.fusion = fusion;
  options.feed = [&](headrace::Feeder& feeder) {
    for (std::int64_t i = 0; i < records; ++i) {
      headrace::Seed seed;
      seed.values.emplace_back(plan.inputs.front(), headrace::AnyValue::of(i));
      if (!feeder.admit(std::move(seed))) return;
    }
  };
  const auto report = headrace::Run(plan, std::move(options)).run();
  if (report.ledger.done != static_cast<std::uint64_t>(records)) throw std::runtime_error("not every record is done");
}

// ---- flow graphs of the library ----------------------------------------------------------------------------------------

struct Message {
  std::uint64_t tag = 0;
  std::int64_t number = 0;
};
using Step = flow::function_node<Message, Message>;
using Pair = std::tuple<Message, Message>;

// What both shapes have: a source, a limit, a serial sink that gives the place back.
class RawGraph {
 public:
  explicit RawGraph(std::int64_t records)
      : source_(graph_,
                [this, records](oneapi::tbb::flow_control& control) -> Message {
                  if (made_ == records) return control.stop(), Message{};
                  const std::int64_t number = made_++;
                  return {static_cast<std::uint64_t>(number), number};
                }),
        limit_(graph_, in_flight),
        sink_(graph_, flow::serial, [](const Message& message) {
          taken += message.number;
          return flow::continue_msg();
        }) {
    flow::make_edge(source_, limit_);
    flow::make_edge(sink_, limit_.decrementer());
  }
  virtual ~RawGraph() = default;
  void run() {
    source_.activate();
    graph_.wait_for_all();
  }

 protected:
  Step step() {
    return Step(graph_, flow::unlimited, [](Message message) { return message.number = next_of(message.number), message; });
  }
  flow::graph graph_;
  std::int64_t made_ = 0;
  flow::input_node<Message> source_;
  flow::limiter_node<Message> limit_;
  flow::function_node<Message, flow::continue_msg> sink_;
};

class RawChain final : public RawGraph {
 public:
  explicit RawChain(std::int64_t records) : RawGraph(records) {
    for (std::uint64_t i = 0; i < nodes; ++i) steps_.push_back(std::make_unique<Step>(step()));
    flow::make_edge(limit_, *steps_.front());
    for (std::size_t i = 1; i < steps_.size(); ++i) flow::make_edge(*steps_[i - 1], *steps_[i]);
    flow::make_edge(*steps_.back(), sink_);
  }

 private:
  std::vector<std::unique_ptr<Step>> steps_;
};

// Two steps that read the same message, and the sum of what they make: joined by the message's tag.
class RawDiamond {
 public:
  RawDiamond(flow::graph& graph, flow::sender<Message>& top, Step left, Step right)
      : left_(left),
        right_(right),
        join_(
            graph, [](const Message& of) { return of.tag; }, [](const Message& of) { return of.tag; }),
        sum_(graph, flow::unlimited, [](const Pair& pair) {
          const auto& [west, east] = pair;
          return Message{west.tag, sum_of(west.number, east.number)};
        }) {
    flow::make_edge(top, left_);
    flow::make_edge(top, right_);
    flow::make_edge(left_, flow::input_port<0>(join_));
    flow::make_edge(right_, flow::input_port<1>(join_));
    flow::make_edge(join_, sum_);
  }
  flow::sender<Message>& bottom() { return sum_; }

 private:
  Step left_, right_;
  flow::join_node<Pair, flow::tag_matching> join_;
  flow::function_node<Pair, Message> sum_;
};

class RawDiamonds final : public RawGraph {
 public:
  explicit RawDiamonds(std::int64_t records)
      : RawGraph(records),
        top_(step()),
        first_(graph_, top_, step(), step()),
        second_(graph_, first_.bottom(), step(), step()),
        last_(step()) {
    flow::make_edge(limit_, top_);
    flow::make_edge(second_.bottom(), last_);
    flow::make_edge(last_, sink_);
  }

 private:
  Step top_;
  RawDiamond first_, second_;
  Step last_;
};

template <class Graph> void run_raw(std::int64_t records, int threads) {
  taken = 0;
  const oneapi::tbb::global_control control(oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  oneapi::tbb::task_arena arena(threads);
  arena.execute([&] { Graph(records).run(); });
}

// ---- the measure -------------------------------------------------------------------------------------------------------

struct Shape {
  std::string name;
  headrace::Fusion fusion;
  const char* pipeline;
  std::int64_t (*value)(std::int64_t number);
  std::string baseline;
  void (*run_raw)(std::int64_t records, int threads);
};

const Shape shapes[] = {
    {"chain", headrace::Fusion::measured, chain_pipeline, chain_of, "raw chain", run_raw<RawChain>},
    {"diamonds", headrace::Fusion::measured, diamonds_pipeline, diamonds_of, "raw tag joins", run_raw<RawDiamonds>},
    {"unfused diamonds", headrace::Fusion::never, diamonds_pipeline, diamonds_of, "raw tag joins", run_raw<RawDiamonds>},
};

bench::Row measure(const Shape& shape, int threads, const bench::Settings& settings) {
  const std::int64_t records = settings.quick ? 100 : 50'000;
  const auto plan = bench::plan_of(shape.pipeline);
  const std::int64_t wanted = expected(records, shape.value);
  const auto timed = [&](auto&& body) {
    const double time = bench::time_per(static_cast<std::uint64_t>(records) * nodes, bench::By::wall, body);
    expect(taken, wanted);
    return time;
  };
  const auto times = bench::in_turns(settings.repetitions, {[&] { return timed([&] { run_ours(*plan, records, threads, shape.fusion); }); },
                                                            [&] { return timed([&] { shape.run_raw(records, threads); }); }});
  return {shape.name + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"), times[0], shape.baseline, times[1]};
}

bench::Report run(const bench::Settings& settings) {
  bench::Report report{"ns per node and record", {}};
  const std::vector<int> threads = settings.threads ? std::vector<int>{settings.threads} : std::vector<int>{1, 2};
  for (const Shape& shape : shapes)
    for (const int count : threads) report.rows.push_back(measure(shape, count, settings));
  return report;
}

[[maybe_unused]] const bool known =
    bench::add({"engine", "The whole engine over eight empty nodes, beside flow graphs of the library alone.", run});

}  // namespace
