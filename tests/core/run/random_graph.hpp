// Random graphs of nodes that fail, drop, expand, park, dawdle and answer late, all of it a function of their inputs; with every
// decorator that may stand beside them.
#pragma once
#include <string>

#include "core/run/random.hpp"
#include "core/run/run.hpp"

namespace headrace::testing {

struct RandomGraphOptions {
  int keys = 12;
  bool expanding = true, stateful = true, asynchronous = true;
  bool unordered = false;  // stateful keys are left out: results are then compared as sets
};

// A pipeline file with the input `rg_in`, its keys in an order that `shuffle` gives.
std::string random_graph(std::uint64_t seed, std::uint64_t shuffle, const RandomGraphOptions& options);

bool compiles(const std::string& pipeline);  // two expansions may cross: such a graph is refused

struct RandomRun {
  std::vector<std::string> records;  // one line each, in the order of the observer
  RunReport report;
};

// Runs `count` records of numbers through the pipeline, in virtual time.
RandomRun run_numbers(const std::string& pipeline, int count, Executor executor, int threads, bool ordered = true, std::string limits = "");

}  // namespace headrace::testing
