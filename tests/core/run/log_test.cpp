#include "core/run/log.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <thread>
#include <vector>

#include "core/run/clock.hpp"

using namespace headrace;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  std::unique_ptr<Clock> clock = make_virtual_clock();
  std::ostringstream out;
  std::unique_ptr<Log> log = make_stream_log(out, LogLevel::info, *clock);
  void pass(Duration time) {
    clock->after(time, [] {});
    clock->run_due();
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::istringstream in(out.str());
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "log: one line an event, timed by the clock") {
  pass(1500ms);
  log->event(LogLevel::warning, "http", "tls_failed", {{"host", "a.example"}, {"cause", "no peer certificate"}});
  CHECK(out.str() ==
        "time=2026-03-01T00:00:01.500Z level=warning component=http kind=tls_failed host=a.example cause=\"no peer certificate\"\n");
}

TEST_CASE_FIXTURE(Fixture, "log: what is below the level is neither written nor counted") {
  for (int i = 0; i < 100; ++i) log->event(LogLevel::debug, "run", "step");
  log->event(LogLevel::error, "run", "step");
  CHECK(lines().size() == 1);
  CHECK(out.str().find("suppressed") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "log: no value can end the line, forge a field or steer a terminal") {
  const struct {
    std::string value, written;
  } cases[] = {
      {"plain", "plain"},
      {"", "\"\""},
      {"a b", "\"a b\""},
      {"a=b", "\"a=b\""},
      {"say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""},
      {"x\ny", "\"x\\ny\""},
      {"\x1b[2J", "\"\\x1b[2J\""},
      {std::string("\0", 1), "\"\\x00\""},
      {"caf\xC3\xA9", "\"caf\xC3\xA9\""},
      {"\xC2\x9B"
       "2J",
       "\"\\x9b2J\""},
      {"\xFF\xC3\xA9", "\"\\xff\\xc3\\xa9\""},
  };
  for (const auto& each : cases) {
    out.str("");
    log->event(LogLevel::info, "c", each.written, {{"v", each.value}});
    CHECK(out.str().find(" v=" + each.written + "\n") != std::string::npos);
    CHECK(lines().size() == 1);
  }
}

TEST_CASE_FIXTURE(Fixture, "log: a long value is cut, between characters, and its length told") {
  std::string value(1023, 'a');
  for (int i = 0; i < 1000; ++i) value += "\xC3\xA9";
  log->event(LogLevel::info, "c", "k", {{"v", value}});
  CHECK(out.str().find(" v=" + std::string(1023, 'a') + " v_bytes=3023\n") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "log: ten lines a minute for a component and kind; the next that passes counts the rest") {
  for (int i = 0; i < 25; ++i) log->event(LogLevel::info, "http", "slow", {{"i", std::to_string(i)}});
  log->event(LogLevel::info, "http", "other");
  log->event(LogLevel::info, "feeds", "slow");
  CHECK(lines().size() == 12);
  pass(59s);
  log->event(LogLevel::info, "http", "slow");
  CHECK(lines().size() == 12);
  pass(1s);
  log->event(LogLevel::info, "http", "slow");
  log->event(LogLevel::info, "http", "slow");
  REQUIRE(lines().size() == 14);
  CHECK(lines()[12].ends_with("kind=slow suppressed=16"));
  CHECK(lines()[13].ends_with("kind=slow"));
}

TEST_CASE_FIXTURE(Fixture, "log: what is still held back when the log closes is told") {
  for (int i = 0; i < 13; ++i) log->event(LogLevel::info, "http", "slow");
  log.reset();
  REQUIRE(lines().size() == 11);
  CHECK(lines()[10].ends_with("component=http kind=slow suppressed=3"));
}

TEST_CASE_FIXTURE(Fixture, "log: many threads lose no count and tear no line") {
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&] {
        for (int i = 0; i < 250; ++i) log->event(LogLevel::info, "run", "busy");
      });
  }
  log.reset();
  REQUIRE(lines().size() == 11);
  CHECK(lines()[10].ends_with("suppressed=990"));
}

TEST_CASE("log: the silent one swallows everything") {
  silent_log().event(LogLevel::error, "c", "k", {{"v", "x"}});
  CHECK(&silent_log() == &silent_log());
}
