// `by`: a stateful node in shards. Each has a state of its own, its calls are one at a time, and what it sees depends on the
// records alone: on no executor, no number of threads and no kill.
#include <algorithm>
#include <latch>
#include <map>

#include "tests/core/run/decorators_support.hpp"
#include "tests/core/run/kill_support.hpp"
#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

std::string sharded(const std::string& more = "ordered: true, by: {key: group, shards: 4}") {
  return "inputs: [sc_in]\ngraph:\n  late: {node: sc_later, in: {sc_x: sc_in}}\n  group: {node: sc_text, in: {sc_x: late}}\n  total: "
         "{node: sc_keep, in: {sc_x: late}, " +
         more + "}\n";
}

// Records of ten groups that arrive out of order; each group's numbers are appended to its line in the state.
void write_groups(Script& script) {
  script.later = [](const Call& it, const Reply<double>& reply) {
    it.clock.after(std::chrono::milliseconds(static_cast<int>(it.x * 13) % 17), [reply, x = it.x] { reply(x); });
  };
  script.text = [](const Call& it) { return "g" + std::to_string(static_cast<int>(it.x) % 10); };
  script.keep = [](const Call& it, State state) {
    const std::string group = "g" + std::to_string(static_cast<int>(it.x) % 10);
    state.put(group, state.get(group).value_or("") + std::to_string(static_cast<int>(it.x)) + " ");
    state.put("last", std::to_string(static_cast<int>(it.x)));
    return it.x;
  };
}

using Content = std::map<std::string, std::string>;

Content state_in(const Store& store) {
  Content out;
  store.scan("headrace/state/", [&](std::string_view key, std::string_view value) { return out.emplace(key, value), true; });
  return out;
}

Content run_into(const std::shared_ptr<Store>& store, const Plan& plan, const Lane& lane, int count) {
  RunOptions options = options_of(lane);
  options.store = store;
  options.feed = numbers(plan, count);
  check_finished(Run(plan, std::move(options)).run());
  return state_in(*store);
}

std::string refusal(const std::shared_ptr<Store>& store, const std::string& yaml) {
  const auto plan = plan_of(yaml);
  RunOptions options = options_of(lanes[0]);
  options.store = store;
  options.feed = numbers(*plan, 1);
  try {
    Run(*plan, std::move(options)).run();
  } catch (const StartError& error) {
    return error.diagnostic.code + " " + error.diagnostic.message + " (" + error.diagnostic.hint + ")";
  }
  return "";
}

std::string told(const std::string& yaml) {
  std::string out;
  for (const Diagnostic& each : compile_config(parse_config(yaml, "x.yaml")).diagnostics)
    if (each.severity == Severity::error) out += each.code + " " + each.message + "\n";
  return out;
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "an ordered node in shards leaves the same state, whatever runs it") {
  Script script;
  write_groups(script);
  const auto plan = plan_of(sharded());
  const Content expected = run_into(make_memory_store(), *plan, all_lanes[0], 200);
  std::set<std::string> shards;
  int groups = 0;
  for (const auto& [key, value] : expected) {
    shards.insert(key.substr(0, key.rfind('/')));
    if (key.ends_with("/last")) continue;
    ++groups;
    std::string in_order;
    for (int i = key.back() - '0'; i < 200; i += 10) in_order += std::to_string(i) + " ";
    CHECK(value == in_order);
  }
  CHECK(groups == 10);
  CHECK(shards.size() > 1);
  CHECK(shards.size() <= 4);
  CHECK(shards.begin()->starts_with("headrace/state/total#"));
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    CHECK(run_into(make_memory_store(), *plan, lane, 200) == expected);
  }
}

TEST_CASE_FIXTURE(HangGuard, "without an order every record is in its group once, and a shard takes one at a time") {
  Script script;
  write_groups(script);
  const auto keep = script.keep;
  std::mutex mutex;
  std::map<std::string, int> inside;
  int most = 0;
  script.keep = [&](const Call& it, State state) {
    const std::string group = "g" + std::to_string(static_cast<int>(it.x) % 10);
    {
      const std::lock_guard lock(mutex);
      most = std::max(most, ++inside[group]);
    }
    const double out = keep(it, state);
    const std::lock_guard lock(mutex);
    --inside[group];
    return out;
  };
  const auto plan = plan_of(sharded("by: {key: group, shards: 3}"));
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    std::multiset<std::string> seen;
    for (const auto& [key, value] : run_into(make_memory_store(), *plan, lane, 200)) {
      if (key.ends_with("/last")) continue;
      for (std::size_t at = 0; at < value.size(); at = value.find(' ', at) + 1) seen.insert(value.substr(at, value.find(' ', at) - at));
    }
    CHECK(seen.size() == 200);
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 200);
  }
  CHECK(most == 1);
}

