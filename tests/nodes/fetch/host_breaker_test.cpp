#include "nodes/fetch/host_breaker.hpp"

#include <doctest/doctest.h>

using namespace headrace;
using namespace std::chrono_literals;

TEST_CASE("a host that fails in a row is closed, tried, and closed for longer") {
  const HostBreaker::Rule rule{3, 1min, 5min};
  HostBreaker breaker;
  CHECK_FALSE(breaker.failed(rule, 1s));
  CHECK_FALSE(breaker.failed(rule, 2s));
  CHECK_FALSE(breaker.is_trying());
  CHECK(breaker.failed(rule, 3s));
  CHECK(breaker.closed_until() == 63s);
  CHECK(breaker.is_closed(62s));
  CHECK_FALSE(breaker.failed(rule, 10s));  // was on its way
  CHECK(breaker.closed_until() == 63s);
  CHECK_FALSE(breaker.is_closed(63s));
  CHECK(breaker.is_trying());

  Duration now = 63s;
  for (const Duration pause : {Duration(2min), Duration(4min), Duration(5min), Duration(5min)}) {
    CHECK(breaker.failed(rule, now));  // the probe
    CHECK(breaker.closed_until() == now + pause);
    now = breaker.closed_until();
  }
  breaker.answered();
  CHECK_FALSE(breaker.is_trying());
  CHECK(breaker.failures_in_a_row() == 0);
  CHECK_FALSE(breaker.failed(rule, now));
  CHECK_FALSE(breaker.is_closed(now));
}

TEST_CASE("an answer between failures starts the count again") {
  const HostBreaker::Rule rule{2, 1min, 1h};
  HostBreaker breaker;
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(breaker.failed(rule, 1s * i));
    breaker.answered();
  }
}

TEST_CASE("without a number of failures a host is never closed") {
  HostBreaker breaker;
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(breaker.failed({0, 1min, 1h}, 0s));
}

TEST_CASE("a breaker goes on where an earlier run stopped") {
  const HostBreaker::Rule rule{5, 1min, 1h};
  HostBreaker breaker;
  breaker.restore(5, 2min, 30s);
  CHECK(breaker.is_closed(29s));
  CHECK(breaker.is_trying());
  CHECK(breaker.failed(rule, 30s));
  CHECK(breaker.pause() == 4min);
}
