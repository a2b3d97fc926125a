// The table "Together" of docs/decorators.md, a test a row.
#include <fstream>
#include <map>
#include <set>

#include "tests/core/run/decorators_support.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

// What three records, ten seconds apart, get from a key that answers 1, is out from 5 s to 15 s, and then answers again. The
// first and the third have the same input.
struct Row {
  const char* name;
  const char* decorators;
  std::vector<std::string> values;  // "-": absent
  std::vector<double> calls;        // when, in seconds
  std::uint64_t fallbacks = 0, refused = 0, hits = 0;
};

const Row rows[] = {
    {"a hit while the breaker is open",
     "cache: 1h, breaker: {failures: 1, cool_down: 1h}",
     {"0", "unavailable: come back later", "0"},
     {0, 10},
     0,
     0,
     1},
    {"a refusal and retry",
     "breaker: {failures: 1, cool_down: 1h}, retry: {times: 1, backoff: 1s}",
     {"0", "unavailable: come back later", "unavailable: the breaker of 'lookup' is open after 1 failure"},
     {0, 10, 11},
     0,
     1,
     0},
    {"a failing series and the breaker",
     "breaker: {failures: 2, cool_down: 1h}, retry: {times: 2, backoff: 1s}",
     {"0", "unavailable: come back later", "0"},
     {0, 10, 11, 13, 20},
     0,
     0,
     0},
    {"a refusal and fallback", "breaker: {failures: 1, cool_down: 1h}, fallback: {value: 7}", {"0", "7", "7"}, {0, 10}, 2, 1, 0},
    {"a timeout and fallback",
     "as: silent, timeout: 2s, retry: {times: 1, backoff: 1s}, fallback: {value: 7}",
     {"0", "7", "0"},
     {0, 10, 13, 20},
     1,
     0,
     0},
    {"fallback and on_error", "fallback: {value: 7}, on_error: absent", {"0", "7", "0"}, {0, 10, 20}, 1, 0, 0},
    {"a fallback that fails and on_error",
     "fallback: {node: sc_call, as: bad, in: {sc_x: tick}}, on_error: absent",
     {"0", "-", "0"},
     {0, 10, 20},
     0,
     0,
     0},
    {"fallback and cache", "cache: 1h, fallback: {value: 7}", {"0", "7", "0"}, {0, 10}, 1, 0, 1},
    {"a hit and retry", "cache: 1h, retry: {times: 1, backoff: 1s}", {"0", "unavailable: come back later", "0"}, {0, 10, 11}, 0, 0, 1},
    {"a fallback and max", "max: 1, fallback: {node: sc_later, as: slow, in: {sc_x: tick}}", {"0", "8", "0"}, {0, 10, 20}, 1, 0, 0},
};

double whole_seconds(Duration at) { return static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(at).count()); }

std::set<std::string> rows_of_the_page() {
  std::ifstream lookup(HEADRACE_SOURCE_DIR "/docs/decorators.md");
  std::set<std::string> out;
  bool inside = false;
  for (std::string line; std::getline(lookup, line);) {
    if (line.starts_with("## ")) inside = line == "## Together";
    if (!inside || !line.starts_with("| ") || line.starts_with("| row")) continue;
    out.insert(line.substr(2, line.find(" |", 2) - 2));
  }
  return out;
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "decorators together: the rows of the page") {
  Script script;
  script.source = [](const Emit<double>& emit) {
    for (const double x : {0.0, 1.0, 0.0}) {
      emit(x);
      emit.sleep(10s);
    }
  };
  Numbers calls;
  script.call = [](const Call&) -> double { throw NodeError(bad_page); };
  script.later = [&](const Call& it, const Reply<double>& reply) {
    if (it.as == "slow") return void(it.clock.after(15s, [reply] { reply(8); }));
    calls.add(whole_seconds(it.clock.elapsed()));
    if (it.x == 0) reply(0);
    else if (it.as == "silent") it.clock.after(1h, [reply] { reply(0); });
    else reply.fail(outage);
  };
  for (const Row& row : rows) {
    const auto plan =
        plan_of("sources: {tick: sc_source}\ngraph: {lookup: {node: sc_later, in: {sc_x: tick}, " + std::string(row.decorators) + "}}\n");
    for (const Lane& lane : all_lanes) {
      CAPTURE(row.name);
      CAPTURE(name_of(lane));
      const SeenRun run = run_seen(*plan, lane, "lookup", -1);
      check_finished(run.report);
      REQUIRE(run.seen.values.size() == row.values.size());
      for (std::size_t i = 0; i < row.values.size(); ++i) CHECK(run.seen.values[i] == row.values[i]);
      CHECK(calls.take() == row.calls);
      const KeyStatistics& lookup = of_key(run.report, "lookup");
      CHECK(lookup.fallbacks == row.fallbacks);
      CHECK(lookup.refused == row.refused);
      CHECK(lookup.cache_hits == row.hits);
    }
  }
}

TEST_CASE("decorators together: each row of the lookup has its test, and each test its row") {
  std::set<std::string> tested;
  for (const Row& row : rows) tested.insert(row.name);
  CHECK(tested == rows_of_the_page());
}
