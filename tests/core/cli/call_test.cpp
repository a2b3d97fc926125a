// headrace call: its lines are an interface.
#include "core/value/json.hpp"
#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

TEST_CASE("call answers every line in order: values, drops, errors of the node and of the line") {
  const std::string input =
      "{\"cli_number\": 3}\n"
      "{\"cli_number\": 0}\n"
      "{\"cli_number\": -1}\n"
      "not json\n"
      "\n"
      "[1]\n"
      "{}\n"
      "{\"cli_number\": null}\n"
      "{\"cli_number\": \"three\"}\n"
      "{\"cli_number\": 4, \"cli_offset\": 10}";
  for (const std::string threads : {"1", "2"}) {
    const Outcome outcome = command({"call", "cli_score", "--threads", threads}, input);
    CHECK(outcome.code == 0);
    const auto lines = lines_of(outcome.out);
    REQUIRE_MESSAGE(lines.size() == 10, (outcome.out + outcome.err));
    CHECK(lines[0] == R"({"value":6})");
    CHECK(lines[1] == R"({"dropped":"zero"})");
    CHECK(lines[2] == R"({"error":{"kind":"unavailable","message":"no score below zero","retryable":true}})");
    for (const int bad : {3, 4, 5}) CHECK(contains(lines[static_cast<std::size_t>(bad)], R"("kind":"bad_input")"));
    CHECK(lines[6] == R"({"error":{"kind":"missing_value","message":"the line lacks 'cli_number'","retryable":false}})");
    CHECK(lines[7] == lines[6]);
    CHECK(lines[8] == R"({"error":{"kind":"bad_input","message":"cli_number: must be an integer, not a string","retryable":false}})");
    CHECK(lines[9] == R"({"value":18})");
  }
}

TEST_CASE("call keeps the order of many lines, whatever the threads") {
  std::string input, expected;
  for (int i = 1; i <= 3000; ++i) {
    input += "{\"cli_number\": " + std::to_string(i) + "}\n";
    expected += "{\"value\":" + std::to_string(2 * i) + "}\n";
  }
  CHECK(command({"call", "cli_twice", "--threads", "1"}, input).out == expected);
  CHECK(command({"call", "cli_twice", "--threads", "3"}, input).out == expected);
}

TEST_CASE("A stateful node sees the lines in order") {
  std::string input, expected;
  int sum = 0;
  for (int i = 1; i <= 500; ++i) {
    input += "{\"cli_number\": " + std::to_string(i) + "}\n";
    expected += "{\"value\":" + std::to_string(sum += i) + "}\n";
  }
  CHECK(command({"call", "cli_sum"}, input).out == expected);
}

TEST_CASE("State lives in memory, or in the folder that --state names") {
  const Folder folder;
  const std::string one = "{\"cli_number\": 5}\n";
  CHECK(command({"call", "cli_kept_sum"}, one).out == "{\"value\":5}\n");
  CHECK(command({"call", "cli_kept_sum"}, one).out == "{\"value\":5}\n");
  CHECK(command({"call", "cli_kept_sum", "--state", folder.path("s")}, one).out == "{\"value\":5}\n");
  const Outcome second = command({"call", "cli_kept_sum", "--state", folder.path("s")}, one + one);
  CHECK_MESSAGE(second.out == "{\"value\":10}\n{\"value\":15}\n", (second.out + second.err));
}

TEST_CASE("An expanding node gives a list, also an empty one") {
  const Outcome outcome =
      command({"call", "cli_split"}, "{\"cli_number\": 3}\n{\"cli_number\": 0}\n{\"cli_number\": -1}\n{\"cli_number\": 1}\n");
  CHECK_MESSAGE(
      outcome.out ==
          "{\"value\":[0,1,2]}\n{\"value\":[]}\n{\"error\":{\"kind\":\"bad_input\",\"message\":\"nothing to split\",\"retryable\":false}}\n"
          "{\"value\":[0]}\n",
      (outcome.out + outcome.err));
}

TEST_CASE("Bytes come as text, as base64 or from a file") {
  const Folder folder;
  const std::string file = folder.write("bytes", std::string(1000, 'x'));
  const Outcome outcome =
      command({"call", "cli_size"}, "{\"cli_bytes\": \"four\"}\n{\"cli_bytes\": {\"base64\": \"AAEC\"}}\n{\"cli_bytes\": {\"file\": \"" +
                                        file + "\"}}\n{\"cli_bytes\": {\"file\": \"/nonexistent\"}}\n");
  const auto lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "{\"value\":4}");
  CHECK(lines[1] == "{\"value\":3}");
  CHECK(lines[2] == "{\"value\":1000}");
  CHECK(contains(lines[3], "bad_input"));
  CHECK(contains(lines[3], "/nonexistent"));
}

