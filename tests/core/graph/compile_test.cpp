#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "core/testing/mocks.hpp"
#include "tests/core/graph/nodes.hpp"

using namespace headrace;

namespace {

std::string text_of(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const auto& each : diagnostics) out += format_diagnostic(each);
  return out;
}

Compiled compile(const std::string& text, const CompileOptions& options = {}) {
  return compile_config(parse_config(text, "test.yaml"), options);
}

std::unique_ptr<Plan> plan_of(const std::string& text, const CompileOptions& options = {}) {
  Compiled compiled = compile(text, options);
  INFO(text_of(compiled.diagnostics));
  REQUIRE(compiled.plan);
  return std::move(compiled.plan);
}

const Step& step(const Plan& plan, std::string_view key) {
  for (const Step& each : plan.steps)
    if (each.key == key) return each;
  FAIL("no step " << key);
  return plan.steps.front();
}
const Slot& slot(const Plan& plan, std::string_view key) { return plan.slots.at(static_cast<std::size_t>(plan.find_slot(key))); }

}  // namespace

TEST_CASE("a chain: slots, steps, roots and who comes after whom") {
  const auto plan =
      plan_of("inputs: [t_number]\ngraph:\n  two: {node: t_sum, in: {t_number: one, t_other: t_number}}\n  one: t_increment\n");
  REQUIRE(plan->steps.size() == 2);
  CHECK(plan->steps[0].key == "one");
  CHECK(plan->steps[1].key == "two");
  CHECK(plan->steps[0].successors == std::vector<int>{1});
  CHECK(plan->steps[1].predecessors == 1);
  CHECK(plan->levels.size() == 1);
  CHECK(plan->levels[0].roots == std::vector<int>{0});
  CHECK(plan->inputs.size() == 1);
  CHECK(slot(*plan, "two").keep);
  CHECK_FALSE(slot(*plan, "one").keep);
  CHECK(slot(*plan, "one").readers == 1);
  CHECK(slot(*plan, "t_number").readers == 2);
  CHECK(plan->longest_path == 2);
}

TEST_CASE("levels: an expanding key opens one, and what its children read from outside comes first") {
  const auto plan = plan_of(R"(
inputs: [t_text, t_number]
graph:
  parts: {node: t_split}
  late: {node: t_increment}
  both: {node: t_sum, in: {t_number: parts.length, t_other: late}}
  deeper: {node: t_split, in: {t_text: parts.id}}
  deepest: {node: t_sum, in: {t_number: deeper.length, t_other: parts.length}}
)");
  REQUIRE(plan->levels.size() == 3);
  CHECK(plan->levels[1].parent == 0);
  CHECK(plan->levels[2].parent == 1);
  CHECK(plan->steps[static_cast<std::size_t>(plan->levels[1].step)].key == "parts");
  CHECK(step(*plan, "parts").level == 0);
  CHECK(step(*plan, "parts").child_level == 1);
  CHECK(step(*plan, "parts").predecessors == 1);  // late, although it takes nothing of it
  CHECK(step(*plan, "parts").after == std::vector<int>{plan->find_slot("t_text")});
  CHECK(step(*plan, "late").successors.size() == 1);
  CHECK(slot(*plan, "parts").level == 1);
  CHECK(plan->levels[1].first_slot == plan->find_slot("parts"));
  CHECK(step(*plan, "both").level == 1);
  CHECK(step(*plan, "both").predecessors == 0);
  CHECK(slot(*plan, "late").keep);
  CHECK(step(*plan, "deepest").level == 2);
}

