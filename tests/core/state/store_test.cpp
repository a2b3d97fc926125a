#include "core/state/store.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <thread>

#include "core/run/random.hpp"
#include "core/state/counter.hpp"
#include "core/testing/test_node.hpp"

using namespace headrace;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "headrace_store_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// An engine under test. reopen() closes and opens again what can be, and keeps the rest.
class Engine {
 public:
  explicit Engine(bool rocksdb) : rocksdb_(rocksdb) { open(); }
  Store* operator->() { return store_.get(); }
  Store& operator*() { return *store_; }
  bool rocksdb() const { return rocksdb_; }
  void reopen() {
    if (!rocksdb_) return;
    store_.reset();
    open();
  }

 private:
  void open() { store_ = rocksdb_ ? open_rocksdb(folder_ / "state") : make_memory_store(); }
  const bool rocksdb_;
  Folder folder_;
  std::unique_ptr<Store> store_;
};

template <class Test>
void on_both_engines(Test test) {
  for (const bool rocksdb : {false, true}) {
    CAPTURE(rocksdb);
    Engine engine(rocksdb);
    test(engine);
  }
}

using Model = std::map<std::string, std::string, std::less<>>;

Model contents(const StoreView& view, std::string_view prefix = "") {
  Model out;
  std::string last;
  view.scan(prefix, [&](std::string_view key, std::string_view value) {
    CHECK((out.empty() || last < key));
    last = key;
    out.emplace(key, value);
    return true;
  });
  return out;
}

Model with_prefix(const Model& model, std::string_view prefix) {
  Model out;
  for (const auto& [key, value] : model)
    if (key.starts_with(prefix)) out.emplace(key, value);
  return out;
}

void apply_to(Model& model, const WriteBatch& batch) {
  for (const auto& change : batch.changes()) {
    if (const auto* put = std::get_if<WriteBatch::Put>(&change)) model[put->key] = put->value;
    else if (const auto* remove = std::get_if<WriteBatch::Remove>(&change)) model.erase(remove->key);
    else if (const auto* add = std::get_if<WriteBatch::Add>(&change)) model[add->key] = counter_sum(model[add->key], add->amount);
  }
}

// Few keys, so that changes meet; bytes at both ends of the range, so that order and prefixes are tried.
std::string random_key(RandomNumbers& random) {
  constexpr std::array<char, 6> kBytes = {'\0', '/', 'a', 'b', '\xFE', '\xFF'};
  std::string key;
  for (std::uint64_t i = random.below(4); i > 0; --i) key += kBytes[random.below(kBytes.size())];
  return key;
}

WriteBatch random_batch(RandomNumbers& random) {
  WriteBatch batch;
  for (std::uint64_t i = random.below(8); i > 0; --i) {
    switch (random.below(4)) {
      case 0: batch.remove(random_key(random)); break;
      case 1: batch.put(random_key(random), std::string(random.below(40), static_cast<char>(random.next()))); break;
      case 2: batch.put(random_key(random), std::to_string(random.next())); break;
      default: batch.add(random_key(random), static_cast<std::int64_t>(random.next())); break;
    }
  }
  return batch;
}

void write(Store& store, std::string key, std::string value) {
  WriteBatch batch;
  batch.put(std::move(key), std::move(value));
  store.write(batch, Durability::buffered);
}

}  // namespace

TEST_CASE("store: random batches leave what a map would hold, also after it is opened again") {
  on_both_engines([](Engine& engine) {
    RandomNumbers random(20260301);
    Model model;
    for (int round = 0; round < 1500; ++round) {
      const WriteBatch batch = random_batch(random);
      engine->write(batch, round % 100 == 0 ? Durability::synced : Durability::buffered);
      apply_to(model, batch);
      if (round % 300 == 299) engine.reopen();
      if (round % 10) continue;
      const std::string prefix = random_key(random);
      REQUIRE(contents(*engine, prefix) == with_prefix(model, prefix));
      std::vector<std::string> keys;
      for (int i = 0; i < 10; ++i) keys.push_back(random_key(random));
      const auto values = engine->multi_get(keys);
      REQUIRE(values.size() == keys.size());
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto found = model.find(keys[i]);
        CHECK(values[i] == (found == model.end() ? std::nullopt : std::optional(found->second)));
        CHECK(engine->get(keys[i]) == values[i]);
      }
    }
    CHECK(contents(*engine) == model);
  });
}

TEST_CASE("store: a snapshot sees nothing of what is written after it") {
  on_both_engines([](Engine& engine) {
    RandomNumbers random(7);
    Model model;
    std::vector<std::pair<std::unique_ptr<StoreView>, Model>> snapshots;
    for (int round = 0; round < 200; ++round) {
      const WriteBatch batch = random_batch(random);
      engine->write(batch, Durability::buffered);
      apply_to(model, batch);
      if (round % 20 == 0) snapshots.emplace_back(engine->snapshot(), model);
    }
    for (const auto& [snapshot, expected] : snapshots) {
      CHECK(contents(*snapshot) == expected);
      for (const auto& [key, value] : expected) CHECK(snapshot->get(key) == value);
      CHECK(snapshot->multi_get({"a", "missing"}) ==
            std::vector<std::optional<std::string>>{expected.contains("a") ? std::optional(expected.at("a")) : std::nullopt, std::nullopt});
    }
  });
}

