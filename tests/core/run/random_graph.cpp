#include "tests/core/run/random_graph.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>
#include <thread>

#include "core/node.hpp"

HEADRACE_KEY("rg_in", "Input of a random graph.", double)
HEADRACE_KEY("rg_x", "First operand.", double)
HEADRACE_KEY("rg_y", "Second operand, perhaps.", double)

namespace headrace {

namespace {

// A number below `bound` that depends on the operands and a salt alone.
std::uint64_t fate(double x, int salt, std::uint64_t bound) {
  RandomNumbers numbers(static_cast<std::uint64_t>(static_cast<std::int64_t>(x * 1024)) * 31 + static_cast<std::uint64_t>(salt));
  return numbers.next() % bound;
}
double mix(double x, double y, int salt) { return std::fmod(x * 1.25 + y * 0.5 + salt, 1009.0); }

struct Salted {
  int salt = 0;
  static constexpr auto fields() { return std::tuple(field("salt", &Salted::salt, "Makes this one differ.")); }
};

struct RgMix {
  using Config = Salted;
  explicit RgMix(Config config) : salt(config.salt) {}
  double operator()(In<"rg_x"> x, Opt<"rg_y"> y) const { return mix(*x, y ? *y : 1, salt); }
  int salt;
};
struct RgFail {
  using Config = Salted;
  explicit RgFail(Config config) : salt(config.salt) {}
  double operator()(In<"rg_x"> x, Opt<"rg_y"> y) const {
    if (fate(*x, salt, 7) == 0) throw NodeError("unlucky", "the operands were unlucky", fate(*x, salt, 2) == 0);
    if (fate(*x, salt, 41) == 1) throw 42;
    return mix(*x, y ? *y : 2, salt);
  }
  int salt;
};
struct RgDrop {
  using Config = Salted;
  explicit RgDrop(Config config) : salt(config.salt) {}
  Maybe<double> operator()(In<"rg_x"> x, Opt<"rg_y"> y) const {
    if (fate(*x, salt, 9) == 0) return Drop{"unwanted"};
    return mix(*x, y ? *y : 3, salt);
  }
  int salt;
};
struct RgSlow {
  using Config = Salted;
  explicit RgSlow(Config config) : salt(config.salt) {}
  double operator()(In<"rg_x"> x, Opt<"rg_y"> y) const {
    double sum = *x;
    for (int i = 0; i < static_cast<int>(fate(*x, salt, 3000)); ++i) sum = std::sqrt(sum * sum + 1e-9);
    return mix(*x, (y ? *y : 4) + (sum < 0 ? 1 : 0), salt);
  }
  int salt;
};
struct RgSum {  // the order of its calls shows in its values
  using Config = Salted;
  explicit RgSum(Config config) : sum(config.salt) {}
  double operator()(In<"rg_x"> x) { return sum = std::fmod(sum * 1.5 + *x, 4093.0); }
  double sum;
};
struct RgExpand {
  using Config = Salted;
  explicit RgExpand(Config config) : salt(config.salt) {}
  Each<double> operator()(In<"rg_x"> x) const {
    Each<double> each;
    for (std::uint64_t i = 0, n = fate(*x, salt, 5); i < n; ++i) each.items.push_back(mix(*x, static_cast<double>(i), salt));
    return each;
  }
  int salt;
};
// Answers at once, from a timer, from another thread, after parking, or never answers.
struct RgLater {
  using Config = Salted;
  RgLater(Config config, Services& services) : salt(config.salt), clock(&services.clock) {}
  void operator()(In<"rg_x"> x, Opt<"rg_y"> y, Reply<double> reply) const {
    const double value = mix(*x, y ? *y : 5, salt);
    const auto delay = std::chrono::milliseconds(1 + fate(*x, salt, 50));
    switch (fate(*x, salt + 1, 7)) {
      case 0: reply(value); break;
      case 1: clock->after(delay, [reply, value] { reply(value); }); break;
      case 2: answer_from_thread(reply, value); break;
      case 3:
        reply.park();
        clock->after(delay, [reply, value] { reply.ready([reply, value] { reply(value); }); });
        break;
      case 4:
        reply.park();
        clock->after(delay, [reply] { reply.fail({"unlucky", "after a wait", true, {}}); });
        break;
      case 5: break;  // lets go of its reply
      default:
        reply.drop("late");
        reply(value);
        break;
    }
  }
  void answer_from_thread(const Reply<double>& reply, double value) const {
    const std::lock_guard lock(threads->mutex);
    threads->all.emplace_back([reply, value, busy = Clock::Busy(*clock)] { reply(value); });
  }
  struct Threads {
    std::mutex mutex;
    std::vector<std::jthread> all;
  };
  int salt;
  Clock* clock;
  std::shared_ptr<Threads> threads = std::make_shared<Threads>();
};

}  // namespace

HEADRACE_NODE(RgMix, "rg_mix", "Mixes its operands.")
HEADRACE_NODE(RgFail, "rg_fail", "Fails now and then.")
HEADRACE_NODE(RgDrop, "rg_drop", "Drops now and then.")
HEADRACE_NODE(RgSlow, "rg_slow", "Takes its time.")
HEADRACE_NODE(RgSum, "rg_sum", "Keeps a running sum.")
HEADRACE_NODE(RgExpand, "rg_expand", "Expands into up to four children.")
HEADRACE_NODE(RgLater, "rg_later", "Answers in every way that there is.")

namespace testing {

bool compiles(const std::string& pipeline) { return compile_config(parse_config(pipeline, "random.yaml")).plan != nullptr; }

namespace {

// What stands around the tries of a key. A breaker that opened would make results depend on time: these never do.
std::string around(RandomNumbers& random, const std::string& kind, const std::function<std::string()>& pick) {
  std::string out;
  if (kind != "rg_sum" && kind != "rg_expand" && random.below(4) == 0) out += ", cache: 1d";
  if (random.below(5) == 0) out += ", breaker: {failures: 1000000}";
  if (kind != "rg_fail" && kind != "rg_later") return out;
  static constexpr const char* stand_ins[] = {"rg_mix", "rg_fail", "rg_drop", "rg_later"};
  switch (random.below(6)) {
    case 0: return out + ", fallback: {value: " + std::to_string(random.below(100)) + "}";
    case 1: return out + ", fallback: {key: " + pick() + "}";
    case 2:
      return out + ", fallback: {node: " + stand_ins[random.below(4)] + ", salt: " + std::to_string(random.below(1000)) +
             ", in: {rg_x: " + pick() + "}}";
    default: return out;
  }
}

}  // namespace

std::string random_graph(std::uint64_t seed, std::uint64_t shuffle, const RandomGraphOptions& options) {
  RandomNumbers random(seed);
  std::vector<std::string> lines, keys{"rg_in"};
  int expanded = 0;
  for (int i = 0; i < options.keys; ++i) {
    static constexpr const char* kinds[] = {"rg_mix", "rg_mix", "rg_fail", "rg_drop", "rg_slow", "rg_later", "rg_sum", "rg_expand"};
    std::string kind = kinds[random.below(8)];
    if ((kind == "rg_sum" && !options.stateful) || (kind == "rg_later" && !options.asynchronous)) kind = "rg_mix";
    if (kind == "rg_expand" && (!options.expanding || expanded++ > 1)) kind = "rg_slow";
    const auto pick = [&] { return keys[keys.size() < 4 ? random.below(keys.size()) : keys.size() - 1 - random.below(4)]; };
    std::string line =
        "  k" + std::to_string(i) + ": {node: " + kind + ", salt: " + std::to_string(random.below(1000)) + ", in: {rg_x: " + pick();
    if (kind != "rg_sum" && kind != "rg_expand" && random.below(2)) line += ", rg_y: " + pick();
    line += "}";
    if (kind == "rg_later" || kind == "rg_fail") {
      if (random.below(3) == 0) line += ", retry: {times: 2, backoff: 10ms}";
      if (random.below(4) == 0) line += ", on_error: " + std::string(random.below(2) ? "absent" : "drop");
    }
    line += around(random, kind, pick);
    if (kind == "rg_later" && random.below(3) == 0) line += ", max: " + std::to_string(1 + random.below(3));
    if (kind == "rg_later" && random.below(3) == 0) line += ", timeout: 20ms";
    if (kind == "rg_sum") line += ", ordered: true";
    if (kind == "rg_sum" && random.below(2)) line += ", by: {key: " + pick() + ", shards: " + std::to_string(1 + random.below(5)) + "}";
    lines.push_back(line + "}\n");
    keys.push_back("k" + std::to_string(i));
  }
  RandomNumbers order(shuffle);
  if (shuffle)
    for (std::size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[order.below(i)]);
  std::string out = "inputs: [rg_in]\ngraph:\n";
  for (const auto& line : lines) out += line;
  return out;
}

namespace {
std::string opened_by(const Plan& plan, int level) {  // the numbers of levels depend on the order of declarations
  const int step = plan.levels[static_cast<std::size_t>(level)].step;
  return step < 0 ? "" : plan.steps[static_cast<std::size_t>(step)].key;
}

const char* name_of(Verdict verdict) {
  static constexpr const char* names[] = {"done", "dropped", "failed", "cancelled"};
  return names[static_cast<int>(verdict)];
}
}  // namespace

RandomRun run_numbers(const std::string& pipeline, int count, Executor executor, int threads, bool ordered, std::string limits) {
  Compiled compiled = compile_config(parse_config(pipeline + limits, "random.yaml"));
  if (!compiled.plan) {
    std::string what = pipeline;
    for (const auto& each : compiled.diagnostics) what += format_diagnostic(each);
    throw std::runtime_error(what);
  }
  const Plan& plan = *compiled.plan;
  std::vector<std::pair<std::string, int>> slots;
  for (std::size_t i = 0; i < plan.slots.size(); ++i) slots.emplace_back(plan.slots[i].key, static_cast<int>(i));
  std::sort(slots.begin(), slots.end());

  RandomRun out;
  RunOptions options;
  options.fusion = executor == Executor::serial ? Fusion::never : threads == 2 ? Fusion::measured : Fusion::always;
  options.executor = executor;
  options.threads = threads;
  options.ordered = ordered;
  options.keep_values = true;
  options.clock = make_virtual_clock();
  const int input = plan.find_slot("rg_in");
  options.feed = [&](Feeder& feeder) {
    for (int i = 0; i < count; ++i) {
      Seed seed;
      seed.values.emplace_back(input, AnyValue::of(static_cast<double>(i % 97) + 0.125 * (i % 8)));
      if (!feeder.admit(std::move(seed))) return;
    }
  };
  options.observer = [&](const RetiredRecord& record) {
    std::string line = std::to_string(record.number()) + "/" + opened_by(plan, record.level()) + " " + name_of(record.verdict()) + " " +
                       std::string(record.reason());
    for (const auto& error : record.errors()) line += " " + error.key + "!" + error.failure.kind;
    for (const auto& covered : record.fallbacks()) line += " " + covered.key + "~" + covered.failure.kind;
    for (const auto& [key, slot] : slots) {
      if (plan.slots[static_cast<std::size_t>(slot)].level != record.level()) continue;  // its ancestors may still be at work
      const void* value = record.value(slot);
      line +=
          " " + key + "=" + (value ? to_json(*static_cast<const double*>(value)) : std::to_string(static_cast<int>(record.status(slot))));
    }
    out.records.push_back(std::move(line));
  };
  out.report = Run(plan, std::move(options)).run();
  return out;
}

}  // namespace testing
}  // namespace headrace
