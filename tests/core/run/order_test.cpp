// Order: the turnstile alone against a model, and ordered keys under more threads than cores.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "core/run/random.hpp"
#include "core/run/turnstile.hpp"
#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;
using run::Turnstile;

namespace {

run::Record* fake(std::size_t index) { return reinterpret_cast<run::Record*>(index + 1); }
std::size_t index_of(const run::Record* record) { return reinterpret_cast<std::size_t>(record) - 1; }

// The records of a random tree of the given depth; each does its part as soon as its parent has been expanded.
class Model {
 public:
  Model(std::uint64_t seed, int depth, std::uint64_t roots) : random_(seed), depth_(depth), turnstile_(depth) {
    for (std::uint64_t i = 0; i < roots; ++i) todo_.push_back({i});
  }

  // Does everything in a random order. The order in which the turnstile let records through.
  std::vector<Turnstile::Path> run() {
    std::vector<Turnstile::Path> out;
    while (!todo_.empty() || at_work_) {
      if (!todo_.empty() && (!at_work_ || random_.below(3))) step();
      else finish();
      if (run::Record* next = turnstile_.next()) {
        REQUIRE_FALSE(at_work_);  // one at a time
        at_work_ = next;
        out.push_back(arrived_[index_of(next)]);
      }
    }
    CHECK(turnstile_.waiting() == 0);
    CHECK(turnstile_.next() == nullptr);
    return out;
  }
  // What should have come: all that arrived, in order of admission.
  std::vector<Turnstile::Path> expected() const {
    auto out = arrived_;
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  void step() {
    std::swap(todo_[random_.below(todo_.size())], todo_.back());
    const Turnstile::Path path = todo_.back();
    todo_.pop_back();
    if (static_cast<int>(path.size()) <= depth_) return expand(path);
    if (random_.below(3) == 0) return turnstile_.tombstone(path);
    turnstile_.arrive(path, fake(arrived_.size()));
    arrived_.push_back(path);
  }
  void expand(const Turnstile::Path& path) {
    const std::uint64_t children = random_.below(4);
    turnstile_.expand(path, children);
    for (std::uint64_t i = 0; i < children; ++i) {
      todo_.push_back(path);
      todo_.back().push_back(i);
    }
  }
  void finish() { turnstile_.done(arrived_[index_of(std::exchange(at_work_, nullptr))]); }
  RandomNumbers random_;
  int depth_;
  Turnstile turnstile_;
  std::vector<Turnstile::Path> todo_, arrived_;
  run::Record* at_work_ = nullptr;
};

}  // namespace

TEST_CASE("the turnstile lets through whatever arrives, in order of admission, and nothing twice") {
  for (int depth = 0; depth < 4; ++depth)
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
      CAPTURE(depth);
      CAPTURE(seed);
      Model model(seed * 4 + static_cast<std::uint64_t>(depth), depth, 1 + seed % 40);
      const auto came = model.run();
      CHECK(came == model.expected());
    }
}

TEST_CASE("the turnstile waits for a first record behind which a million have ended") {
  Turnstile turnstile(0);
  for (std::uint64_t i = 1'000'000; i > 1; --i) turnstile.tombstone({i});
  turnstile.arrive({1'000'001}, fake(7));
  turnstile.tombstone({1});
  CHECK(turnstile.next() == nullptr);
  turnstile.arrive({0}, fake(3));
  CHECK(turnstile.waiting() == 2);
  CHECK(turnstile.next() == fake(3));
  CHECK(turnstile.next() == nullptr);  // while that one is at work
  turnstile.done({0});
  CHECK(turnstile.next() == fake(7));
  CHECK(turnstile.waiting() == 0);
}

TEST_CASE_FIXTURE(HangGuard, "an ordered key takes children in order of parent and index, one at a time, on eight threads") {
  Script script;
  script.later = [](const Call& it, const Reply<double>& reply) {
    it.clock.after(std::chrono::milliseconds(static_cast<int>(it.x * 13) % 17), [reply, x = it.x] { reply(x); });
  };
  script.each = [](const Call& it) {
    std::vector<double> out;
    for (int i = 0; i < static_cast<int>(it.x) % 4; ++i) out.push_back(it.x * 10 + i);
    return out;
  };
  script.maybe = [](const Call& it) -> Maybe<double> {
    if (static_cast<int>(it.x) % 7 == 0) return Drop{"seven"};
    if (static_cast<int>(it.x) % 11 == 0) throw NodeError("eleven", "is not liked");
    return it.x;
  };
  std::vector<double> order;  // unguarded on purpose: calls are one at a time
  script.fold = [&](const Call& it) { return order.push_back(it.x), it.x; };
  const auto plan = plan_of(R"(
inputs: [sc_in]
graph:
  slow: {node: sc_later, in: {sc_x: sc_in}}
  part: {node: sc_each, in: {sc_x: slow}}
  kept: {node: sc_maybe, in: {sc_x: part}}
  total: {node: sc_fold, ordered: true, in: {sc_x: kept}}
limits: {in_flight: 5}
)");
  std::vector<double> expected;
  for (int i = 0; i < 300; ++i)
    for (int j = 0; j < i % 4; ++j)
      if ((i * 10 + j) % 7 && (i * 10 + j) % 11) expected.push_back(i * 10 + j);
  for (const Lane& lane : {lanes[0], lanes[2], Lane{Executor::tbb, 8}}) {
    CAPTURE(name_of(lane));
    order.clear();
    check_finished(run_numbers(*plan, lane, 300));
    CHECK(order == expected);
  }
}