TEST_CASE("--set configures the node, and a bad field is a diagnostic") {
  CHECK(command({"call", "cli_score", "--set", "factor=10"}, "{\"cli_number\": 3}\n").out == "{\"value\":30}\n");
  const Outcome unknown = command({"call", "cli_score", "--set", "facto=10"}, "{\"cli_number\": 3}\n");
  CHECK(unknown.code == 78);
  CHECK(unknown.out.empty());
  CHECK_MESSAGE(contains(unknown.err, "did you mean 'factor'"), unknown.err);
  CHECK_MESSAGE(contains(command({"call", "cli_score", "--set", "factor=0"}).err, "--set:1:8: error["),
                command({"call", "cli_score", "--set", "factor=0"}).err);
}

TEST_CASE("call FILE KEY takes the node as the file has it; its members are the ports") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", input_pipeline);
  CHECK(command({"call", file, "twice"}, "{\"cli_number\": 4}\n").out == "{\"value\":8}\n");
  CHECK(command({"call", file, "cli_score", "--set", "factor=7"}, "{\"cli_number\": 4}\n").out == "{\"value\":28}\n");
  const Outcome unknown = command({"call", file, "twic"});
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err, "did you mean 'twice'?"));
  const std::string counting = folder.write("q.yaml", counting_pipeline);
  CHECK(contains(command({"call", counting, "out"}).err, "'out' is a sink"));
  CHECK(contains(command({"call", counting, "cli_number"}).err, "'cli_number' is a source"));
  CHECK(command({"call", folder.path("none.yaml"), "x"}).code == 78);
}

TEST_CASE("A member that is no input is named once, on standard error") {
  const Outcome outcome = command({"call", "cli_score"}, "{\"cli_number\": 1, \"cli_ofset\": 1}\n{\"cli_number\": 1, \"cli_ofset\": 1}\n");
  CHECK(outcome.out == "{\"value\":2}\n{\"value\":2}\n");
  CHECK(outcome.err == "headrace: the node has no input 'cli_ofset', did you mean 'cli_offset'? (inputs: cli_number, cli_offset)\n");
}

TEST_CASE("--stats counts every line") {
  const Folder folder;
  command({"call", "cli_score", "--stats", folder.path("stats.json")},
          "{\"cli_number\": 1}\n{\"cli_number\": 0}\n{\"cli_number\": -1}\nnot json\n");
  const headrace::JsonDocument stats(folder.read("stats.json"));
  const auto records = *stats.root().member("records");
  CHECK(records.member("admitted")->integer() == 4);
  CHECK(records.member("done")->integer() == 1);
  CHECK(records.member("dropped")->integer() == 1);
  CHECK(records.member("failed")->integer() == 2);
  const auto failed = stats.root().member("failed")->member("cli_score");
  REQUIRE_MESSAGE(failed, folder.read("stats.json"));
  CHECK(failed->member("bad_input")->integer() == 1);
}

TEST_CASE("call says which values are a fallback's, and takes its inputs from the line") {
  const Folder folder;
  folder.write("pipe.yaml",
               "inputs: [cli_number]\ngraph:\n  node: {node: cli_score, fallback: {node: cli_twice}}\n  key: {node: cli_score, fallback: "
               "{key: other}}\n"
               "  other: cli_twice\n");
  const std::string input = "{\"cli_number\": 3}\n{\"cli_number\": -4, \"fallback.key\": 7}\n{\"cli_number\": -4}\nnot json\n";
  const std::string own = "{\"value\":6}", covered = ",\"fallback\":{\"kind\":\"unavailable\",\"message\":\"no score below zero\"}}";
  const auto by_node = lines_of(command({"call", folder.path("pipe.yaml"), "node"}, input).out);
  REQUIRE(by_node.size() == 4);
  CHECK(by_node[0] == own);
  CHECK(by_node[2] == "{\"value\":-8" + covered);
  CHECK(contains(by_node[3], "\"kind\":\"bad_input\""));
  const auto by_key = lines_of(command({"call", folder.path("pipe.yaml"), "key"}, input).out);
  REQUIRE(by_key.size() == 4);
  CHECK(by_key[0] == own);
  CHECK(by_key[1] == "{\"value\":7" + covered);
  CHECK(contains(by_key[2], "\"kind\":\"unavailable\""));
}
