// Stores whose process is killed, and logs that end as a torn write leaves them.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

// This program again, running one test case that is skipped otherwise, with the folder of a store and, on descriptor
// `report`, a way to say something. A fork alone would inherit RocksDB's belief in threads that the child does not have.
class Child {
 public:
  Child(const char* test_case, const std::string& path, int report, const std::string& plan = "") {
    ::setenv("HEADRACE_STORE_PATH", path.c_str(), 1);
    ::setenv("HEADRACE_STORE_REPORT", std::to_string(report).c_str(), 1);
    ::setenv("HEADRACE_STORE_PLAN", plan.c_str(), 1);
    const std::string filter = std::string("--test-case=") + test_case;
    const std::array<const char*, 6> arguments = {"headrace-tests", "--no-skip", "--quiet", "--no-intro", filter.c_str(), nullptr};
    REQUIRE(::posix_spawn(&pid_, "/proc/self/exe", nullptr, nullptr, const_cast<char* const*>(arguments.data()), environ) == 0);
    for (const char* name : {"HEADRACE_STORE_PATH", "HEADRACE_STORE_REPORT", "HEADRACE_STORE_PLAN"}) ::unsetenv(name);
  }
  ~Child() {
    kill();
    wait();
  }
  void kill() const {
    if (!status_) ::kill(pid_, SIGKILL);
  }
  int wait() {
    if (!status_) REQUIRE(::waitpid(pid_, &status_.emplace(), 0) == pid_);
    return *status_;
  }

 private:
  pid_t pid_ = 0;
  std::optional<int> status_;
};

class Pipe {
 public:
  Pipe() { REQUIRE(::pipe(ends_.data()) == 0); }
  ~Pipe() {
    close_writer();
    ::close(ends_[0]);
  }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  std::optional<int> read() const {
    int number = 0;
    return ::read(ends_[0], &number, sizeof number) == sizeof number ? std::optional(number) : std::nullopt;
  }

 private:
  std::array<int, 2> ends_{};
};

struct ChildSide {
  const char* path = std::getenv("HEADRACE_STORE_PATH");
  const int fd = path ? std::atoi(std::getenv("HEADRACE_STORE_REPORT")) : -1;
  const std::string plan = path ? std::getenv("HEADRACE_STORE_PLAN") : "";
  explicit operator bool() const { return path != nullptr; }
  void report(int number) const {
    if (::write(fd, &number, sizeof number) != sizeof number) ::_exit(2);
  }
};

// The same function of i in both processes.
WriteBatch numbered_batch(int i) {
  RandomNumbers random(static_cast<std::uint64_t>(i) * 977 + 5);
  WriteBatch batch = random_batch(random);
  batch.put("last", std::to_string(i));
  return batch;
}

}  // namespace

TEST_CASE("store child: holds a store until it is killed" * doctest::skip()) {
  const ChildSide parent;
  if (!parent) return;
  const auto store = open_rocksdb(parent.path);
  parent.report(1);
  for (;;) ::pause();
}

// The signal comes from a second thread, so that it may fall inside a write.
TEST_CASE("store child: writes numbered batches until it kills itself" * doctest::skip()) {
  const ChildSide parent;
  if (!parent) return;
  const std::size_t colon = parent.plan.find(':');
  const int last_calm = std::stoi(parent.plan.substr(0, colon)), spins = std::stoi(parent.plan.substr(colon + 1));
  const auto store = open_rocksdb(parent.path);
  std::atomic<bool> now{false};
  const std::jthread killer([&] {
    now.wait(false);
    for (std::atomic<int> i{0}; i < spins;) ++i;
    ::kill(::getpid(), SIGKILL);
  });
  for (int i = 1;; ++i) {
    if (i > last_calm && !now.exchange(true)) now.notify_one();
    store->write(numbered_batch(i), Durability::buffered);
    parent.report(i);
  }
}

TEST_CASE("rocksdb: another process that has it is named as the cause") {
  const Folder folder;
  const std::string path = folder / "state";
  Pipe pipe;
  const Child child("store child: holds*", path, pipe.writer());
  pipe.close_writer();
  REQUIRE(pipe.read() == 1);
  CHECK_THROWS_WITH_AS(open_rocksdb(path),
                       ("another process has the state store '" + path + "': end it, or give this one another folder").c_str(), StoreError);
}

TEST_CASE("rocksdb: a process killed at any moment leaves exactly the batches up to some point, and all that were answered") {
  RandomNumbers random(11);
  for (int round = 0; round < 12; ++round) {
    CAPTURE(round);
    const Folder folder;
    Pipe pipe;
    Child child("store child: writes*", folder / "state", pipe.writer(),
                std::to_string(random.below(3000)) + ":" + std::to_string(random.below(50'000)));
    pipe.close_writer();
    int answered = 0;
    while (const auto number = pipe.read()) answered = *number;
    REQUIRE(WIFSIGNALED(child.wait()));

    const auto store = open_rocksdb(folder / "state");
    const int last = std::stoi(store->get("last").value_or("0"));
    CHECK((last == answered || last == answered + 1));
    Model model;
    for (int i = 1; i <= last; ++i) apply_to(model, numbered_batch(i));
    CHECK(contents(*store) == model);
  }
}

