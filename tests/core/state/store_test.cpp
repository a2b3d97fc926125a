#include <atomic>
#include <limits>
#include <thread>

#include "core/testing/test_node.hpp"
#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

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

template <class Test> void on_both_engines(Test test) {
  for (const bool rocksdb : {false, true}) {
    CAPTURE(rocksdb);
    Engine engine(rocksdb);
    test(engine);
  }
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
    } catch (const StoreError& error) {
      return error.what();
    }
    return "opened";
  };
  {
    const auto store = open_rocksdb(path);
    CHECK(message(path) == "the state store '" + path + "' is open in this process already: give each pipeline a folder of its own");
  }
  CHECK(message(path) == "opened");
  CHECK(message("/proc/headrace/state").starts_with("the folder '/proc/headrace/state' of the state store cannot be made: "));
}

TEST_CASE("store: both engines are resources") {
  CHECK(find_node("memory_store")->kind == Kind::resource);
  CHECK(find_node("rocksdb")->kind == Kind::resource);
}
