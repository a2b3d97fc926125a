#include "core/run/io_loop.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

struct SocketPair {
  std::array<int, 2> fds{-1, -1};
  SocketPair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()) == 0); }
  ~SocketPair() { close(0), close(1); }
  int mine() const { return fds[0]; }
  void send() const { REQUIRE(::write(fds[1], "x", 1) == 1); }
  char receive() const {
    char c = 0;
    return ::read(fds[0], &c, 1) == 1 ? c : '\0';
  }
  void close(std::size_t i) {
    if (fds[i] >= 0) ::close(fds[i]);
    fds[i] = -1;
  }
};

struct Fixture {
  std::unique_ptr<Clock> clock = make_virtual_clock();
  IoLoop loop{*clock};
};

constexpr Duration kHang = 30s;  // a guard: these tests never wait it out

}  // namespace

TEST_CASE_FIXTURE(Fixture, "io loop: runs posts in order, on the loop's thread; a post of a post waits for the next turn") {
  std::vector<int> order;
  loop.post([&] {
    CHECK(loop.on_loop_thread());
    order.push_back(1);
    loop.post([&] { order.push_back(3); });
  });
  loop.post([&] { order.push_back(2); });
  CHECK_FALSE(loop.on_loop_thread());
  CHECK(loop.run_once(kHang) == 2);
  CHECK(order == std::vector{1, 2});
  CHECK(loop.run_once(kHang) == 1);
  CHECK(order == std::vector{1, 2, 3});
  CHECK(loop.run_once(0s) == 0);
  CHECK(&loop.clock() == clock.get());
}

TEST_CASE_FIXTURE(Fixture, "io loop: waits neither for a limit of nothing nor after a wake") {
  CHECK(loop.run_once(0s) == 0);
  CHECK(loop.run_once(-1s) == 0);
  loop.wake();
  loop.wake();
  CHECK(loop.run_once(kHang) == 0);
}

TEST_CASE_FIXTURE(Fixture, "io loop: a post or a wake from another thread ends the wait") {
  std::atomic<int> ran{0};
  std::jthread other([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&] { ++ran; });
  });
  while (ran < 1000) loop.run_once(kHang);
  CHECK(ran == 1000);
}

TEST_CASE_FIXTURE(Fixture, "io loop: readable, writable, failed; level-triggered until unwatched") {
  SocketPair pair;
  std::vector<unsigned> seen;
  const auto note = [&](unsigned events) { seen.push_back(events); };
  loop.watch(pair.mine(), IoLoop::readable | IoLoop::writable, note);
  CHECK(loop.run_once(kHang) == 1);
  pair.send();
  CHECK(loop.run_once(kHang) == 1);
  loop.watch(pair.mine(), IoLoop::readable, note);
  CHECK(loop.run_once(kHang) == 1);
  CHECK(loop.run_once(kHang) == 1);
  CHECK(pair.receive() == 'x');
  CHECK(loop.run_once(0s) == 0);
  pair.close(1);
  loop.watch(pair.mine(), 0, note);
  CHECK(loop.run_once(kHang) == 1);
  loop.unwatch(pair.mine());
  CHECK(loop.run_once(0s) == 0);
  CHECK(seen ==
        std::vector<unsigned>{IoLoop::writable, IoLoop::readable | IoLoop::writable, IoLoop::readable, IoLoop::readable, IoLoop::failed});
  loop.unwatch(pair.mine());
  loop.unwatch(12345);
}

TEST_CASE_FIXTURE(Fixture, "io loop: a callback may end its own watch, and another's that is ready as well") {
  SocketPair one, two;
  int ran = 0;
  const auto end_both = [&](unsigned) {
    ++ran;
    loop.unwatch(one.mine());
    loop.unwatch(two.mine());
  };
  loop.watch(one.mine(), IoLoop::readable, end_both);
  loop.watch(two.mine(), IoLoop::readable, end_both);
  one.send();
  two.send();
  CHECK(loop.run_once(kHang) == 1);
  CHECK(loop.run_once(0s) == 0);
  CHECK(ran == 1);
}

TEST_CASE_FIXTURE(Fixture, "io loop: a paused watch hears nothing; watched again it goes on, for these events or others") {
  SocketPair pair;
  int first = 0, second = 0;
  loop.watch(pair.mine(), IoLoop::readable, [&](unsigned) { ++first; });
  pair.send();
  SUBCASE("left alone") {
    loop.pause(pair.mine());
    CHECK(loop.run_once(0s) == 0);
    CHECK(loop.run_once(0s) == 0);
  }
  SUBCASE("for the same events") {
    for (int i = 1; i <= 3; ++i) {
      loop.pause(pair.mine());
      loop.pause(pair.mine());
      loop.watch(pair.mine(), IoLoop::readable, [&](unsigned) { ++second; });
      CHECK(loop.run_once(kHang) == 1);
      CHECK(second == i);
    }
  }
  SUBCASE("for the same events, after a wait") {
    loop.pause(pair.mine());
    CHECK(loop.run_once(0s) == 0);
    loop.watch(pair.mine(), IoLoop::readable, [&](unsigned) { ++second; });
    CHECK(loop.run_once(kHang) == 1);
  }
  SUBCASE("for others") {
    pair.receive();
    loop.pause(pair.mine());
    loop.watch(pair.mine(), IoLoop::writable, [&](unsigned events) { second += events == IoLoop::writable; });
    CHECK(loop.run_once(kHang) == 1);
    CHECK(second == 1);
  }
  SUBCASE("ended, and its number given to another file") {
    loop.pause(pair.mine());
    loop.unwatch(pair.mine());
    SocketPair next;
    const int number = pair.mine();
    REQUIRE(::dup2(next.mine(), number) == number);
    loop.watch(number, IoLoop::readable, [&](unsigned) { ++second; });
    next.send();
    CHECK(loop.run_once(kHang) == 1);
    CHECK(second == 1);
  }
  CHECK(first == 0);
  loop.unwatch(pair.mine());
}

