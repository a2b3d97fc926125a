// The promise that everything else leans on: results do not depend on the executor, the threads or the order in which keys
// are declared; every record retires once and settles once.
#include "tests/core/run/random_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace headrace;
using namespace headrace::testing;

namespace {

void check_ledger(const RunReport& report, std::size_t seen) {
  const Ledger& ledger = report.ledger;
  CHECK(ledger.admitted == ledger.done + ledger.dropped + ledger.failed + ledger.cancelled);
  CHECK(ledger.admitted == seen);
  CHECK(ledger.cancelled == 0);
  CHECK(report.unsettled == 0);
  CHECK(report.end == RunEnd::finished);
}

void check_same(const RandomRun& expected, const RandomRun& got) {
  check_ledger(got.report, got.records.size());
  REQUIRE(got.records.size() == expected.records.size());
  for (std::size_t i = 0; i < got.records.size(); ++i)
    if (got.records[i] != expected.records[i]) {
      CHECK(got.records[i] == expected.records[i]);
      return;
    }
}

}  // namespace

TEST_CASE("random graphs give the same results on every executor, thread count and declaration order") {
  int graphs = 0;
  for (std::uint64_t seed = 1; graphs < 30; ++seed) {
    RandomGraphOptions options;
    options.keys = 4 + static_cast<int>(seed % 14);
    const std::string pipeline = random_graph(seed, 0, options);
    CAPTURE(pipeline);
    if (!compiles(pipeline)) continue;
    ++graphs;
    const RandomRun expected = run_numbers(pipeline, 120, Executor::serial, 1);
    check_ledger(expected.report, expected.records.size());
    for (const int threads : {1, 2, 8}) check_same(expected, run_numbers(pipeline, 120, Executor::tbb, threads));
    check_same(expected, run_numbers(random_graph(seed, seed * 7 + 1, options), 120, Executor::tbb, 2));
    check_same(expected, run_numbers(pipeline, 120, Executor::serial, 1, true, "limits: {in_flight: 1}\n"));
    check_same(expected, run_numbers(pipeline, 120, Executor::tbb, 2, true, "limits: {in_flight: 2, window: 3}\n"));
  }
}

TEST_CASE("without order the same records come, in whatever order") {
  for (std::uint64_t seed = 100; seed <= 112; ++seed) {
    RandomGraphOptions options;
    options.stateful = false;
    const std::string pipeline = random_graph(seed, 0, options);
    CAPTURE(pipeline);
    if (!compiles(pipeline)) continue;
    RandomRun expected = run_numbers(pipeline, 300, Executor::serial, 1, false);
    RandomRun got = run_numbers(pipeline, 300, Executor::tbb, 4, false);
    std::sort(expected.records.begin(), expected.records.end());
    std::sort(got.records.begin(), got.records.end());
    check_same(expected, got);
  }
}
