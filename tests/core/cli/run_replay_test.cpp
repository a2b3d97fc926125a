#include <algorithm>

#include "core/value/json.hpp"
#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

TEST_CASE("run ends with the table and the ledger; --strict minds failures") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", counting_pipeline);
  for (const std::vector<std::string>& executor : {std::vector<std::string>{"--serial"}, std::vector<std::string>{"--threads", "2"}}) {
    collected().clear();
    std::vector<std::string> arguments{"run", file, "--stats", folder.path("stats.json")};
    arguments.insert(arguments.end(), executor.begin(), executor.end());
    const Outcome outcome = command(arguments);
    CHECK(outcome.code == 0);
    CHECK(outcome.out.empty());
    CHECK_MESSAGE(
        contains(
            outcome.err,
            "records: 5 admitted = 3 done + 1 dropped + 1 failed + 0 cancelled\n  dropped: zero 1\n  failed in cli_score: unavailable 1\n"),
        outcome.err);
    std::sort(collected().begin(), collected().end());
    CHECK(collected() == std::vector<std::string>{"12", "4", "8"});
    const headrace::JsonDocument stats(folder.read("stats.json"));
    CHECK(stats.root().member("nodes")->member("twice")->member("calls")->integer() == 3);
    CHECK(stats.root().member("nodes")->member("twice")->member("skipped")->integer() == 2);
  }
  CHECK(command({"run", file, "--strict"}).code == 1);
  CHECK(command({"run", file, "--strict", "--set", "from=1"}).code == 0);
}

TEST_CASE("run refuses what cannot run") {
  const Folder folder;
  const Outcome inputs = command({"run", folder.write("i.yaml", input_pipeline)});
  CHECK(inputs.code == 78);
  CHECK(contains(inputs.err, "has inputs and no source"));
  CHECK(contains(inputs.err, "headrace eval"));
  CHECK(command({"run", folder.path("none.yaml")}).code == 78);
  std::string broken = counting_pipeline;
  broken.replace(broken.find("cli_collect"), 11, "cli_broken_sink");
  const Outcome sink = command({"run", folder.write("b.yaml", broken), "--serial"});
  CHECK(sink.code == 74);
  CHECK_MESSAGE(contains(sink.err, "the disk is full"), sink.err);
  const Outcome stats = command({"run", folder.write("p.yaml", counting_pipeline), "--stats", "/nonexistent/stats.json"});
  CHECK(stats.code == 74);
  CHECK(contains(stats.err, "cannot write the statistics"));
}

TEST_CASE("replay runs exactly the keys that failed or were skipped, and writes once") {
  const Folder folder;
  const std::string letters = folder.path("dead.jsonl");
  const std::string text = counting_pipeline + "dead_letters: {path: \"" + letters + "\"}\n";
  const std::string file = folder.write("p.yaml", text);
  collected().clear();
  REQUIRE(command({"run", file, "--serial"}).code == 0);
  REQUIRE_MESSAGE(lines_of(folder.read("dead.jsonl")).size() == 1, folder.read("dead.jsonl"));

  collected().clear();
  const Outcome again = command({"replay", file, letters, "--strict", "--serial"});  // nothing was mended
  CHECK(again.code == 1);
  CHECK(collected().empty());
  CHECK_MESSAGE(contains(again.err, "1 dead letters replayed"), again.err);
  CHECK(lines_of(folder.read("dead.jsonl")).size() == 2);

  std::string mended = text;
  mended.replace(mended.find("cli_score: cli_score"), 20, "cli_score: {node: cli_score, lenient: true}");
  folder.write("p.yaml", mended);
  const std::string one = folder.write("one.jsonl", lines_of(folder.read("dead.jsonl"))[0] + "\nnot a letter\n{\"a\": 1}\n");
  const Outcome mended_run = command({"replay", file, one, "--serial", "--stats", folder.path("stats.json")});
  CHECK(mended_run.code == 0);
  CHECK(collected() == std::vector<std::string>{"-4"});
  CHECK_MESSAGE(contains(mended_run.err, "one.jsonl:2: not replayed: not JSON"), mended_run.err);
  CHECK(contains(mended_run.err, "one.jsonl:3: not replayed: it has no error and inputs"));
  CHECK(contains(mended_run.err, "1 dead letters replayed, 2 lines left out"));
  CHECK(command({"replay", file, folder.path("none.jsonl")}).code == 2);
}

