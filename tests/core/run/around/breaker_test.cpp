#include "core/run/around/breaker.hpp"

#include <doctest/doctest.h>

using namespace headrace;
using namespace headrace::run;
using namespace std::chrono_literals;

namespace {

using State = Breaker::State;
using Outcome = Breaker::Outcome;
constexpr BreakerRule rule{3, 30s};

void fail(Breaker& breaker, Duration at) {
  const auto answer = breaker.ask(at);
  REQUIRE(answer.passes);
  breaker.ended(answer.pass, Outcome::outage, at);
}

// Brings a fresh breaker into a state; it opened at 0 s, or is one outage away from it.
void bring(Breaker& breaker, State state) {
  for (int i = 0; i < 2; ++i) fail(breaker, 0s);
  if (state == State::closed) return;
  fail(breaker, 0s);
}

}  // namespace

TEST_CASE("the breaker's table of states") {
  struct Row {
    const char* name;
    State from;
    Duration at;  // when it is asked
    bool passes;
    Outcome outcome;  // of the call, if it passes
    State to;
  };
  static constexpr Row rows[] = {
      {"closed: an answer keeps it closed", State::closed, 1s, true, Outcome::answer, State::closed},
      {"closed: one outage more opens it", State::closed, 1s, true, Outcome::outage, State::open},
      {"closed: a failure of another kind changes nothing", State::closed, 1s, true, Outcome::nothing, State::closed},
      {"open: no call passes", State::open, 1s, false, Outcome::nothing, State::open},
      {"open: to the last moment", State::open, 30s - 1ns, false, Outcome::nothing, State::open},
      {"half open: the probe's answer closes it", State::open, 30s, true, Outcome::answer, State::closed},
      {"half open: the probe's outage opens it", State::open, 30s, true, Outcome::outage, State::open},
      {"half open: a probe that says nothing gives its place back", State::open, 30s, true, Outcome::nothing, State::half_open},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Breaker breaker(rule);
    bring(breaker, row.from);
    const auto answer = breaker.ask(row.at);
    CHECK(answer.passes == row.passes);
    CHECK(answer.left == (row.passes ? 0s : 30s - row.at));
    if (answer.passes) breaker.ended(answer.pass, row.outcome, row.at);
    CHECK(breaker.state(row.at) == row.to);
  }
}

TEST_CASE("only outages in a row open it") {
  Breaker breaker(rule);
  for (int i = 0; i < 10; ++i) {
    fail(breaker, 0s);
    fail(breaker, 0s);
    const auto bad_page = breaker.ask(0s);
    breaker.ended(bad_page.pass, Outcome::nothing, 0s);
    CHECK(breaker.state(0s) == State::closed);
    const auto good = breaker.ask(0s);
    breaker.ended(good.pass, Outcome::answer, 0s);
  }
  CHECK(breaker.opened() == 0);
}

TEST_CASE("half open lets exactly one call pass") {
  Breaker breaker(rule);
  bring(breaker, State::open);
  const auto probe = breaker.ask(31s);
  REQUIRE(probe.passes);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(breaker.ask(31s).passes);
  breaker.ended(probe.pass, Outcome::nothing, 32s);
  const auto second = breaker.ask(32s);
  CHECK(second.passes);
  CHECK_FALSE(breaker.ask(32s).passes);
  breaker.ended(second.pass, Outcome::outage, 33s);
  CHECK_FALSE(breaker.ask(62s).passes);
  CHECK(breaker.ask(63s).passes);
  CHECK(breaker.opened() == 2);
}

TEST_CASE("a late answer of a call that began before it opened changes nothing") {
  for (const Outcome late : {Outcome::answer, Outcome::outage, Outcome::nothing}) {
    Breaker breaker(rule);
    const auto slow = breaker.ask(0s), slower = breaker.ask(0s);
    bring(breaker, State::open);
    breaker.ended(slow.pass, late, 1s);
    CHECK(breaker.state(1s) == State::open);
    const auto probe = breaker.ask(30s);
    breaker.ended(slower.pass, late, 30s);
    CHECK(breaker.state(30s) == State::half_open);
    CHECK_FALSE(breaker.ask(30s).passes);
    breaker.ended(probe.pass, Outcome::answer, 31s);
    CHECK(breaker.state(31s) == State::closed);
  }
}
