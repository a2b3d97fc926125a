// What is found again: over records, restarts, changes of the configuration, and the time to live.
#include <filesystem>

#include "tests/core/run/decorators_support.hpp"

HEADRACE_KEY("sc_words", "Words for a test of the cache.", std::string)

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

const std::string one_key = "inputs: [sc_in]\ngraph: {lookup: {node: sc_call, in: {sc_x: sc_in}, cache: 1d}}\n";

// Feeds these numbers, at `start`, over this store.
KeyStatistics run_on(const std::string& yaml, const Lane& lane, const std::vector<double>& xs, const std::shared_ptr<Store>& store,
                     Duration later = {}) {
  const auto plan = plan_of(yaml);
  RunOptions options = options_of(lane);
  Time start = options.clock->now();
  start.at += std::chrono::duration_cast<std::chrono::microseconds>(later);
  options.clock = make_virtual_clock(start);
  options.store = store;
  options.ordered = options.keep_values = true;
  options.feed = [&, input = plan->find_slot("sc_in")](Feeder& feeder) {
    for (const double x : xs) {
      Seed seed;
      seed.values.emplace_back(input, AnyValue::of(x));
      if (!feeder.admit(std::move(seed))) return;
    }
  };
  const RunReport report = Run(*plan, std::move(options)).run();
  check_balance(report.ledger);
  return of_key(report, "lookup");
}

std::size_t kept_in(Store& store) {
  std::size_t count = 0;
  store.scan("headrace/cache/", [&](std::string_view, std::string_view) { return ++count, true; });
  return count;
}