TEST_CASE("replay does not run again what had a value, and says what a change made stale") {
  const Folder folder;
  const std::string text = R"(sources: {cli_number: {node: cli_count_up, from: -2, to: -2}}
graph:
  before: {node: cli_twice, in: {cli_number: cli_number}}
  cli_score: {node: cli_score, in: {cli_number: before}}
sinks:
  out: {node: cli_collect, in: {cli_number: cli_score}}
dead_letters: {path: dead.jsonl}
)";
  const std::string file = folder.write("p.yaml", text);
  REQUIRE(command({"run", file, "--serial"}).code == 0);
  const std::string letters = folder.write("first.jsonl", folder.read("dead.jsonl"));
  const auto calls = [&](const std::string& key) {
    const headrace::JsonDocument stats(folder.read("stats.json"));
    return stats.root().member("nodes")->member(key)->member("calls")->integer();
  };
  command({"replay", file, letters, "--serial", "--stats", folder.path("stats.json")});
  CHECK(calls("before") == 0);
  CHECK(calls("cli_score") == 1);

  // `before` is another node now; the letter has its old value but not what it needs.
  std::string changed = text;
  changed.replace(changed.find("{node: cli_twice, in"), 20, "{node: cli_sum, in");
  folder.write("p.yaml", changed);
  const Outcome kept = command({"replay", file, letters, "--serial", "--stats", folder.path("stats.json")});
  CHECK(calls("before") == 0);
  CHECK_MESSAGE(contains(kept.err, "their old values were used: before"), kept.err);

  // A letter that has the source's value as well lets `before` run again.
  std::string whole = folder.read("first.jsonl");
  whole.replace(whole.find("\"inputs\":{"), 10, "\"inputs\":{\"cli_number\":7,");
  const Outcome stale = command({"replay", file, folder.write("whole.jsonl", whole), "--serial", "--stats", folder.path("stats.json")});
  CHECK(calls("before") == 1);
  CHECK_MESSAGE(contains(stale.err, "these ran again as well: before"), stale.err);
}

TEST_CASE("replay computes what the pipeline has and did not have when the letter was written") {
  const Folder folder;
  const std::string text = R"(sources: {cli_number: {node: cli_count_up, from: -2, to: -2}}
graph:
  before: {node: cli_twice, in: {cli_number: cli_number}}
  cli_score: {node: cli_score, in: {cli_number: before}, on_error: fail}
sinks:
  out: {node: cli_collect, in: {cli_number: cli_score}}
dead_letters: {path: dead.jsonl}
)";
  const std::string file = folder.write("p.yaml", text);
  REQUIRE(command({"run", file, "--serial"}).code == 0);
  const std::string letters = folder.write("first.jsonl", folder.read("dead.jsonl"));
  std::string more = text;
  more.insert(more.find("sinks:"), "  after: {node: cli_twice, in: {cli_number: before}}\n");
  more.insert(more.find("dead_letters:"), "  second: {node: cli_collect, in: {cli_number: after}}\n");
  folder.write("p.yaml", more);
  const Outcome replayed = command({"replay", file, letters, "--serial", "--stats", folder.path("stats.json")});
  const headrace::JsonDocument stats(folder.read("stats.json"));
  CHECK(stats.root().member("nodes")->member("after")->member("calls")->integer() == 1);
  CHECK(stats.root().member("nodes")->member("before")->member("calls")->integer() == 0);
  CHECK_MESSAGE(contains(replayed.err, "these ran again as well: after"), replayed.err);
}
