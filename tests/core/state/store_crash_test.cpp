// Stores whose process is killed, and logs that end as a torn write leaves them.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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
  for (int round = 0; round < 8; ++round) {
    CAPTURE(round);
    const Folder folder;
    Pipe pipe;
    Child child("store child: writes numbered*", folder / "state", pipe.writer(),
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

// ---- logs with a torn tail ------------------------------------------------------------------------------------------------

namespace {

bool is_synced(int i) { return i % 7 == 0; }

std::vector<std::filesystem::path> logs_in(const std::string& folder) {
  std::vector<std::filesystem::path> logs;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".log" && std::filesystem::file_size(entry.path()) > 0) logs.push_back(entry.path());
  std::sort(logs.begin(), logs.end());
  return logs;
}

void cut_tail(const std::filesystem::path& log, RandomNumbers& random) {
  std::filesystem::resize_file(log, random.below(std::filesystem::file_size(log) + 1));
}

// From some offset on, what was never written: the blocks of the disk that did not make it.
void tear_tail(const std::filesystem::path& log, RandomNumbers& random) {
  const auto size = std::filesystem::file_size(log);
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  const auto from = random.below(size);
  file.seekp(static_cast<std::streamoff>(from));
  const bool zeros = random.below(2);
  for (auto i = from; i < size; ++i) file.put(zeros ? '\0' : static_cast<char>(random.next()));
}

// How many batches the store has; fails unless it has exactly the first so many.
int prefix_in(Store& store) {
  const int last = std::stoi(store.get("last").value_or("0"));
  Model model;
  for (int i = 1; i <= last; ++i) apply_to(model, numbered_batch(i));
  CHECK(contents(store) == model);
  return last;
}

void copy_store(const std::string& from, const std::string& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

}  // namespace

TEST_CASE("store child: writes and syncs numbered batches until it is killed" * doctest::skip()) {
  const ChildSide parent;
  if (!parent) return;
  const auto store = open_rocksdb(parent.path);
  for (int i = 1;; ++i) {
    store->write(numbered_batch(i), is_synced(i) ? Durability::synced : Durability::buffered);
    parent.report(i);
  }
}

TEST_CASE("rocksdb: a process killed from outside leaves a prefix with all that was answered; a log torn after it, still a prefix") {
  RandomNumbers random(23);
  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    const Folder folder;
    Pipe pipe;
    Child child("store child: writes and syncs*", folder / "state", pipe.writer());
    pipe.close_writer();
    const int enough = static_cast<int>(random.below(300)) + 50;
    int answered = 0;
    while (const auto number = pipe.read()) {
      answered = *number;
      if (answered == enough) child.kill();
    }
    REQUIRE(WIFSIGNALED(child.wait()));
    copy_store(folder / "state", folder / "whole");
    const int all = prefix_in(*open_rocksdb(folder / "whole"));
    CHECK((all == answered || all == answered + 1));
    for (int tear = 0; tear < 6; ++tear) {
      CAPTURE(tear);
      copy_store(folder / "state", folder / "torn");
      const auto logs = logs_in(folder / "torn");
      REQUIRE(!logs.empty());
      (tear % 2 ? cut_tail : tear_tail)(logs.back(), random);
      int left = 0;
      {
        const auto store = open_rocksdb(folder / "torn");
        left = prefix_in(*store);
        CHECK(left <= all);
        store->write(numbered_batch(left + 1), Durability::synced);
      }
      CHECK(prefix_in(*open_rocksdb(folder / "torn")) == left + 1);
    }
  }
}

TEST_CASE("rocksdb: one flipped bit in the log gives a prefix, or an error that names the store; never a half") {
  const Folder folder;
  {
    const auto store = open_rocksdb(folder / "state");
    for (int i = 1; i <= 200; ++i) store->write(numbered_batch(i), is_synced(i) ? Durability::synced : Durability::buffered);
    copy_store(folder / "state", folder / "crashed");  // as it stands on the disk while it is open
  }
  RandomNumbers random(29);
  for (int flip = 0; flip < 10; ++flip) {
    CAPTURE(flip);
    copy_store(folder / "crashed", folder / "flipped");
    const auto log = logs_in(folder / "flipped").back();
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    const auto at = static_cast<std::streamoff>(random.below(std::filesystem::file_size(log)));
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 1 << random.below(8)));
    file.close();
    try {
      CHECK(prefix_in(*open_rocksdb(folder / "flipped")) <= 200);
    } catch (const StoreError& error) {
      CHECK(std::string(error.what()).find("flipped") != std::string::npos);
    }
  }
}