TEST_CASE_FIXTURE(HangGuard, "two shards are at work at the same time") {
  Script script;
  script.text = [](const Call& it) { return std::to_string(static_cast<int>(it.x)); };
  std::latch both(2);
  std::atomic<int> calls{0};
  script.keep = [&](const Call& it, State) {
    if (calls.fetch_add(1) < 2) both.arrive_and_wait();  // the first two wait for each other
    return it.x;
  };
  const auto plan = plan_of(
      "inputs: [sc_in]\ngraph:\n  group: {node: sc_text, in: {sc_x: sc_in}}\n  total: {node: sc_keep, in: {sc_x: sc_in}, ordered: true, "
      "by: {key: group, shards: 64}}\n");
  check_finished(run_numbers(*plan, {Executor::tbb, 2}, 40));
  CHECK(calls.load() == 40);
}

TEST_CASE_FIXTURE(HangGuard, "a record that is tried again keeps its place in its shard, and other shards go on") {
  Script script;
  script.text = [](const Call& it) { return static_cast<int>(it.x) % 2 ? "odd" : "even"; };
  std::map<int, int> tries;
  std::mutex mutex;
  std::vector<int> odd, even;
  script.keep = [&](const Call& it, State) {
    const std::lock_guard lock(mutex);
    const int x = static_cast<int>(it.x);
    if (x == 1 && ++tries[x] < 3) throw NodeError("shy", "not yet", true);
    (x % 2 ? odd : even).push_back(x);
    return it.x;
  };
  const auto plan = plan_of(
      "inputs: [sc_in]\ngraph:\n  group: {node: sc_text, in: {sc_x: sc_in}}\n  total: {node: sc_keep, in: {sc_x: sc_in}, ordered: true, "
      "retry: {times: 5, backoff: 1h}, by: {key: group, shards: 7}}\n");
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    tries.clear();
    odd.clear();
    even.clear();
    check_finished(run_numbers(*plan, lane, 20));
    CHECK(odd == std::vector{1, 3, 5, 7, 9, 11, 13, 15, 17, 19});
    CHECK(even == std::vector{0, 2, 4, 6, 8, 10, 12, 14, 16, 18});
  }
}

TEST_CASE_FIXTURE(HangGuard, "a shard that is held up holds the sources up before it fills every place") {
  Script script;
  script.text = [](const Call& it) { return it.x < 1 ? "slow" : "quick"; };
  script.keep = [](const Call& it, State) -> double {
    if (it.x < 1) throw NodeError("away", "for an hour", true);
    return it.x;
  };
  const auto plan = plan_of(
      "inputs: [sc_in]\ngraph:\n  group: {node: sc_text, in: {sc_x: sc_in}}\n"
      "  total: {node: sc_keep, in: {sc_x: sc_in}, ordered: true, retry: {times: 1, backoff: 1h}, by: {key: group, shards: 1}}\nlimits: "
      "{in_flight: 2, window: 5}\n");
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_numbers(*plan, lane, 500);
    CHECK(report.ledger.failed == 1);
    CHECK(report.ledger.done == 499);
  }
}

TEST_CASE("a record whose shard is not known is dropped") {
  Script script;
  const auto plan = plan_of(
      "inputs: [sc_in]\ngraph:\n  group: {node: sc_maybe, in: {sc_x: sc_in}, on_error: absent}\n  total: {node: sc_keep, in: {sc_x: "
      "sc_in}, by: {key: group, shards: 2}}\n");
  script.maybe = [](const Call& it) -> Maybe<double> {
    if (it.x < 3) throw NodeError("shy", "has none");
    return it.x;
  };
  const RunReport report = run_numbers(*plan, lanes[0], 10);
  CHECK(report.ledger.done == 7);
  CHECK(report.ledger.dropped_by_reason == std::map<std::string, std::uint64_t>{{"missing:group", 3}});
}

