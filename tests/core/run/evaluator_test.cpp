#include "core/run/evaluator.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/node.hpp"

using namespace headrace;

HEADRACE_KEY("ev_number", "A number.", int)
HEADRACE_KEY("ev_text", "A text.", std::string)

namespace {

struct Half {
  Maybe<int> operator()(In<"ev_number"> number) const {
    if (*number % 2) return Drop{"odd"};
    return *number / 2;
  }
};
HEADRACE_NODE(Half, "ev_half", "Halves a number, or drops an odd one.")

struct Spell {
  std::string operator()(In<"ev_number"> number) const {
    if (*number % 5 == 3) throw NodeError("unlucky", "three");
    return "number " + std::string(static_cast<std::size_t>(*number) + 20, 'x');
  }
};
HEADRACE_NODE(Spell, "ev_spell", "Spells a number.")

struct Measure {
  int operator()(In<"ev_text"> text, Opt<"ev_number"> number) const { return static_cast<int>(text->size()) + (number ? *number : 1000); }
};
HEADRACE_NODE(Measure, "ev_measure", "Counts letters, and adds a number if there is one.")

struct Seen {
  int operator()(In<"ev_number">) { return ++seen; }
  int seen = 0;
};
HEADRACE_NODE(Seen, "ev_seen", "Counts its calls.")

const std::string graph =
    "inputs: [ev_number]\n"
    "graph:\n"
    "  length:  {node: ev_measure, in: {ev_text: word, ev_number: half}}\n"
    "  word:    ev_spell\n"
    "  half:    ev_half\n"
    "  quarter: {node: ev_half, in: {ev_number: half}}\n"
    "  lucky:   {node: ev_spell, in: {ev_number: half}, on_error: absent}\n"
    "  late:    {node: ev_half, after: [quarter]}\n";
const std::string counted = graph + "  seen:    ev_seen\n";  // a stateful step: steps are counted down and put

std::unique_ptr<Plan> plan_of(const std::string& yaml) {
  Compiled compiled = compile_config(parse_config(yaml, "evaluator.yaml"));
  for (const auto& each : compiled.diagnostics) INFO(each.message);
  REQUIRE(compiled.plan);
  return std::move(compiled.plan);
}

template <class T> std::string text(const T* value) { return value ? to_json(*value) : "-"; }

// Everything that a caller can see of one record.
std::string outcome(Evaluator& evaluate, int number) {
  evaluate.set(evaluate.slot("ev_number"), number);
  std::string out = std::to_string(static_cast<int>(evaluate.run()));
  for (const char* key : {"length", "half", "quarter", "late"})
    out += std::string(" ") + key + "=" + text(evaluate.value<int>(evaluate.slot(key)));
  for (const char* key : {"word", "lucky"}) out += std::string(" ") + key + "=" + text(evaluate.value<std::string>(evaluate.slot(key)));
  std::vector<std::string> errors;
  for (const KeyError& error : evaluate.errors()) errors.push_back(error.key + ":" + error.failure.kind);
  std::sort(errors.begin(), errors.end());
  for (const auto& each : errors) out += " " + each;
  return out;
}

}  // namespace

TEST_CASE("a graph is a function of one record") {
  const auto plan = plan_of(graph);
  Evaluator evaluate(*plan);
  CHECK(outcome(evaluate, 4) ==
        R"(0 length=33 half=2 quarter=1 late=2 word="number xxxxxxxxxxxxxxxxxxxxxxxx" lucky="number xxxxxxxxxxxxxxxxxxxxxx")");
  CHECK(outcome(evaluate, 1) == R"(1 length=1028 half=- quarter=- late=- word="number xxxxxxxxxxxxxxxxxxxxx" lucky=-)");
  CHECK(outcome(evaluate, 8) == "2 length=- half=4 quarter=2 late=4 word=- lucky=\"number xxxxxxxxxxxxxxxxxxxxxxxx\" word:unlucky");
}

TEST_CASE("steps in the plan's order and steps that are counted down give the same") {
  const auto plan = plan_of(graph), other = plan_of(counted);
  Evaluator straight(*plan), counting(*other);
  for (int number = 0; number < 200; ++number) CHECK(outcome(straight, number) == outcome(counting, number));
  for (std::size_t i = 0; i < plan->steps.size(); ++i) {
    const auto ours = straight.statistics();
    const auto theirs = counting.statistics();
    const auto same = std::find_if(theirs.begin(), theirs.end(), [&](const KeyStatistics& each) { return each.key == ours[i].key; });
    REQUIRE(same != theirs.end());
    CHECK(ours[i].calls == same->calls);
    CHECK(ours[i].errors == same->errors);
    CHECK(ours[i].dropped == same->dropped);
    CHECK(ours[i].skipped == same->skipped);
    CHECK(ours[i].bytes == same->bytes);
  }
}

TEST_CASE("nothing of a record is left in the next one") {
  const auto plan = plan_of(graph);
  Evaluator evaluate(*plan);
  CHECK(evaluate.value<int>(evaluate.slot("half")) == nullptr);
  outcome(evaluate, 4);
  CHECK(evaluate.run() == Verdict::dropped);  // no input
  CHECK(evaluate.value<int>(evaluate.slot("half")) == nullptr);
  CHECK(evaluate.value<std::string>(evaluate.slot("word")) == nullptr);
}
