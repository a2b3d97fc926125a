#include "nodes/fetch/host_pace.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace headrace;
using namespace std::chrono_literals;

TEST_CASE("a delay rises at once, falls by halves, and only for good answers") {
  const HostPace::Rule rule{1s, 60s};
  struct Step {
    int status;
    Duration latency, delay;
  };
  const std::vector<Step> steps = {
      {200, 10ms, 1s}, {200, 8s, 8s}, {200, 4s, 6s}, {304, 2s, 4s}, {404, 10ms, 4s},  {500, 10ms, 4s},  {429, 0s, 4s},  {503, 5s, 5s},
      {200, 1s, 3s},   {301, 1s, 2s}, {200, 0s, 1s}, {200, 0s, 1s}, {200, 3min, 60s}, {500, 3min, 60s}, {200, 0s, 30s},
  };
  HostPace pace(rule);
  CHECK(pace.delay() == 1s);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(i);
    pace.answered(rule, steps[i].status, steps[i].latency);
    CHECK(pace.delay() == steps[i].delay);
  }
}

TEST_CASE("a delay of zero, or without adapt, stays") {
  for (const HostPace::Rule& rule : {HostPace::Rule{0s, 60s, true}, HostPace::Rule{2s, 60s, false}}) {
    HostPace pace(rule);
    pace.answered(rule, 200, 30s);
    pace.restore(rule, 30s);
    CHECK(pace.delay() == rule.least);
  }
}

TEST_CASE("a crawl-delay is a lower bound") {
  const HostPace::Rule rule{1s, 60s};
  HostPace pace(rule);
  pace.set_crawl_delay(5s);
  CHECK(pace.delay() == 5s);
  pace.answered(rule, 200, 8s);
  CHECK(pace.delay() == 8s);
  pace.answered(rule, 200, 0s);
  pace.answered(rule, 200, 0s);
  CHECK(pace.delay() == 5s);
  CHECK(pace.learned() == 2s);
}

TEST_CASE("what an earlier run learned is kept within today's rule") {
  const HostPace::Rule rule{2s, 10s};
  for (const auto& [learned, delay] : std::vector<std::pair<Duration, Duration>>{{5s, 5s}, {1s, 2s}, {-4s, 2s}, {1h, 10s}}) {
    HostPace pace(rule);
    pace.restore(rule, learned);
    CHECK(pace.delay() == delay);
  }
}