TEST_CASE("the state of a node in shards is found again, and other shards are refused with what to do") {
  Script script;
  write_groups(script);
  const std::shared_ptr<Store> store = make_memory_store();
  const auto plan = plan_of(sharded());
  const Content once = run_into(store, *plan, lanes[0], 30);
  const Content twice = run_into(store, *plan, lanes[2], 30);
  REQUIRE(once.size() == twice.size());
  for (const auto& [key, value] : once)
    if (!key.ends_with("/last")) CHECK(twice.at(key) == value + value);

  CHECK(refusal(store, sharded("by: {key: group, shards: 5}")) ==
        "H094 the state of 'total' was left with 4 shards by group, and the pipeline has 5 shards by group (go on with by: {key: group, "
        "shards: 4}, or give the pipeline a new state folder)");
  CHECK(refusal(store, sharded("by: {key: late, shards: 4}")) ==
        "H094 the state of 'total' was left with 4 shards by group, and the pipeline has 4 shards by late (go on with by: {key: group, "
        "shards: 4}, or give the pipeline a new state folder)");
  CHECK(refusal(store, sharded("ordered: true")) ==
        "H094 the state of 'total' was left with 4 shards by group, and the pipeline has no shards (go on with by: {key: group, shards: "
        "4}, or give the pipeline a new state folder)");
  CHECK(state_in(*store) == twice);
  CHECK(refusal(store, sharded()) == "");

  const std::shared_ptr<Store> whole = make_memory_store();
  CHECK(refusal(whole, sharded("ordered: true")) == "");
  CHECK(refusal(whole, sharded()) ==
        "H094 the state of 'total' was left with no shards, and the pipeline has 4 shards by group (take 'by' away, or give the pipeline a "
        "new state folder)");
}

TEST_CASE("where 'by' makes no sense, or is written wrongly") {
  const auto in_place = [](const std::string& node, const std::string& by) {
    return told("inputs: [sc_in]\ngraph: {it: {node: " + node + ", in: {sc_x: sc_in}, by: " + by + "}}\n");
  };
  const std::string good = "{key: sc_in, shards: 2}";
  CHECK(in_place("sc_keep", good) == "");
  CHECK(in_place("sc_fold", good) == "");
  for (const std::string node : {"sc_call", "sc_later", "sc_each"})
    CHECK(in_place(node, good) ==
          "H027 '" + node + "' cannot have 'by': it is not stateful: it has no state to divide, and runs in parallel already\n");
  CHECK(in_place("sc_keep", "{key: sc_in}") == "H014 'by' needs 'shards'\n");
  CHECK(in_place("sc_keep", "{shards: 2}") == "H014 'by' needs 'key'\n");
  CHECK(in_place("sc_keep", "{key: nowhere, shards: 2}") == "H020 'it' needs key 'nowhere', which nothing produces\n");
  CHECK(in_place("sc_keep", "{key: it, shards: 2}").starts_with("H025"));
  CHECK(in_place("sc_keep", "{key: sc_in, shards: 0}").starts_with("H013"));
  CHECK(in_place("sc_keep", "sc_in").starts_with("H010"));
}

TEST_CASE("killed in the middle with shards and started again: every shard has seen every document once") {
  using namespace headrace::kill_test;
  if (faulty_is_missing()) return;
  std::string text = news_pipeline;
  const std::string plain = "ordered: true}";
  const auto at = text.find(plain);
  REQUIRE(at != std::string::npos);
  text.replace(at, plain.size(), "ordered: true, by: {key: article.title, shards: 3}}");
  Press press;
  const kill_test::Place undisturbed(press.feeds(), text);
  const Outcome whole = command(undisturbed.folder, undisturbed.run());
  REQUIRE_MESSAGE(whole.code == 0, whole.err);
  CHECK(column(undisturbed.folder, "documents.jsonl", "url") == each_once(press.good()));
  for (const std::string crash_at : {"after_settle:1", "while_checkpointing:1", "after_admission:40"}) {
    CAPTURE(crash_at);
    const kill_test::Place place(press.feeds(), text);
    CHECK(command(place.folder, place.run(), crash_at).code == died_by_kill);
    const Outcome again = command(place.folder, place.run());
    CHECK_MESSAGE(again.code == 0, again.err);
    CHECK(column(place.folder, "documents.jsonl", "url") == each_once(press.good()));
    CHECK(stories(place.folder) == stories(undisturbed.folder));
  }
}
