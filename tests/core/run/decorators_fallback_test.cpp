// What answers when a key has failed: a value, another key, another node; and when none of them can.
#include "tests/core/run/decorators_support.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

const std::string head = "inputs: [sc_in]\ngraph:\n";

// Odd numbers fail.
bool unlucky(const Call& it) { return it.as.empty() && static_cast<int>(it.x) % 2 == 1; }
void make_unlucky(Script& script) {
  script.call = [](const Call& it) {
    if (unlucky(it)) throw NodeError(bad_page);
    return it.as == "spare" ? it.x + 100 : it.x;
  };
  script.fold = script.call;
  script.later = [](const Call& it, const Reply<double>& reply) {
    if (it.as == "spare") it.clock.after(1s, [reply, x = it.x] { reply(x + 100); });
    else if (unlucky(it)) reply.fail(bad_page);
    else reply(it.x);
  };
}

void check_answers(const std::string& yaml, const std::vector<std::string>& expected) {
  const auto plan = plan_of(head + yaml);
  for (const Lane& lane : all_lanes) {
    CAPTURE(yaml);
    CAPTURE(name_of(lane));
    const SeenRun run = run_seen(*plan, lane, "lookup", 4);
    check_finished(run.report);
    CHECK(run.seen.values == expected);
    const bool answers = expected[1].find(':') == std::string::npos;
    CHECK(run.seen.covered == (answers ? std::vector<std::string>{"", "bad_input", "", "bad_input"} : std::vector<std::string>(4)));
    CHECK(of_key(run.report, "lookup").fallbacks == (answers ? 2 : 0));
    CHECK(of_key(run.report, "lookup").errors == 2);
    CHECK(run.report.ledger.failed == (answers ? 0 : 2));
  }
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "a value, a key, a field or a node answers for what has failed") {
  Script script;
  make_unlucky(script);
  for (const std::string node : {"sc_call", "sc_fold", "sc_later"}) {
    const std::string lookup = "  lookup: {node: " + node + ", in: {sc_x: sc_in}, fallback: ";
    check_answers(lookup + "{value: 7}}\n", {"0", "7", "2", "7"});
    check_answers(lookup + "{key: sc_in}}\n", {"0", "1", "2", "3"});
    check_answers(lookup + "{key: other}}\n  other: {node: sc_call, as: spare, in: {sc_x: sc_in}}\n", {"0", "101", "2", "103"});
    check_answers(lookup + "{node: sc_call, as: spare, in: {sc_x: sc_in}}}\n", {"0", "101", "2", "103"});
    check_answers(lookup + "{node: sc_later, as: spare, in: {sc_x: sc_in}}}\n", {"0", "101", "2", "103"});
  }
}

TEST_CASE_FIXTURE(HangGuard, "a fallback that cannot answer leaves the first failure") {
  Script script;
  make_unlucky(script);
  script.maybe = [](const Call&) { return Maybe<double>(Drop{"never"}); };
  const std::vector<std::string> first{"0", "bad_input: never", "2", "bad_input: never"};
  const std::string lookup = "  lookup: {node: sc_later, in: {sc_x: sc_in}, timeout: 2s, fallback: ";
  check_answers(lookup + "{key: none}}\n  none: {node: sc_maybe, in: {sc_x: sc_in}, on_error: absent}\n", first);
  check_answers(lookup + "{node: sc_maybe, in: {sc_x: sc_in}}}\n", first);
  check_answers(lookup + "{node: sc_call, in: {sc_x: sc_in}}}\n", first);
  script.later = [](const Call& it, const Reply<double>& reply) {
    if (it.as == "spare") it.clock.after(1h, [reply] { reply(1); });  // too late
    else if (unlucky(it)) reply.fail(bad_page);
    else reply(it.x);
  };
  check_answers(lookup + "{node: sc_later, as: spare, in: {sc_x: sc_in}}}\n", first);
}

TEST_CASE_FIXTURE(HangGuard, "values of keys that a fallback may need live until the key is resolved") {
  Script script;
  script.text = [](const Call& it) { return std::string(100, static_cast<char>('a' + static_cast<int>(it.x) % 26)); };
  script.call = [](const Call& it) { return it.x; };
  const auto plan = plan_of(
      "inputs: [sc_in]\ngraph:\n  long: {node: sc_text, in: {sc_x: sc_in}}\n  slow: {node: sc_later, in: {sc_x: sc_in}}\n"
      "  lookup: {node: sc_text, in: {sc_x: slow}, as: bad, fallback: {key: long}}\n");
  script.later = [](const Call& it, const Reply<double>& reply) { it.clock.after(1s, [reply, x = it.x] { reply(x); }); };
  script.text = [](const Call& it) {
    if (it.as == "bad") throw NodeError(outage);
    return std::string(100, static_cast<char>('a' + static_cast<int>(it.x) % 26));
  };
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    std::vector<std::string> got;
    RunOptions options = options_of(lane);
    options.feed = numbers(*plan, 50);
    options.ordered = true;
    options.observer = [&](const RetiredRecord& record) {
      got.push_back(*static_cast<const std::string*>(record.value(plan->find_slot("lookup"))));
    };
    check_finished(Run(*plan, std::move(options)).run());
    REQUIRE(got.size() == 50);
    CHECK(got[27] == std::string(100, 'b'));
  }
}

TEST_CASE_FIXTURE(HangGuard, "a backend that answers too slowly is covered when the timeout has passed") {
  Script script;
  Duration worst{};
  script.later = [&](const Call& it, const Reply<double>& reply) { it.clock.after(500ms, [reply] { reply(1); }); };
  script.fold = [&](const Call& it) { return worst = std::max(worst, it.clock.elapsed()), it.x; };
  const auto plan = plan_of(
      head +
      "  lookup: {node: sc_later, in: {sc_x: sc_in}, timeout: 50ms, fallback: {value: 42}}\n  seen: {node: sc_fold, in: {sc_x: lookup}}\n");
  for (const Lane& lane : all_lanes) {
    CAPTURE(name_of(lane));
    worst = {};
    const SeenRun run = run_seen(*plan, lane, "lookup", 1);
    CHECK(run.seen.values == std::vector<std::string>{"42"});
    CHECK(run.seen.covered == std::vector<std::string>{"timeout"});
    CHECK(worst == 50ms);
  }
}
