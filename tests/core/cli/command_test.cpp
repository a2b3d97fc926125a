// Usage: verbs, options, help. What the verbs do stands in their own files.
#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

TEST_CASE("Wrong usage exits 2 and says what was meant") {
  struct Row {
    std::vector<std::string> arguments;
    std::string says;
  };
  for (const Row& row :
       {Row{{"chekc", "a.yaml"}, "there is no verb 'chekc', did you mean 'check'?"},
        Row{{"run"}, "something is missing: headrace run FILE"}, Row{{"run", "a.yaml", "b.yaml"}, "'b.yaml' is one too many"},
        Row{{"run", "a.yaml", "--thread", "2"}, "'run' has no option '--thread', did you mean '--threads'?"},
        Row{{"run", "a.yaml", "--threads"}, "--threads needs a value: --threads N"},
        Row{{"run", "a.yaml", "--strict=yes"}, "--strict takes no value"}, Row{{"run", "a.yaml", "--set", "x"}, "'x' must be name=value"},
        Row{{"list", "nods"}, "did you mean 'nodes'?"},
        Row{{"show", "cli_scor"}, "there is no node, key or file 'cli_scor', did you mean 'cli_score'?"},
        Row{{"show", "cli_score", "--format", "xml"}, "--format takes text, json, markdown or jsonschema, not 'xml'"},
        Row{{"test", "/nonexistent"}, "there is no file or folder '/nonexistent'"},
        Row{{"call", "cli_scor"}, "there is no node 'cli_scor', did you mean 'cli_score'?"},
        Row{{"call", "cli_collect"}, "'cli_collect' is a sink: call runs nodes that compute a value from inputs"},
        Row{{"call", "cli_count_up"}, "'cli_count_up' is a source"},
        Row{{"eval", "a.yaml", "cli_number", "--want", "x"}, "'cli_number' must be name=value"}}) {
    CAPTURE(row.says);
    const Outcome outcome = command(row.arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK_MESSAGE(contains(outcome.err, row.says), outcome.err);
  }
  CHECK(command({}).code == 2);
}

TEST_CASE("Every verb has help with one example that names it") {
  const Outcome all = command({"--help"});
  CHECK(all.code == 0);
  for (const std::string verb : {"run", "check", "test", "call", "eval", "list", "show", "replay"}) {
    CHECK(contains(all.out, "\n  " + verb + " "));
    const Outcome help = command({verb, "--help"});
    CHECK(help.code == 0);
    CHECK(help.out.starts_with("headrace " + verb));
    const auto example = help.out.find("\nexample:\n");
    REQUIRE(example != std::string::npos);
    CHECK(contains(help.out.substr(example), "headrace " + verb));
    CHECK(command({"help", verb}).out == help.out);
  }
  CHECK(command({"--version"}).out.starts_with("headrace "));
}
