#include <doctest/doctest.h>

#include "core/graph/plan.hpp"
#include "tests/core/graph/nodes.hpp"

using namespace headrace;
using plan_test::Client;
using plan_test::Doc;
using plan_test::Model;

namespace {

struct Increment {
  struct Config {
    int by = 1;
    std::string mode = "plain";
    Duration wait{};
    std::string token;
    static constexpr auto fields() {
      return std::tuple(field("by", &Config::by, "How much is added.", in_range(0, 100)), field("mode", &Config::mode, "How.", one_of("plain", "fancy")),
                        field("wait", &Config::wait, "A pause."), field("token", &Config::token, "A password.", secret()));
    }
  };
  explicit Increment(Config config) : by(config.by) {}
  int operator()(In<"t_number"> number) const { return *number + by; }
  int by;
};
HEADRACE_NODE(Increment, "t_increment", "Adds to a number.")

struct Sum {
  int operator()(In<"t_number"> a, In<"t_other"> b) const { return *a + *b; }
};
HEADRACE_NODE(Sum, "t_sum", "Adds two numbers.")

struct Length {
  int operator()(In<"t_text"> text) const { return static_cast<int>(text->size()); }
};
HEADRACE_NODE(Length, "t_length", "Counts the letters of a text.")

struct Say {
  std::string operator()(In<"t_number"> number, Opt<"t_text"> text) const { return (text ? *text : "") + std::to_string(*number); }
};
HEADRACE_NODE(Say, "t_say", "Writes a number.")

struct MakeDoc {
  Doc operator()(In<"t_text"> text) const { return {*text, {}, 0}; }
};
HEADRACE_NODE(MakeDoc, "t_make_doc", "Makes a document.")

struct Count {
  int operator()(In<"t_number"> number) { return seen += *number; }
  int seen = 0;
};
HEADRACE_NODE(Count, "t_count", "Sums up all numbers so far.")

struct Later {
  void operator()(In<"t_number"> number, Reply<int> reply) const { reply(*number); }
};
HEADRACE_NODE(Later, "t_later", "Answers later.")

struct Filter {
  Maybe<int> operator()(In<"t_number"> number) const { return *number < 0 ? Maybe<int>(Drop{"negative"}) : Maybe<int>(*number); }
};
HEADRACE_NODE(Filter, "t_filter", "Drops negative numbers.")

struct Split {
  Each<Doc> operator()(In<"t_text"> text) const { return {{{*text, {}, 1}, {*text, {}, 2}}}; }
};
HEADRACE_NODE(Split, "t_split", "Expands a text.")

struct Who {
  std::string operator()(In<"t_text">, DocumentId id) const { return std::string(id.text); }
};
HEADRACE_NODE(Who, "t_who", "Tells the identity.")

struct Emitter {
  struct Config {
    Path path;
    static constexpr auto fields() { return std::tuple(field("path", &Config::path, "Where to read.", required())); }
  };
  explicit Emitter(Config) {}
  void operator()(Emit<std::string> emit) { emit("text"); }
};
HEADRACE_NODE(Emitter, "t_emit", "A source of texts.")

struct Swallow {
  void operator()(In<"t_number">) {}
};
HEADRACE_NODE(Swallow, "t_swallow", "A sink for numbers.")

struct Write {
  struct Config {
    Path path;
    Bindings keys;
    static constexpr auto fields() { return std::tuple(field("path", &Config::path, "File.", required()), field("keys", &Config::keys, "What to write.", required())); }
  };
  static void ports(const Config& config, PortList& list) {
    for (const auto& [name, from] : config.keys.entries) list.any(name, from);
  }
  explicit Write(Config) {}
  void operator()(Inputs) {}
};
HEADRACE_NODE(Write, "t_write", "A sink for anything.")

struct PlainModel final : Model {};
HEADRACE_RESOURCE(PlainModel, Model, "t_model", "A model.")

struct FileModel final : Model {
  struct Config {
    Path path;
    static constexpr auto fields() { return std::tuple(field("path", &Config::path, "File.", required())); }
  };
  explicit FileModel(Config) {}
};
HEADRACE_RESOURCE(FileModel, Model, "t_model_file", "A model in a file.")

struct StackedModel final : Model {
  struct Config {
    Use<Model> under;
    static constexpr auto fields() { return std::tuple(field("under", &Config::under, "What it stands on.")); }
  };
  explicit StackedModel(Config) {}
};
HEADRACE_RESOURCE(StackedModel, Model, "t_stacked", "A model over another.")

struct PlainClient final : Client {};
HEADRACE_RESOURCE(PlainClient, Client, "t_client", "A client.")

struct Ask {
  struct Config {
    Use<Model> model;
    static constexpr auto fields() { return std::tuple(field("model", &Config::model, "The model.")); }
  };
  explicit Ask(Config) {}
  int operator()(In<"t_number"> number) const { return *number; }
};
HEADRACE_NODE(Ask, "t_ask", "Asks a model.")

struct Call {
  struct Config {
    Use<Client> client;
    static constexpr auto fields() { return std::tuple(field("client", &Config::client, "The client.")); }
  };
  explicit Call(Config) {}
  int operator()(In<"t_number"> number) const { return *number; }
};
HEADRACE_NODE(Call, "t_call", "Calls a client.")

std::string text_of(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const auto& each : diagnostics) out += format_diagnostic(each);
  return out;
}

Compiled compile(const std::string& text, const CompileOptions& options = {}) { return compile_config(parse_config(text, "test.yaml"), options); }

std::unique_ptr<Plan> plan_of(const std::string& text, const CompileOptions& options = {}) {
  Compiled compiled = compile(text, options);
  INFO(text_of(compiled.diagnostics));
  REQUIRE(compiled.plan);
  return std::move(compiled.plan);
}

const Step& step(const Plan& plan, std::string_view key) {
  for (const Step& each : plan.steps) if (each.key == key) return each;
  FAIL("no step " << key);
  return plan.steps.front();
}
const Slot& slot(const Plan& plan, std::string_view key) { return plan.slots.at(static_cast<std::size_t>(plan.find_slot(key))); }

}  // namespace

TEST_CASE("a chain: slots, steps, roots and who comes after whom") {
  const auto plan = plan_of("inputs: [t_number]\ngraph:\n  two: {node: t_sum, in: {t_number: one, t_other: t_number}}\n  one: t_increment\n");
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
