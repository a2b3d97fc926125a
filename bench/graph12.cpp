// What a node costs when it does next to nothing: the warmth that a place gets from the sun, twelve steps of a few
// operations each, one record at a time. The baseline calls the same twelve formulas from one function. Both in processor time of the
// thread.
#include <bit>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "bench/plans.hpp"
#include "bench/workload.hpp"
#include "core/node.hpp"
#include "core/run/evaluator.hpp"

HEADRACE_KEY("day", "Day of the year.", double)
HEADRACE_KEY("hour", "True solar time.", double)
HEADRACE_KEY("latitude", "In degrees.", double)
HEADRACE_KEY("reflected", "The share of light that the ground throws back.", double)
HEADRACE_KEY("haze", "How much the air takes away.", double)
HEADRACE_KEY("kelvin", "Temperature of the ground.", double)
HEADRACE_KEY("season", "The earth's place on its way round the sun, as an angle.", double)
HEADRACE_KEY("tilt", "Sine of the sun's declination.", double)
HEADRACE_KEY("turn", "The earth's rotation since noon, as an angle.", double)
HEADRACE_KEY("north", "Sine of the latitude.", double)
HEADRACE_KEY("swing", "How far the sun's height moves within a day.", double)
HEADRACE_KEY("height", "Sine of the sun's height.", double)
HEADRACE_KEY("nearness", "Of the sun, against its mean distance.", double)
HEADRACE_KEY("beam", "Light above the air, W/m2.", double)
HEADRACE_KEY("arriving", "Light at the ground, W/m2.", double)
HEADRACE_KEY("absorbed", "Light that warms, W/m2.", double)
HEADRACE_KEY("radiated", "Warmth that leaves, W/m2.", double)
HEADRACE_KEY("balance", "What stays, W/m2.", double)

namespace {

using headrace::In;

constexpr double pi = std::numbers::pi;

double season_of(double day) { return 2 * pi / 365.25 * (day - 80); }
double tilt_of(double season) { return 0.39779 * std::sin(season); }
double turn_of(double hour) { return pi / 12 * (hour - 12); }
double north_of(double latitude) { return std::sin(latitude * (pi / 180)); }
double swing_of(double north, double tilt) { return std::sqrt((1 - north * north) * (1 - tilt * tilt)); }
double height_of(double north, double tilt, double swing, double turn) { return north * tilt + swing * std::cos(turn); }
double nearness_of(double season) { return 1 + 0.0334 * std::cos(season + 1.35); }
double beam_of(double height, double nearness) { return height > 0 ? 1361 * nearness * height : 0; }
double arriving_of(double beam, double height, double haze) { return beam / (1 + haze / (0.1 + std::abs(height))); }
double absorbed_of(double arriving, double reflected) { return arriving * (1 - reflected); }
double radiated_of(double kelvin) { return 5.670374e-8 * (kelvin * kelvin) * (kelvin * kelvin); }
double balance_of(double absorbed, double radiated) { return absorbed - 0.8 * radiated; }

// ---- ours --------------------------------------------------------------------------------------------------------------

struct Season {
  double operator()(In<"day"> day) const { return season_of(*day); }
};
struct Tilt {
  double operator()(In<"season"> season) const { return tilt_of(*season); }
};
struct Turn {
  double operator()(In<"hour"> hour) const { return turn_of(*hour); }
};
struct North {
  double operator()(In<"latitude"> latitude) const { return north_of(*latitude); }
};
struct Swing {
  double operator()(In<"north"> north, In<"tilt"> tilt) const { return swing_of(*north, *tilt); }
};
struct Height {
  double operator()(In<"north"> north, In<"tilt"> tilt, In<"swing"> swing, In<"turn"> turn) const {
    return height_of(*north, *tilt, *swing, *turn);
  }
};
struct Nearness {
  double operator()(In<"season"> season) const { return nearness_of(*season); }
};
struct Beam {
  double operator()(In<"height"> height, In<"nearness"> nearness) const { return beam_of(*height, *nearness); }
};
struct Arriving {
  double operator()(In<"beam"> beam, In<"height"> height, In<"haze"> haze) const { return arriving_of(*beam, *height, *haze); }
};
struct Absorbed {
  double operator()(In<"arriving"> arriving, In<"reflected"> reflected) const { return absorbed_of(*arriving, *reflected); }
};
struct Radiated {
  double operator()(In<"kelvin"> kelvin) const { return radiated_of(*kelvin); }
};
struct Balance {
  double operator()(In<"absorbed"> absorbed, In<"radiated"> radiated) const { return balance_of(*absorbed, *radiated); }
};

HEADRACE_NODE(Season, "bench_season", "The earth's place on its way.")
HEADRACE_NODE(Tilt, "bench_tilt", "The sun's declination.")
HEADRACE_NODE(Turn, "bench_turn", "The earth's rotation.")
HEADRACE_NODE(North, "bench_north", "The sine of a latitude.")
HEADRACE_NODE(Swing, "bench_swing", "How far the sun's height moves.")
HEADRACE_NODE(Height, "bench_height", "The sun's height.")
HEADRACE_NODE(Nearness, "bench_nearness", "How near the sun is.")
HEADRACE_NODE(Beam, "bench_beam", "Light above the air.")
HEADRACE_NODE(Arriving, "bench_arriving", "Light at the ground.")
HEADRACE_NODE(Absorbed, "bench_absorbed", "Light that warms.")
HEADRACE_NODE(Radiated, "bench_radiated", "Warmth that leaves.")
HEADRACE_NODE(Balance, "bench_balance", "What stays.")

constexpr const char* pipeline = R"(
inputs: [day, hour, latitude, reflected, haze, kelvin]
graph:
  season: bench_season
  tilt: bench_tilt
  turn: bench_turn
  north: bench_north
  swing: bench_swing
  height: bench_height
  nearness: bench_nearness
  beam: bench_beam
  arriving: bench_arriving
  absorbed: bench_absorbed
  radiated: bench_radiated
  balance: bench_balance
)";