TEST_CASE("store: a scan stops when told to, and may write what it does not then see") {
  on_both_engines([](Engine& engine) {
    for (const char* key : {"a", "b/1", "b/2", "b/3", "c"}) write(*engine, key, "old");
    std::vector<std::string> seen;
    engine->scan("b/", [&](std::string_view key, std::string_view value) {
      CHECK(value == "old");
      seen.emplace_back(key);
      write(*engine, "b/2", "new");
      write(*engine, "b/1" + std::to_string(seen.size()), "new");
      return seen.size() < 2;
    });
    CHECK(seen == std::vector<std::string>{"b/1", "b/2"});
    CHECK(engine->get("b/2") == "new");
    CHECK(contents(*engine, "b/").size() == 5);
    CHECK(contents(*engine, "bb").empty());
  });
}

TEST_CASE("store: counters add up; what is no number counts as nothing; sums wrap") {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  const struct {
    std::string before;
    std::int64_t amount;
    std::string after;
  } cases[] = {{"5", 3, "8"},
               {"-5", 5, "0"},
               {"", 1, "1"},
               {"seven", 1, "1"},
               {"7 ", 1, "1"},
               {"99999999999999999999", 1, "1"},
               {std::to_string(kMax), 1, std::to_string(std::numeric_limits<std::int64_t>::min())}};
  on_both_engines([&](Engine& engine) {
    for (const auto& each : cases) {
      CAPTURE(each.before);
      WriteBatch batch;
      batch.put("n", each.before);
      batch.add("n", each.amount);
      engine->write(batch, Durability::buffered);
      CHECK(engine->get("n") == each.after);
    }
    for (int i = 1; i <= 100; ++i) {
      WriteBatch batch;
      batch.add("fresh", i);
      engine->write(batch, Durability::buffered);
    }
    engine.reopen();
    CHECK(engine->get("fresh") == "5050");
  });
}

TEST_CASE("store: the changes of a batch apply in their order; an empty batch changes nothing") {
  on_both_engines([](Engine& engine) {
    WriteBatch batch;
    batch.put("k", "1");
    batch.remove("k");
    batch.add("k", 2);
    batch.add("k", 3);
    batch.put("gone", "x");
    batch.remove("gone");
    engine->write(batch, Durability::buffered);
    engine->write({}, Durability::buffered);
    engine->write({}, Durability::synced);
    CHECK(contents(*engine) == Model{{"k", "5"}});
    CHECK(engine->durable() == engine.rocksdb());
  });
}

TEST_CASE("store: a batch is seen whole or not at all, from any thread") {
  on_both_engines([](Engine& engine) {
    std::atomic<bool> done{false};
    std::atomic<int> torn{0};
    std::jthread writer([&] {
      for (int i = 0; i < 300; ++i) {
        WriteBatch batch;
        for (const char* key : {"x/1", "x/2", "x/3"}) batch.put(key, std::to_string(i));
        batch.add("sum", 1);
        engine->write(batch, Durability::buffered);
      }
      done = true;
    });
    while (!done) {
      std::vector<std::string> values;
      engine->scan("x/", [&](std::string_view, std::string_view value) { return values.emplace_back(value), true; });
      const auto got = engine->multi_get({"x/1", "x/2", "x/3"});
      if (got[0] != got[1] || got[1] != got[2]) ++torn;
      for (const std::string& value : values) torn += value != values.front();
    }
    writer.join();
    CHECK(torn == 0);
    CHECK(engine->get("sum") == "300");
  });
}

TEST_CASE("rocksdb: memory and files stay few while much is written over and over") {
  const Folder folder;
  const auto store = open_rocksdb(folder / "state");
  RandomNumbers random(3);
  for (int round = 0; round < 600; ++round) {  // 60 MiB of bytes that do not compress, over the same 200 keys
    WriteBatch batch;
    for (int i = 0; i < 10; ++i) {
      std::string value;
      while (value.size() < 10 * 1024) value += std::to_string(random.next());
      batch.put("key/" + std::to_string(random.below(200)), std::move(value));
    }
    store->write(batch, Durability::buffered);
  }
  CHECK(contents(*store).size() == 200);
  const auto files = std::distance(std::filesystem::directory_iterator(folder / "state"), std::filesystem::directory_iterator());
  CHECK(files < 30);
}

TEST_CASE("rocksdb: a folder that is taken, and one that cannot be made, are errors that say what to do") {
  const Folder folder;
  const std::string path = folder / "deep/down/state";
  const auto message = [](const std::string& path) -> std::string {
    try {
      open_rocksdb(path);
    } catch (const StoreError& error) { return error.what(); }
    return "opened";
  };
  {
    const auto store = open_rocksdb(path);
    CHECK(message(path) == "the state store '" + path + "' is open in this process already: give each pipeline a folder of its own");
  }
  CHECK(message(path) == "opened");
  CHECK(message("/proc/headrace/state").starts_with("the folder '/proc/headrace/state' of the state store cannot be made: "));
}

// ---- processes that are killed ----------------------------------------------------------------------------------------

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

TEST_CASE("store: both engines are resources") {
  CHECK(find_node("memory_store")->kind == Kind::resource);
  CHECK(find_node("rocksdb")->kind == Kind::resource);
}
