#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

TEST_CASE("check says everything that is wrong with all files, and how much it was") {
  const Folder folder;
  const std::string good = folder.write("good.yaml", counting_pipeline);
  const std::string bad =
      folder.write("bad.yaml", "inputs: [cli_number]\ngraph:\n  cli_score: {node: cli_score, facto: 3}\n  x: cli_twcie\n");
  const Outcome fine = command({"check", good});
  CHECK(fine.code == 0);
  CHECK(fine.out == "1 file: no errors\n");
  CHECK(fine.err.empty());

  const Outcome both = command({"check", good, bad, folder.path("none.yaml")});
  CHECK(both.code == 1);
  CHECK_MESSAGE(both.out.starts_with("3 files: 3 errors"), both.out);
  CHECK_MESSAGE(contains(both.err, "bad.yaml:3:32: error["), both.err);
  CHECK(contains(both.err, "'cli_twice'"));
  CHECK(contains(both.err, "none.yaml"));
}

TEST_CASE("check --strict counts warnings") {
  const Folder folder;
  std::string text = counting_pipeline;
  text.replace(text.find("graph:\n"), 7, "graph:\n  unread: {node: cli_twice, in: {cli_number: cli_score}}\n");
  const std::string file = folder.write("unused.yaml", text);
  const Outcome lax = command({"check", file});
  CHECK(lax.code == 0);
  CHECK_MESSAGE(lax.out == "1 file: no errors, 1 warning\n", (lax.out + lax.err));
  CHECK(command({"check", file, "--strict"}).code == 1);
}

TEST_CASE("check takes parameters and accepts that a required one is unset") {
  const Folder folder;
  const std::string file = folder.write(
      "p.yaml",
      "params: {factor: !required \"how much\"}\ninputs: [cli_number]\ngraph:\n  cli_score: {node: cli_score, factor: \"${factor}\"}\n");
  CHECK(command({"check", file}).code == 0);
  CHECK(command({"check", file, "--set", "factor=3"}).code == 0);
  const Outcome bad = command({"check", file, "--set", "factor=1000"});
  CHECK(bad.code == 1);
  CHECK_MESSAGE(contains(bad.err, "must lie in 1 to 100"), bad.err);
  CHECK(command({"check", file, "--set", "factr=3"}).code == 1);
}