struct Place {
  double day, hour, latitude, reflected, haze, kelvin;
};

class Graph {
 public:
  Graph() : plan_(bench::plan_of(pipeline)), evaluate_(*plan_) {
    for (const char* key : {"day", "hour", "latitude", "reflected", "haze", "kelvin"}) inputs_.push_back(evaluate_.slot(key));
    balance_ = evaluate_.slot("balance");
  }
  double operator()(const Place& at) {
    evaluate_.set(inputs_[0], at.day);
    evaluate_.set(inputs_[1], at.hour);
    evaluate_.set(inputs_[2], at.latitude);
    evaluate_.set(inputs_[3], at.reflected);
    evaluate_.set(inputs_[4], at.haze);
    evaluate_.set(inputs_[5], at.kelvin);
    evaluate_.run();
    return *evaluate_.value<double>(balance_);
  }
  double value(const char* key) const { return *evaluate_.value<double>(evaluate_.slot(key)); }

 private:
  std::unique_ptr<headrace::Plan> plan_;
  headrace::Evaluator evaluate_;
  std::vector<int> inputs_;
  int balance_ = -1;
};

// ---- by hand -----------------------------------------------------------------------------------------------------------

struct Warmth {
  double season, tilt, turn, north, swing, height, nearness, beam, arriving, absorbed, radiated, balance;
};

[[gnu::noinline]] Warmth by_hand(const Place& at) {
  Warmth out;
  out.season = season_of(at.day);
  out.tilt = tilt_of(out.season);
  out.turn = turn_of(at.hour);
  out.north = north_of(at.latitude);
  out.swing = swing_of(out.north, out.tilt);
  out.height = height_of(out.north, out.tilt, out.swing, out.turn);
  out.nearness = nearness_of(out.season);
  out.beam = beam_of(out.height, out.nearness);
  out.arriving = arriving_of(out.beam, out.height, at.haze);
  out.absorbed = absorbed_of(out.arriving, at.reflected);
  out.radiated = radiated_of(at.kelvin);
  out.balance = balance_of(out.absorbed, out.radiated);
  return out;
}

// ---- the measure -------------------------------------------------------------------------------------------------------

constexpr std::uint64_t nodes = 12;

Place place(std::uint64_t i) {
  const auto part = [i](std::uint64_t step, std::uint64_t of) { return static_cast<double>(i * step % of); };
  return {1 + part(7, 365), part(5, 24), part(11, 121) - 60, part(3, 10) / 20, part(13, 7) / 10, 250 + part(17, 61)};
}

std::vector<Place> places(std::uint64_t count) {
  std::vector<Place> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(place(i));
  return out;
}

void expect_same(const char* key, double ours, double theirs) {
  if (std::bit_cast<std::uint64_t>(ours) != std::bit_cast<std::uint64_t>(theirs))
    throw std::runtime_error(std::string(key) + " differs from the value made by hand");
}

void expect_same(Graph& graph, const Place& at) {
  graph(at);
  const Warmth hand = by_hand(at);
  expect_same("season", graph.value("season"), hand.season);
  expect_same("tilt", graph.value("tilt"), hand.tilt);
  expect_same("turn", graph.value("turn"), hand.turn);
  expect_same("north", graph.value("north"), hand.north);
  expect_same("swing", graph.value("swing"), hand.swing);
  expect_same("height", graph.value("height"), hand.height);
  expect_same("nearness", graph.value("nearness"), hand.nearness);
  expect_same("beam", graph.value("beam"), hand.beam);
  expect_same("arriving", graph.value("arriving"), hand.arriving);
  expect_same("absorbed", graph.value("absorbed"), hand.absorbed);
  expect_same("radiated", graph.value("radiated"), hand.radiated);
  expect_same("balance", graph.value("balance"), hand.balance);
}

bench::Report run(const bench::Settings& settings) {
  const std::vector<Place> records = places(settings.quick ? 200 : 20'000);
  Graph graph;
  for (std::size_t i = 0; i < records.size(); i += records.size() / 100) expect_same(graph, records[i]);
  const auto measure = [&records](auto&& evaluate) {
    return bench::time_per(records.size() * nodes, bench::By::thread, [&] {
      for (const Place& at : records) bench::keep(evaluate(at));
    });
  };
  const auto times = bench::in_turns(settings.repetitions, {[&] { return measure(graph); }, [&] { return measure(by_hand); }});
  return {"ns per node", {{"graph12", times[0], "by hand", times[1]}}};
}

[[maybe_unused]] const bool known =
    bench::add({"graph12", "Twelve tiny nodes, one record at a time, beside the same arithmetic written by hand.", run});

}  // namespace
