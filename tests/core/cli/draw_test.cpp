#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

TEST_CASE("draw prints text, Mermaid or DOT") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", counting_pipeline);
  CHECK(command({"draw", file}).out == "counting: " + file + R"(

▶  cli_number  cli_count_up
●  cli_score   cli_score     cli_number
●  twice       cli_twice     cli_score
■  out         cli_collect   twice

▶ source   ● key   ■ sink
)");
  CHECK(contains(command({"draw", file, "--format", "mermaid"}).out, "flowchart TD\n  n0([\"cli_number<br>cli_count_up\"])\n"));
  CHECK(contains(command({"draw", file, "--format=dot"}).out, "digraph \"counting\" {\n"));
  const Outcome wrong = command({"draw", file, "--format", "dott"});
  CHECK(wrong.code == 2);
  CHECK(wrong.err == "headrace: --format takes text, mermaid or dot, not 'dott', did you mean 'dot'?\n");
}

TEST_CASE("draw puts the statistics of a run on the picture") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", counting_pipeline), statistics = folder.path("stats.json");
  REQUIRE(command({"run", file, "--stats", statistics}).code == 0);
  const Outcome text = command({"draw", file, "--stats", statistics});
  CHECK(text.code == 0);
  CHECK(text.err == "");
  CHECK(contains(text.out, "calls  dropped  failed"));
  CHECK(contains(text.out, "●  cli_score   cli_score         5        1       1"));
  CHECK(contains(command({"draw", file, "--stats", statistics, "--format", "dot"}).out, "\"cli_number\" -> \"cli_score\" [label=\"5\"]"));
}

TEST_CASE("draw says what is wrong") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", counting_pipeline);
  CHECK(command({"draw", folder.write("broken.yaml", "graph: {a: nonesuch}\n")}).code == 78);
  const Outcome none = command({"draw", file, "--stats", folder.path("none.json")});
  CHECK(none.code == 2);
  CHECK(contains(none.err, "cannot read the statistics"));
  for (const std::string text : {"", "{", "{}", "[1]"}) {
    const Outcome bad = command({"draw", file, "--stats", folder.write("bad.json", text)});
    CHECK(bad.code == 2);
    CHECK(contains(bad.err, "headrace run --stats FILE"));
  }
  const Outcome other =
      command({"draw", file, "--stats",
               folder.write("other.json", R"({"nodes": {"page": {"calls": 1, "errors": 0, "dropped": 0, "total_ns": 5}}})")});
  CHECK(other.code == 0);
  CHECK(contains(other.err, "of another pipeline, or an older one: it has the keys page\n"));
}
