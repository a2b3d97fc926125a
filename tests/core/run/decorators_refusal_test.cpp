// Which decorator fits which kind of node, and what is said when one does not or is written wrongly.
#include "core/graph/plan.hpp"
#include "tests/core/run/decorators_support.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

struct RfMark {
  double operator()(In<"sc_x"> x, Mark) const { return *x; }
};
struct RfNow {
  double operator()(In<"sc_x"> x, Now) const { return *x; }
};
struct RfRandom {
  double operator()(In<"sc_x"> x, Random) const { return *x; }
};
HEADRACE_NODE(RfMark, "rf_mark", "Takes a Mark.")
HEADRACE_NODE(RfNow, "rf_now", "Takes Now.")
HEADRACE_NODE(RfRandom, "rf_random", "Takes Random.")

// The messages and hints of a file, a line each.
std::string told(const std::string& yaml) {
  std::string out;
  for (const Diagnostic& each : compile_config(parse_config(yaml, "x.yaml")).diagnostics) {
    if (each.severity != Severity::error) continue;
    out += each.code + " " + each.message + (each.hint.empty() ? "" : " (" + each.hint + ")") + "\n";
  }
  return out;
}

std::string in_place(const std::string& node, const std::string& decorator) {
  const bool sink = node == "sc_sink", source = node == "sc_source";
  std::string out = source ? "" : "inputs: [sc_in]\n";
  if (source) out += "sources: {it: {node: sc_source, " + decorator + "}}\ngraph: {k: {node: sc_call, in: {sc_x: it}}}\n";
  else if (sink) out += "graph: {k: {node: sc_call, in: {sc_x: sc_in}}}\nsinks: {it: {node: sc_sink, in: {sc_x: k}, " + decorator + "}}\n";
  else out += "graph: {it: {node: " + node + ", in: {sc_x: sc_in}, " + decorator + "}}\n";
  return told(out);
}

}  // namespace

TEST_CASE("each decorator with each kind of node") {
  struct Row {
    const char *node, *fallback, *cache, *breaker;  // why it is refused; "" when it is not
  };
  const char* source = "it is a source, and nobody calls it";
  const char* sink = "it is a sink: it is tried three times more, and then the run ends";
  const char* stateful = "it is stateful, and a call that is not made would be missing in its state";
  const Row rows[] = {
      {"sc_call", "", "", ""},
      {"sc_maybe", "", "", ""},
      {"sc_later", "", "", ""},
      {"sc_fold", "", stateful, ""},
      {"sc_keep", "", stateful, ""},
      {"sc_each", "it expands, and one answer does not stand for all its children", "it expands, and only single values are kept", ""},
      {"sc_sink", sink, sink, sink},
      {"sc_source", source, source, source},
      {"rf_mark", "", "it leaves marks, and an answer from the cache would leave none", ""},
      {"rf_now", "", "its answer depends on the time", ""},
      {"rf_random", "", "its answer depends on chance", ""},
  };
  for (const Row& row : rows) {
    const auto expected = [&](const char* name, const char* why) {
      return *why ? "H027 '" + std::string(row.node) + "' cannot have '" + name + "': " + why + "\n" : "";
    };
    CHECK(in_place(row.node, "fallback: {value: 1}") == expected("fallback", row.fallback));
    CHECK(in_place(row.node, "cache: 1d") == expected("cache", row.cache));
    CHECK(in_place(row.node, "breaker: 5") == expected("breaker", row.breaker));
  }
}

TEST_CASE("which node may be a fallback") {
  const auto of = [](const std::string& fallback) { return in_place("sc_call", "fallback: " + fallback); };
  const std::string refused = "H027 '";
  CHECK(of("{node: sc_call, in: {sc_x: sc_in}}").empty());
  CHECK(of("{node: sc_later, in: {sc_x: sc_in}}").empty());
  CHECK(of("{node: sc_maybe, in: {sc_x: sc_in}}").empty());
  CHECK(of("{node: sc_fold, in: {sc_x: sc_in}}") ==
        "H027 'sc_fold' cannot be the fallback of 'it': it is stateful, and it would see only some of the records\n");
  CHECK(of("{node: sc_each, in: {sc_x: sc_in}}") ==
        "H027 'sc_each' cannot be the fallback of 'it': it expands, and a fallback gives one value\n");
  CHECK(of("{node: sc_text, in: {sc_x: sc_in}}") ==
        "H027 'sc_text' cannot be the fallback of 'it': it gives string, and the key is number\n");
  CHECK(of("{node: sc_sink, in: {sc_x: sc_in}}").starts_with("H026 "));
  CHECK(of("{node: sc_cal, in: {sc_x: sc_in}}") == "H011 there is no node 'sc_cal' (did you mean 'sc_call'?)\n");
  CHECK(of("{node: sc_call, in: {sc_y: sc_in}}").find("H023 'sc_call' has no port 'sc_y'") != std::string::npos);
  CHECK(of("{node: sc_call, in: {sc_x: sc_inn}}").find("H020 'it.fallback' needs key 'sc_inn'") != std::string::npos);
  CHECK(of("{node: sc_call, in: {sc_x: sc_in}, retry: {times: 2}}").find("H012 'sc_call' has no field 'retry'") != std::string::npos);
  CHECK(of("{node: sc_call, in: {sc_x: sc_in}, colour: red}").find("H012 'sc_call' has no field 'colour'") != std::string::npos);
}

TEST_CASE("what is said about a decorator that is written wrongly") {
  struct Row {
    const char *decorator, *said;
  };
  const Row rows[] = {
      {"fallback: popular",
       "H010 'fallback' of 'it' must name a value, a key or a node (fallback: {value: VALUE}, fallback: {key: KEY} or fallback: {node: "
       "NODE, in: {...}, field: value})\n"},
      {"fallback: {}", "H010 'fallback' of 'it' must name"},
      {"fallback: {value: 1, key: sc_in}", "H010 'fallback' of 'it' must name"},
      {"fallback: {values: 1}", "H010 'fallback' of 'it' must name"},
      {"fallback: {value: many}", "H013 'value' of 'constant' "},
      {"fallback: {key: {a: b}}", "H010 a fallback key is a key, a field of a key, or a list of them"},
      {"fallback: {key: other}", "H020 'it.fallback' needs key 'other', which nothing produces"},
      {"fallback: {key: it}", "H025 'it' needs itself"},
      {"cache: {}", "H014 'cache' needs 'ttl'"},
      {"cache: soon", "H013 'ttl' of 'cache' "},
      {"cache: {ttl: 1d, size: 3}", "H012 'cache' has no field 'size'"},
      {"cache: [1d]", "H010 'cache' must be a map"},
      {"breaker: 0", "H013 'failures' of 'breaker' "},
      {"breaker: {failures: 3, cooldown: 3s}", "H012 'breaker' has no field 'cooldown' (did you mean 'cool_down'?"},
      {"breaker: [3]", "H010 'breaker' must be a map"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.decorator);
    const std::string said = in_place("sc_call", row.decorator);
    CAPTURE(said);
    CHECK(said.starts_with(row.said));
  }
  CHECK(told("inputs: [sc_in]\ngraph:\n  it: {node: sc_call, in: {sc_x: sc_in}, fallback: {key: text}}\n  text: {node: sc_text, in: {sc_x: "
             "sc_in}}\n") == "H022 'key' of 'it.fallback' is number, and 'text' is string\n");
}
