#include "core/run/clock.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

// Drives a virtual clock on a thread of its own, as the IO loop would, until it is destroyed.
class Driver {
 public:
  explicit Driver(Clock& clock)
      : clock_(clock), thread_([this](std::stop_token stop) {
          while (!stop.stop_requested())
            if (clock_.run_due() == 0) std::this_thread::yield();
        }) {}

 private:
  Clock& clock_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("virtual clock: stands still until it is driven, then jumps from timer to timer") {
  const auto clock = make_virtual_clock();
  const Time start = clock->now();
  std::vector<int> order;
  clock->after(2h, [&] { order.push_back(2); });
  clock->after(1h, [&] { order.push_back(1); });
  CHECK(clock->elapsed() == 0s);
  CHECK(clock->until_due() == 0s);
  CHECK(clock->run_due() == 1);
  CHECK(clock->elapsed() == 1h);
  CHECK(clock->run_due() == 1);
  CHECK(clock->elapsed() == 2h);
  CHECK(clock->now().at - start.at == 2h);
  CHECK(order == std::vector{1, 2});
  CHECK(clock->run_due() == 0);
  CHECK(clock->until_due() == Duration::max());
}

TEST_CASE("virtual clock: tasks of one due time run in the order in which they were asked for") {
  const auto clock = make_virtual_clock();
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) clock->after(i % 2 ? 5s : 3s, [&order, i] { order.push_back(i); });
  CHECK(clock->run_due() == 50);
  CHECK(clock->run_due() == 50);
  for (int i = 0; i < 100; ++i) CHECK(order[static_cast<std::size_t>(i)] == (i < 50 ? 2 * i : 2 * (i - 50) + 1));
}

TEST_CASE("virtual clock: does not move while anybody is busy, but what is due runs") {
  const auto clock = make_virtual_clock();
  int ran = 0;
  clock->after(1s, [&] { ++ran; });
  {
    const Clock::Busy one(*clock);
    Clock::Busy other(*clock);
    CHECK(clock->run_due() == 0);
    CHECK(clock->until_due() == Duration::max());
    clock->after(0s, [&] { ran += 10; });
    CHECK(clock->until_due() == 0s);
    CHECK(clock->run_due() == 1);
    const Clock::Busy moved = std::move(other);  // counts once
  }
  CHECK(ran == 10);
  CHECK(clock->elapsed() == 0s);
  CHECK(clock->run_due() == 1);
  CHECK(ran == 11);
  CHECK(clock->elapsed() == 1s);
}

TEST_CASE("virtual clock: a task that arms itself again does not hold run_due()") {
  const auto clock = make_virtual_clock();
  int ran = 0;
  std::function<void()> again = [&] {
    ++ran;
    clock->after(0s, again);
  };
  clock->after(0s, again);
  CHECK(clock->run_due() == 1);
  CHECK(clock->run_due() == 1);
  CHECK(ran == 2);
  CHECK(clock->elapsed() == 0s);
}

TEST_CASE("virtual clock: time stands still while a task runs, whoever else drives") {
  const auto clock = make_virtual_clock();
  clock->after(1h, [] {});
  clock->after(1s, [&] {
    CHECK(clock->run_due() == 0);
    CHECK(clock->elapsed() == 1s);
  });
  CHECK(clock->run_due() == 1);
}

TEST_CASE("virtual clock: a task that throws leaves the clock as it should be") {
  const auto clock = make_virtual_clock();
  clock->after(1s, [] { throw std::runtime_error("no"); });
  clock->after(2s, [] {});
  CHECK_THROWS(clock->run_due());
  CHECK(clock->run_due() == 1);
  CHECK(clock->elapsed() == 2s);
}

TEST_CASE("clock: a cancelled timer does not run; cancelling twice or too late says so") {
  for (const auto& clock : {std::shared_ptr(make_virtual_clock()), std::shared_ptr(make_real_clock())}) {
    bool ran = false;
    const TimerId timer = clock->after(0s, [&] { ran = true; });
    CHECK(timer != 0);
    CHECK(clock->cancel(timer));
    CHECK_FALSE(clock->cancel(timer));
    CHECK(clock->run_due() == 0);
    CHECK_FALSE(ran);
    const TimerId late = clock->after(0s, [&] { CHECK_FALSE(clock->cancel(late)); });
    CHECK(clock->run_due() == 1);
    CHECK_FALSE(clock->cancel(0));
  }
}

TEST_CASE("clock: a delay that no clock can hold is a long one") {
  for (const auto& clock : {std::shared_ptr(make_virtual_clock()), std::shared_ptr(make_real_clock())}) {
    const Clock::Busy busy(*clock);
    clock->after(Duration::max(), [] {});
    clock->after(Duration::min(), [] {});
    CHECK(clock->run_due() == 1);
    std::stop_source stop;
    stop.request_stop();
    CHECK_FALSE(clock->sleep(Duration::max(), stop.get_token()));
  }
}