TEST_CASE("the order of the file changes neither versions nor who comes after whom") {
  const auto a = plan_of(
      "inputs: [t_number]\ngraph:\n  one: {node: t_increment, by: 2, mode: fancy}\n  two: {node: t_increment, in: {t_number: one}}\n");
  const auto b = plan_of(
      "graph:\n  two: {in: {t_number: one}, node: t_increment}\n  one: {node: t_increment, mode: fancy, by: 2}\ninputs: [t_number]\n");
  CHECK(a->version == b->version);
  CHECK(a->key_versions == b->key_versions);
  CHECK(a->version.size() == 32);
  const auto c = plan_of(
      "inputs: [t_number]\ngraph:\n  one: {node: t_increment, by: 3, mode: fancy}\n  two: {node: t_increment, in: {t_number: one}}\n");
  CHECK(a->key_versions.at("one") != c->key_versions.at("one"));
  CHECK(a->key_versions.at("two") != c->key_versions.at("two"));  // what is above it changed
  CHECK(a->key_versions.at("t_number") == c->key_versions.at("t_number"));
}

TEST_CASE("`want` keeps what is needed, and nothing of sources, sinks and resources") {
  const std::string text = R"(
resources: {model: t_model, client: t_client}
sources: {t_text: {node: t_emit, path: x}}
graph:
  length: t_length
  asked: {node: t_ask, in: {t_number: length}}
  other: {node: t_increment, in: {t_number: length}}
sinks: {out: {node: t_write, path: out, keys: [asked, other]}}
)";
  const auto all = plan_of(text);
  CHECK(all->steps.size() == 3);
  CHECK(all->sinks.size() == 1);
  CHECK(all->sources.size() == 1);
  CHECK(all->resources.size() == 2);
  const auto asked = plan_of(text, {.want = std::vector<std::string>{"asked"}});
  CHECK(asked->steps.size() == 2);
  CHECK(asked->sinks.empty());
  CHECK(asked->sources.empty());
  REQUIRE(asked->inputs.size() == 1);
  CHECK(asked->slots[static_cast<std::size_t>(asked->inputs[0])].key == "t_text");
  CHECK(asked->resources.size() == 1);
  CHECK(slot(*asked, "asked").keep);
  const auto length = plan_of(text, {.want = std::vector<std::string>{"length"}});
  CHECK(length->steps.size() == 1);
  CHECK(length->resources.empty());
  CHECK(compile(text, {.want = std::vector<std::string>{"lenght"}}).diagnostics.at(0).hint == "did you mean 'length'?");
  const auto given = plan_of(text, {.without_sources = true});
  CHECK(given->sources.empty());
  CHECK(given->inputs.size() == 1);
  CHECK(given->sinks.size() == 1);
}

TEST_CASE("resources open after what they need, and one default serves the whole pipeline") {
  const auto plan = plan_of(R"(
inputs: [t_number]
resources:
  top: {node: t_stacked, under: middle}
  middle: {node: t_stacked, under: {node: t_model}}
graph:
  a: t_ask
  b: t_ask
  c: {node: t_ask, model: top}
  d: {node: t_ask, model: files/a.bin}
  e: {node: t_ask, model: files/a.bin}
)");
  std::vector<std::string> keys;
  for (const auto& each : plan->resources) keys.push_back(each.key);
  CHECK(keys == std::vector<std::string>{"middle.under", "middle", "top", "t_model", "d.model"});
  CHECK(step(*plan, "a").resources.at("model") == step(*plan, "b").resources.at("model"));
  CHECK(step(*plan, "d").resources.at("model") == step(*plan, "e").resources.at("model"));
  CHECK(step(*plan, "c").resources.at("model") == 2);
  CHECK(plan->resources[4].config.member("path")->text == "files/a.bin");
  CHECK(plan->store == -1);
}

TEST_CASE("a file of resources is a service, and opens them all") {
  CHECK(plan_of("resources: {model: t_model}\n")->resources.size() == 1);
}

