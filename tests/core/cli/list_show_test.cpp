#include "core/value/json.hpp"
#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

TEST_CASE("list names what is registered, always in the same order") {
  const Outcome nodes = command({"list", "nodes"});
  CHECK(nodes.code == 0);
  CHECK(contains(nodes.out, "cli_score"));
  CHECK(contains(nodes.out, "pure, may drop"));
  CHECK(nodes.out == command({"list", "nodes"}).out);
  CHECK(contains(command({"list", "keys"}).out, "cli_number"));
  CHECK(contains(command({"list"}).out, "\nkeys\n"));
  const headrace::JsonDocument json(command({"list", "nodes", "--format", "json"}).out);
  CHECK(json.root().elements().size() == lines_of(nodes.out).size());
}

TEST_CASE("list pipelines shows the files of a folder with their parameters") {
  const Folder folder;
  folder.write("b.yaml", counting_pipeline);
  folder.write("sub/a.yaml", input_pipeline);
  folder.write("a_test.yaml", "pipeline: b.yaml\ntests: []\n");
  folder.write("topics.yaml", "topics: []\n");
  const auto lines = lines_of(command({"list", "pipelines", folder.path()}).out);
  REQUIRE(lines.size() == 2);
  CHECK(contains(lines[0], "b.yaml"));
  CHECK(contains(lines[0], "params: from to"));
  CHECK(contains(lines[1], "inputs: cli_number cli_offset"));
}

TEST_CASE("show says what a node is") {
  CHECK(command({"show", "cli_twice"}).out == "cli_twice: Doubles a number.\npure; gives integer\n\ninputs\n  cli_number  integer\n");
  const Outcome score = command({"show", "cli_score"});
  CHECK(score.out == R"(cli_score: Scores a number.
pure, may drop; gives integer

inputs
  cli_number  integer
  cli_offset  integer  may be absent

fields
  factor   integer  default 2      What a number is multiplied with.
  lenient  boolean  default false  Take numbers below zero.

cli_score: What a number is worth.
integer
)");
}

TEST_CASE("show in the formats that programs and pages take") {
  const Outcome schema = command({"show", "cli_words", "--format", "jsonschema"});
  CHECK(schema.code == 0);
  const auto lines = lines_of(schema.out);  // a node and a key have that name
  REQUIRE(lines.size() == 3);
  const headrace::JsonDocument node(lines[0]);
  CHECK(node.root().member("properties")->member("node")->member("const")->string() == "cli_words");
  CHECK(lines[2] == R"({"type":"array","items":{"type":"string"}})");
  CHECK(contains(command({"show", "cli_words", "--format", "markdown"}).out, "| `cli_number` | integer |"));
  const headrace::JsonDocument json(command({"show", "cli_sum", "--format", "json"}).out);
  CHECK(json.root().member("kind")->string() == "stateful");
}

TEST_CASE("show says what a file declares") {
  const Folder folder;
  const Outcome text = command({"show", folder.write("p.yaml", counting_pipeline)});
  CHECK(text.code == 0);
  CHECK(text.out == "counting: " + folder.path("p.yaml") + R"(

sources
  cli_number  cli_count_up  integer

keys
  cli_score  cli_score  integer  cli_number
  twice      cli_twice  integer  cli_score

sinks
  out  cli_collect  twice

outputs
  twice  integer
)");
  const headrace::JsonDocument schema(command({"show", folder.write("q.yaml", input_pipeline), "--format", "jsonschema"}).out);
  CHECK(schema.root().member("$defs")->member("input")->member("properties")->members().size() == 2);
  CHECK(schema.root().member("$defs")->member("output")->member("properties")->member("words"));
  CHECK(command({"show", folder.write("broken.yaml", "graph: {a: nonesuch}\n")}).code == 78);
}