TEST_CASE("virtual clock: the driver is told when there is something new to do, and only then") {
  const auto clock = make_virtual_clock();
  int told = 0;
  clock->on_change([&] { ++told; });
  clock->busy();
  clock->after(1s, [] {});
  CHECK(told == 0);  // nobody may move time now
  clock->after(0s, [] {});
  CHECK(told == 1);
  clock->run_due();
  clock->idle();
  CHECK(told == 2);  // the jump to 1s
  clock->run_due();
  clock->busy();
  clock->idle();
  CHECK(told == 2);  // no timer
  clock->on_change(nullptr);
  clock->after(0s, [] {});
  CHECK(told == 2);
}

TEST_CASE("virtual clock: sleepers wake at their time, a whole day in an instant") {
  const auto clock = make_virtual_clock();
  std::vector<Duration> woken;
  std::jthread sleeper;
  {
    const Clock::Busy setting_up(*clock);
    sleeper = std::jthread([&, mine = Clock::Busy(*clock)] {
      for (int i = 0; i < 24; ++i) {
        CHECK(clock->sleep(1h, {}, &mine));
        woken.push_back(clock->elapsed());
      }
    });
    clock->after(1000h, [] {});
  }
  {
    const Driver driver(*clock);
    sleeper.join();
  }
  for (int i = 0; i < 24; ++i) CHECK(woken[static_cast<std::size_t>(i)] == (i + 1) * 1h);
}

TEST_CASE("virtual clock: a sleeper that was woken is busy until sleep() returns, and its own Busy counts again after") {
  // A timer a nanosecond after each sleep: any gap in which the woken thread does not count lets time jump to it.
  const auto clock = make_virtual_clock();
  std::atomic<int> jumped_early{0};
  {
    std::vector<std::jthread> sleepers;
    for (int thread = 0; thread < 3; ++thread)
      sleepers.emplace_back([&, thread, mine = Clock::Busy(*clock)] {
        for (int i = 0; i < 500; ++i) {
          const Duration expected = clock->elapsed() + 1s;
          clock->after(1s + 1ns, [] {});
          clock->sleep(1s, {}, &mine);
          if (clock->elapsed() != expected) ++jumped_early;
          if (i % 7 == thread) std::this_thread::yield();
        }
      });
    const Driver driver(*clock);
    sleepers.clear();
  }
  CHECK(jumped_early == 0);
}

TEST_CASE("virtual clock: a sleeper without a Busy does not hold time up") {
  const auto clock = make_virtual_clock();
  const Driver driver(*clock);
  CHECK(clock->sleep(1h, {}));
  CHECK(clock->sleep(1h, {}));
  CHECK(clock->elapsed() == 2h);
}

TEST_CASE("clock: a stop wakes a sleeper") {
  for (const auto& clock : {std::shared_ptr(make_virtual_clock()), std::shared_ptr(make_real_clock())}) {
    std::atomic<int> result{-1};
    std::jthread sleeper([&](std::stop_token stop) {
      const Clock::Busy mine(*clock);
      result = clock->sleep(100h, stop, &mine);
    });
    sleeper.request_stop();
    sleeper.join();
    CHECK(result == 0);
    CHECK(clock->run_due() == 0);  // its timer went with it
    CHECK(clock->until_due() == Duration::max());
  }
}

TEST_CASE("virtual clock: many threads add, cancel, sleep and drive at once, and every task runs once or is cancelled") {
  const auto clock = make_virtual_clock();
  std::atomic<int> ran{0}, cancelled{0};
  {
    const Driver one(*clock);
    const Driver two(*clock);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread, mine = Clock::Busy(*clock)] {
        for (int i = 0; i < 400; ++i) {
          const TimerId timer = clock->after(i * 1ms, [&] { ++ran; });
          if (i % 3 == thread % 3 && clock->cancel(timer)) ++cancelled;
          if (i % 50 == 0) clock->sleep(1ms, {}, &mine);
        }
      });
  }
  while (clock->run_due() > 0) {}
  CHECK(ran + cancelled == 1600);
}

TEST_CASE("real clock: timers come in order and not early") {
  const auto clock = make_real_clock();
  std::vector<int> order;
  Duration at{};
  const Duration asked = clock->elapsed();
  clock->after(2ms, [&] {
    order.push_back(2);
    at = clock->elapsed();
  });
  clock->after(1ms, [&] { order.push_back(1); });
  CHECK(clock->until_due() <= 1ms);
  while (order.size() < 2) clock->run_due();
  CHECK(order == std::vector{1, 2});
  CHECK(at - asked >= 2ms);
  CHECK(clock->sleep(1us, {}));
}

TEST_CASE("real clock: tells the driver of a timer that comes before all others") {
  const auto clock = make_real_clock();
  int told = 0;
  clock->on_change([&] { ++told; });
  clock->after(1h, [] {});
  clock->after(2h, [] {});
  CHECK(told == 1);
  clock->after(1min, [] {});
  CHECK(told == 2);
}