TEST_CASE("parameters: typed by the field, with the base of where they were written") {
  const std::string text = R"(
params: {out: out, by: 2, list: [t_text], empty: }
sources: {t_text: {node: t_emit, path: "${out}/in"}}
graph: {length: t_length, more: {node: t_increment, by: "${by}", token: "$${by} ${empty:-x}", in: {t_number: length}}}
sinks: {written: {node: t_write, path: "sub/${out}", keys: "${list}"}, n: {node: t_swallow, in: {t_number: more}}}
)";
  const auto at = [&](const CompileOptions& options) { return compile_config(parse_config(text, "dir/test.yaml", "dir"), options); };
  const auto path = [](const Build& build) { return read_value<Path>(build.config.member("path")->view()).text; };
  const auto plain = at({});
  REQUIRE(plain.plan);
  CHECK(path(plain.plan->sources[0]) == "dir/out/in");
  CHECK(path(plain.plan->sinks[0]) == "dir/sub/out");
  CHECK(step(*plain.plan, "more").config.member("token")->text == "${by} x");
  const auto set = at({.params = {{"out", config_scalar("else")}, {"by", config_scalar("7")}}});
  REQUIRE(set.plan);
  CHECK(path(set.plan->sources[0]) == "else/in");     // as given: from the working directory
  CHECK(path(set.plan->sinks[0]) == "dir/sub/else");  // the text begins in the file
  CHECK(read_value<int>(step(*set.plan, "more").config.member("by")->view()) == 7);
  const auto unknown = at({.params = {{"uot", config_scalar("x")}}});
  REQUIRE(unknown.diagnostics.size() == 1);
  CHECK(unknown.diagnostics[0].code == "H016");
  const auto bad = at({.params = {{"by", config_scalar("many")}}});
  REQUIRE(bad.diagnostics.size() == 1);
  CHECK(bad.diagnostics[0].code == "H013");
}

TEST_CASE("an unset required parameter: accepted by a check, an error of a run, no matter where it is not wanted") {
  const std::string text = R"(
params: {path: !required "Where", n: !required "How many"}
sources: {t_text: {node: t_emit, path: "${path}/x"}}
graph: {length: t_length, more: {node: t_increment, by: "${n}", in: {t_number: length}}}
sinks: {out: {node: t_write, path: "${path}/y", keys: [more]}}
)";
  CHECK(compile(text, {.check_only = true}).diagnostics.empty());
  CHECK(compile(text).diagnostics.size() == 2);
  CHECK(compile(text, {.want = std::vector<std::string>{"length"}}).plan);
  CHECK(compile(text, {.want = std::vector<std::string>{"more"}}).diagnostics.size() == 1);
}

TEST_CASE("who waits for the identity") {
  const auto plan = plan_of("inputs: [t_text, t_number]\ngraph:\n  who: t_who\n  name: t_say\n  above: {node: t_who}\nidentity: name\n");
  CHECK(step(*plan, "who").predecessors == 1);
  CHECK(slot(*plan, "name").keep);
  CHECK(plan->identity.slot == plan->find_slot("name"));
}

TEST_CASE("a key is not its own default, and `~` takes nothing") {
  const auto plan = plan_of("inputs: [t_number]\ngraph:\n  t_text: t_say\n  other: {node: t_say, in: {t_text: ~}}\n");
  CHECK(step(*plan, "t_text").ports[1].from.empty());
  CHECK(step(*plan, "other").ports[1].from.empty());
}

TEST_CASE("one node alone") {
  const auto compiled =
      compile_node({std::shared_ptr<void>(), find_node("t_sum")}, parse_config("{retry: {times: 2}}", "command line").root);
  REQUIRE(compiled.plan);
  CHECK(compiled.plan->inputs.size() == 2);
  CHECK(compiled.plan->steps.at(0).decorators.tries == 3);
  const auto writer =
      compile_node({std::shared_ptr<void>(), find_node("t_write")}, parse_config("{path: x, keys: {a: [b.c, d]}}", "command line").root);
  INFO(text_of(writer.diagnostics));
  REQUIRE(writer.plan);
  CHECK(writer.plan->sinks.at(0).ports.at(0).port.name == "a");
  CHECK(compile_node({std::shared_ptr<void>(), find_node("t_increment")}, parse_config("{by: 1000}", "command line").root)
            .diagnostics.size() == 1);
}