struct Folder {
  std::string path = std::filesystem::temp_directory_path() / ("headrace_cache_" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
  Folder() { std::filesystem::remove_all(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "equal inputs are called once, over restarts as well") {
  Script script;
  std::atomic<int> calls{0};
  script.call = [&](const Call& it) { return ++calls, it.x * 2; };
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    const Folder folder;
    calls = 0;
    {
      const std::shared_ptr<Store> store = open_rocksdb(folder.path);
      const KeyStatistics lookup = run_on(one_key, lane, first_numbers(20), store);
      CHECK(lookup.cache_misses == 20);
      CHECK(lookup.cache_hits == 0);
      CHECK(calls == 20);
      CHECK(kept_in(*store) == 20);
    }
    const std::shared_ptr<Store> store = open_rocksdb(folder.path);
    const KeyStatistics lookup = run_on(one_key, lane, first_numbers(25), store);
    CHECK(lookup.cache_hits == 20);
    CHECK(lookup.cache_misses == 5);
    CHECK(lookup.calls == 5);
    CHECK(calls == 25);
  }
}

TEST_CASE_FIXTURE(HangGuard, "an answer of another node, configuration or input is not found") {
  Script script;
  const std::shared_ptr<Store> store = make_memory_store();
  const auto hits = [&](const std::string& yaml) { return run_on(yaml, lanes[0], {1}, store).cache_hits; };
  const auto lookup = [](const std::string& node) {
    return "inputs: [sc_in]\ngraph: {lookup: {node: " + node + ", in: {sc_x: sc_in}, cache: 1d}}\n";
  };
  CHECK(hits(lookup("sc_call")) == 0);
  CHECK(hits(lookup("sc_call")) == 1);
  CHECK(hits(lookup("sc_call, as: other")) == 0);
  CHECK(hits(lookup("sc_later")) == 0);
  CHECK(hits(lookup("sc_maybe")) == 0);
  CHECK(run_on(lookup("sc_call"), lanes[0], {2}, store).cache_hits == 0);
  CHECK(hits(lookup("sc_call")) == 1);
  CHECK(hits(lookup("sc_later")) == 1);
}

namespace {

// Two nodes of one name, of which the second is the first after its author has changed what it answers.
template <int Version> struct Answering {
  static constexpr int version = Version;
  double operator()(In<"sc_in"> x) const { return *x + Version; }
};

std::uint64_t hits_of_version(std::shared_ptr<const NodeSpec> spec, const std::shared_ptr<Store>& store) {
  CompileOptions compile;
  Replacement mock{.key = "lookup", .at = {}};
  mock.make = [&](const TypeInfo*, std::vector<Diagnostic>&) { return spec; };
  compile.replace.push_back(std::move(mock));
  const auto compiled = compile_config(parse_config(one_key, "x.yaml"), compile);
  REQUIRE(compiled.plan);
  RunOptions options = options_of(lanes[0]);
  options.store = store;
  options.feed = numbers(*compiled.plan, 3);
  return of_key(Run(*compiled.plan, std::move(options)).run(), "lookup").cache_hits;
}

template <int Version> std::shared_ptr<const NodeSpec> answering() {
  return std::make_shared<NodeSpec>(detail::spec_of<Answering<Version>>("answering", "Answers.", "", 0));
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "an answer of another version of the node is not found") {
  const std::shared_ptr<Store> store = make_memory_store();
  CHECK(hits_of_version(answering<1>(), store) == 0);
  CHECK(hits_of_version(answering<1>(), store) == 3);
  CHECK(hits_of_version(answering<2>(), store) == 0);
  CHECK(hits_of_version(answering<2>(), store) == 3);
}

TEST_CASE_FIXTURE(HangGuard, "an answer is found until its time to live has passed, and is then removed") {
  Script script;
  const std::shared_ptr<Store> store = make_memory_store();
  CHECK(run_on(one_key, lanes[0], {1, 2}, store).cache_misses == 2);
  CHECK(run_on(one_key, lanes[0], {1}, store, 24h - 1ms).cache_hits == 1);
  CHECK(kept_in(*store) == 2);
  CHECK(run_on(one_key, lanes[0], {1}, store, 24h).cache_hits == 0);
  CHECK(kept_in(*store) == 1);
}

TEST_CASE_FIXTURE(HangGuard, "only values are kept: no failure, no drop, no answer of a fallback") {
  Script script;
  script.maybe = [](const Call& it) -> Maybe<double> {
    if (it.x < 1) return Drop{"small"};
    if (it.x < 2) throw NodeError(bad_page);
    return it.x;
  };
  const std::string yaml = "inputs: [sc_in]\ngraph: {lookup: {node: sc_maybe, in: {sc_x: sc_in}, cache: 1d, fallback: {value: 9}}}\n";
  for (const Lane& lane : all_lanes) {
    const std::shared_ptr<Store> store = make_memory_store();
    CHECK(run_on(yaml, lane, first_numbers(3), store).cache_misses == 3);
    CHECK(kept_in(*store) == 1);
    CHECK(run_on(yaml, lane, first_numbers(3), store).cache_hits == 1);
  }
}

TEST_CASE_FIXTURE(HangGuard, "what cannot be read any more is a miss, and is overwritten") {
  Script script;
  const std::shared_ptr<Store> store = make_memory_store();
  run_on(one_key, lanes[0], {1}, store);
  std::string key;
  store->scan("headrace/cache/", [&](std::string_view each, std::string_view) { return key = each, true; });
  const std::string good = *store->get(key), expiry = good.substr(0, good.find('\n'));
  for (const std::string& bad : {std::string(), std::string("9"), std::string("x\n1"), expiry, expiry + "\n", expiry + "\n{",
                                 expiry + "\n\"text\"", expiry + "\n[1"}) {
    CAPTURE(bad);
    WriteBatch batch;
    batch.put(key, bad);
    store->write(batch, Durability::buffered);
    CHECK(run_on(one_key, lanes[0], {1}, store).cache_hits == 0);
    CHECK(*store->get(key) == good);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a store that does not answer is an empty cache") {
  struct Broken : Store {
    std::shared_ptr<Store> inner = make_memory_store();
    static bool cached(std::string_view key) { return key.starts_with("headrace/cache/"); }
    std::optional<std::string> get(std::string_view key) const override {
      if (cached(key)) throw StoreError("broken");
      return inner->get(key);
    }
    std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
      return inner->multi_get(keys);
    }
    void scan(std::string_view prefix, const Visit& visit) const override {
      if (cached(prefix)) throw StoreError("broken");
      inner->scan(prefix, visit);
    }
    void write(const WriteBatch& batch, Durability durability) override {
      for (const auto& change : batch.changes())
        if (const auto* put = std::get_if<WriteBatch::Put>(&change); put && cached(put->key)) throw StoreError("broken");
      inner->write(batch, durability);
    }
    std::unique_ptr<StoreView> snapshot() const override { return inner->snapshot(); }
    bool durable() const override { return false; }
  };
  Script script;
  const KeyStatistics lookup = run_on(one_key, lanes[2], {1, 1, 2}, std::make_shared<Broken>());
  CHECK(lookup.calls == 3);
  CHECK(lookup.cache_misses == 3);
}

TEST_CASE_FIXTURE(HangGuard, "an input that is absent is not one that is empty") {
  struct Says {
    std::string operator()(Opt<"sc_words"> text) const { return text ? "[" + *text + "]" : "none"; }
  };
  CompileOptions compile;
  Replacement mock{.key = "lookup", .at = {}};
  mock.make = [&](const TypeInfo*, std::vector<Diagnostic>&) {
    return std::make_shared<NodeSpec>(detail::spec_of<Says>("says", "Says it.", "", 0));
  };
  compile.replace.push_back(std::move(mock));
  const auto compiled = compile_config(
      parse_config("inputs: {sc_in: number, sc_words: string}\ngraph: {lookup: {node: sc_text, in: {sc_x: sc_in}, cache: 1d}}\n", "x.yaml"),
      compile);
  for (const Diagnostic& each : compiled.diagnostics) INFO(each.message);
  REQUIRE(compiled.plan);
  const Plan& plan = *compiled.plan;
  std::vector<std::string> said;
  RunOptions options = options_of(lanes[0]);
  options.ordered = options.keep_values = true;
  options.observer = [&](const RetiredRecord& record) {
    said.push_back(*static_cast<const std::string*>(record.value(plan.find_slot("lookup"))));
  };
  options.feed = [&](Feeder& feeder) {
    for (int i = 0; i < 4; ++i) {
      Seed seed;
      if (i % 2) seed.absent.push_back(plan.find_slot("sc_words"));
      else seed.values.emplace_back(plan.find_slot("sc_words"), AnyValue::of(std::string()));
      feeder.admit(std::move(seed));
    }
  };
  Run(plan, std::move(options)).run();
  CHECK(said == std::vector<std::string>{"[]", "none", "[]", "none"});
}