TEST_CASE_FIXTURE(Fixture, "io loop: an event of a closed descriptor does not reach the next one of the same number") {
  SocketPair one, two, silent;
  int handled = 0, wrong = 0;
  // Both are ready in one batch; whichever comes first puts a silent file under the other's number.
  const auto replace = [&](const SocketPair& other) {
    return [&](unsigned) {
      ++handled;
      loop.unwatch(one.mine());
      loop.unwatch(two.mine());
      REQUIRE(::dup2(silent.mine(), other.mine()) == other.mine());
      loop.watch(other.mine(), IoLoop::readable, [&](unsigned) { ++wrong; });
    };
  };
  loop.watch(one.mine(), IoLoop::readable, replace(two));
  loop.watch(two.mine(), IoLoop::readable, replace(one));
  one.send();
  two.send();
  while (loop.run_once(0s) > 0) {}
  CHECK(handled == 1);
  CHECK(wrong == 0);
}

TEST_CASE_FIXTURE(Fixture, "io loop: a descriptor that was closed without unwatch can be watched again under its number") {
  SocketPair pair;
  const int number = pair.mine();
  loop.watch(number, IoLoop::readable, [](unsigned) { FAIL("the old file is gone"); });
  pair.close(0);
  SocketPair next;
  REQUIRE(::dup2(next.mine(), number) == number);
  int ran = 0;
  loop.watch(number, IoLoop::readable, [&](unsigned) { ++ran; });
  next.send();
  CHECK(loop.run_once(kHang) == 1);
  CHECK(ran == 1);
  loop.unwatch(number);
  ::close(number);
}

TEST_CASE_FIXTURE(Fixture, "io loop: what cannot be watched is an error that names it") {
  CHECK_THROWS_AS(loop.watch(-1, IoLoop::readable, [](unsigned) {}), std::system_error);
  const int plain = ::open("/proc/self/exe", O_RDONLY);
  CHECK_THROWS_AS(loop.watch(plain, IoLoop::readable, [](unsigned) {}), std::system_error);
  ::close(plain);
}

TEST_CASE_FIXTURE(Fixture, "io loop: runs the clock's timers; IO that is ready comes before a jump of virtual time") {
  SocketPair pair;
  pair.send();
  std::vector<Duration> at;
  loop.watch(pair.mine(), IoLoop::readable, [&](unsigned) {
    at.push_back(clock->elapsed());
    loop.unwatch(pair.mine());
  });
  clock->after(1h, [&] { at.push_back(clock->elapsed()); });
  CHECK(loop.run_once(kHang) == 2);
  CHECK(at == std::vector<Duration>{0s, 1h});
}

TEST_CASE_FIXTURE(Fixture, "io loop: virtual time does not jump over a post") {
  Duration at = -1s;
  clock->after(1h, [] {});
  loop.post([&] { at = clock->elapsed(); });
  CHECK(clock->run_due() == 0);
  CHECK(loop.run_once(kHang) == 2);
  CHECK(at == 0s);
  CHECK(clock->elapsed() == 1h);
}

TEST_CASE_FIXTURE(Fixture, "io loop: the last idle() of another thread ends the wait") {
  std::atomic<bool> ran{false};
  clock->after(1h, [&] { ran = true; });
  std::jthread worker([mine = Clock::Busy(*clock)] {});
  while (!ran) loop.run_once(kHang);
  CHECK(clock->elapsed() == 1h);
}

TEST_CASE("io loop: a timer that another thread adds ends the wait on the real clock") {
  const auto clock = make_real_clock();
  IoLoop loop(*clock);
  std::atomic<bool> ran{false};
  std::jthread other([&] { clock->after(1ms, [&] { ran = true; }); });
  while (!ran) loop.run_once(kHang);
  CHECK(loop.run_once(1ms) == 0);
}

TEST_CASE_FIXTURE(Fixture, "io loop: refuses to be run from inside itself") {
  loop.post([&] { CHECK_THROWS_AS(loop.run_once(0s), std::logic_error); });
  CHECK(loop.run_once(kHang) == 1);
  CHECK(loop.run_once(0s) == 0);
}

TEST_CASE_FIXTURE(Fixture, "io loop: a callback that throws ends the turn, and the rest comes in the next") {
  int ran = 0;
  loop.post([] { throw std::runtime_error("no"); });
  loop.post([&] { ++ran; });
  CHECK_THROWS(loop.run_once(kHang));
  CHECK(loop.run_once(kHang) == 1);
  CHECK(ran == 1);
}

TEST_CASE("io loop: what was posted and never ran lets the clock go") {
  const auto clock = make_virtual_clock();
  {
    IoLoop(*clock).post([] { FAIL("the loop is gone"); });
  }
  clock->after(1s, [] {});
  CHECK(clock->run_due() == 1);
}