namespace {

ConfigTree scalar(std::string text) { return config_scalar(std::move(text)); }

ConfigTree::Member entry(std::string name, std::vector<std::pair<std::string, std::string>> in) {
  ConfigTree ports;
  ports.kind = ConfigTree::Kind::map;
  for (auto& [port, key] : in) ports.members.push_back({port, {}, scalar(key)});
  ConfigTree node;
  node.kind = ConfigTree::Kind::map;
  node.members.push_back({"node", {}, scalar(in.size() == 1 ? "t_increment" : "t_sum")});
  node.members.push_back({"in", {}, std::move(ports)});
  return {std::move(name), {}, std::move(node)};
}

std::string chain(int length) {
  std::string text = "inputs: [t_number]\ngraph:\n  k0: t_increment\n";
  for (int i = 1; i < length; ++i)
    text += "  k" + std::to_string(i) + ": {node: t_increment, in: {t_number: k" + std::to_string(i - 1) + "}}\n";
  return text;
}

}  // namespace

TEST_CASE("a chain of 100,000 keys, and a circle of them") {
  const auto plan = plan_of(chain(100'000));
  CHECK(plan->longest_path == 100'000);
  CHECK(plan->steps.size() == 100'000);
  ParsedConfig parsed;
  parsed.root.kind = ConfigTree::Kind::map;
  ConfigTree graph;
  graph.kind = ConfigTree::Kind::map;
  for (int i = 0; i < 100'000; ++i)
    graph.members.push_back(entry("k" + std::to_string(i), {{"t_number", "k" + std::to_string((i + 1) % 100'000)}}));
  parsed.root.members.push_back({"graph", {}, std::move(graph)});
  const auto circle = compile_config(std::move(parsed));
  REQUIRE(circle.diagnostics.size() == 1);
  CHECK(circle.diagnostics[0].code == "H025");
}

TEST_CASE("random graphs: each step after what it reads, however they are declared") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 30; ++round) {
    const int size = round == 0 ? 1000 : 2 + static_cast<int>(random() % 60);
    std::vector<ConfigTree::Member> entries;
    for (int i = 0; i < size; ++i) {
      const auto any = [&] {
        return i == 0 || random() % 8 == 0 ? std::string("t_number") : "k" + std::to_string(random() % static_cast<std::uint64_t>(i));
      };
      entries.push_back(entry("k" + std::to_string(i),
                              random() % 2 ? std::vector<std::pair<std::string, std::string>>{{"t_number", any()}}
                                           : std::vector<std::pair<std::string, std::string>>{{"t_number", any()}, {"t_other", any()}}));
    }
    std::string version;
    for (int order = 0; order < 3; ++order) {
      ParsedConfig parsed;
      parsed.root = parse_config("inputs: [t_number]\n", "random.yaml").root;
      ConfigTree graph;
      graph.kind = ConfigTree::Kind::map;
      graph.members = entries;
      parsed.root.members.push_back({"graph", {}, std::move(graph)});
      const auto compiled = compile_config(std::move(parsed));
      REQUIRE(compiled.plan);
      std::size_t edges = 0, counted = 0;
      for (std::size_t i = 0; i < compiled.plan->steps.size(); ++i) {
        const Step& each = compiled.plan->steps[i];
        for (const int next : each.successors) REQUIRE(static_cast<std::size_t>(next) > i);
        edges += each.successors.size();
        counted += static_cast<std::size_t>(each.predecessors);
      }
      CHECK(edges == counted);
      if (order > 0) CHECK(compiled.plan->version == version);
      version = compiled.plan->version;
      std::shuffle(entries.begin(), entries.end(), random);
    }
  }
}

TEST_CASE("expansions in expansions, ten thousand deep") {
  std::string text = "inputs: [t_text]\ngraph:\n  k0: t_split\n";
  for (int i = 1; i < 10'000; ++i)
    text += "  k" + std::to_string(i) + ": {node: t_split, in: {t_text: k" + std::to_string(i - 1) + ".id}}\n";
  text += "  last: {node: t_sum, in: {t_number: k9999.length, t_other: k0.length}}\n";
  const auto plan = plan_of(text);
  CHECK(plan->levels.size() == 10'001);
  CHECK(step(*plan, "last").level == 10'000);
}

TEST_CASE("mocks take the place of nodes, and what only those needed is not asked for") {
  using namespace headrace::testing;
  const std::string text = R"(
inputs: [t_text]
resources: {model: t_model}
graph:
  length: t_length
  called: {node: t_call, in: {t_number: length}}
  parts: t_split
sinks: {out: {node: t_write, path: out, keys: {a: called, b: parts.length}}}
)";
  CHECK(compile(text).diagnostics.size() == 1);  // there is no client
  const auto with = [&](std::vector<Replacement> replace) { return compile(text, {.replace = std::move(replace)}); };
  const auto value = with({mock("called", mock_value(3))});
  INFO(text_of(value.diagnostics));
  REQUIRE(value.plan);
  CHECK(step(*value.plan, "called").ports.empty());
  const auto yaml = [&](const std::string& mocks) {
    std::vector<Diagnostic> diagnostics;
    auto read = read_mocks(parse_config(mocks, "mocks.yaml").root, diagnostics);
    auto compiled = with(std::move(read));
    diagnostics.insert(diagnostics.end(), compiled.diagnostics.begin(), compiled.diagnostics.end());
    compiled.diagnostics = std::move(diagnostics);
    return compiled;
  };
  const auto kind = [&](const std::string& mocks) {
    const auto compiled = yaml(mocks);
    INFO(text_of(compiled.diagnostics));
    REQUIRE(compiled.plan);
    return step(*compiled.plan, "called").spec->kind;
  };
  CHECK(kind("called: 3\n") == Kind::pure);
  CHECK(kind("called: {fail: gone, kind: unavailable, retryable: true, retry_after: 3s}\n") == Kind::pure);
  CHECK(kind("called: {delay: 5s, value: 4}\n") == Kind::async);
  CHECK(kind("called: {sequence: [1, {fail: gone}, 3]}\n") == Kind::stateful);
  CHECK(kind("called: {node: t_increment, by: 4, in: {t_number: length}}\n") == Kind::pure);
  CHECK(kind("{called: {drop: seen}, model: {node: t_stacked}}\n") == Kind::pure);
  CHECK(yaml("called: {node: t_increment, by: 400, in: {t_number: length}}\n").diagnostics.size() == 1);
  CHECK(yaml("called: three\n").diagnostics.size() == 1);
  CHECK(yaml("{called: 3, caled: 3}\n").diagnostics.at(0).hint == "did you mean 'called'?");
  CHECK(yaml("{called: 3, parts: [{id: a}, {id: b, length: 3}]}\n").plan->levels.size() == 2);
  CHECK(yaml("{called: 3, parts: {id: a}}\n").diagnostics.size() == 1);
  const auto lambda = with({mock("called", mock_callable([](In<"t_text"> t) { return static_cast<int>(t->size()); })),
                            mock("t_text", mock_value(std::string("x")))});
  REQUIRE(lambda.plan);
  CHECK(step(*lambda.plan, "called").ports.at(0).from.at(0).slot == lambda.plan->find_slot("t_text"));
  CHECK(lambda.plan->inputs.empty());
  CHECK(with({mock("called", mock_value(std::string("x")))}).diagnostics.size() == 1);
  CHECK(with({mock("called", mock_value(1)), mock("out", mock_callable([](In<"t_text">) {}))}).plan);
}
