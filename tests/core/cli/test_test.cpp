// headrace test: cases in YAML.
#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

namespace {

Outcome run_cases(const Folder& folder, const std::string& cases, const std::string& pipeline = input_pipeline) {
  folder.write("p.yaml", pipeline);
  return command({"test", folder.write("p_test.yaml", "pipeline: p.yaml\ntests:\n" + cases)});
}

}  // namespace

TEST_CASE("Cases that pass: values, parts, faults, given keys, parameters") {
  const Folder folder;
  const Outcome outcome = run_cases(folder, R"(
  - name: a score
    given: {cli_number: 3}
    want: {cli_score: 6, twice: 12}
  - name: with a parameter
    params: {factor: 10}
    given: {cli_number: 3, cli_offset: 1}
    want: {cli_score: 31}
  - name: a key that is given is not computed
    given: {cli_score: 4}
    want: {twice: 8, words: [word, word, word]}
  - name: part of a list
    given: {cli_score: 4}
    want: {words: {contains: word}}
  - name: a failure
    given: {cli_number: -1}
    want: {failed: {cli_score: unavailable}, skipped: [twice], twice: null}
  - name: a drop
    given: {cli_number: 0}
    want: {dropped: {cli_score: zero}}
  - name: any drop
    given: {cli_number: 0}
    want: {dropped: zero}
)");
  CHECK(outcome.code == 0);
  CHECK_MESSAGE(contains(outcome.out, "7 passed, 0 failed\n"), (outcome.out + outcome.err));
  CHECK(contains(outcome.out, "  ok    a score ("));
  CHECK(outcome.err.empty());
}

TEST_CASE("Mocks take the place of nodes") {
  const Folder folder;
  const Outcome outcome = run_cases(folder, R"(
  - name: a value
    mock: {cli_score: 5}
    want: {twice: 10}
  - name: a failure
    mock: {cli_score: {fail: gone, kind: unavailable}}
    want: {failed: {cli_score: "unavailable: gone"}, skipped: [twice]}
  - name: another node
    mock: {cli_score: {node: cli_twice}}
    given: {cli_number: 8}
    want: {twice: 32}
)");
  CHECK_MESSAGE(outcome.code == 0, (outcome.out + outcome.err));
}

TEST_CASE("A case that fails shows the line of the test file, what is and what was wanted, and why") {
  const Folder folder;
  const Outcome outcome = run_cases(folder, R"(  - name: wrong
    given: {cli_number: 3}
    want:
      cli_score: 7
      words: [word, word, word]
  - name: absent
    given: {cli_number: -1}
    want: {twice: 3}
  - name: not dropped
    given: {cli_number: 1}
    want: {dropped: zero}
)");
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "0 passed, 3 failed\n"));
  CHECK_MESSAGE(contains(outcome.err, "p_test.yaml:6:18: error[T004]: cli_score is 6, not 7\n  cli_score: 7\n             ^\n"),
                outcome.err);
  CHECK_MESSAGE(contains(outcome.err, "words has 2 elements, not 3"), outcome.err);
  CHECK_MESSAGE(contains(outcome.err, "twice is absent, not 3"), outcome.err);
  CHECK(contains(outcome.err, "hint: 'cli_score' failed: unavailable: no score below zero"));
  CHECK(contains(outcome.err, "the record was not dropped as 'zero'"));
}

TEST_CASE("Names that nothing has are errors with a hint") {
  const Folder folder;
  struct Row {
    std::string test, says;
  };
  for (const Row& row :
       {Row{"{name: a, wnat: {}}", "a test has no member 'wnat'"}, Row{"{given: {cli_number: 1}, want: {twic: 1}}", "no key 'twic'"},
        Row{"{given: {cli_numbr: 1}, want: {twice: 1}}", "did you mean 'cli_number'?"},
        Row{"{given: {cli_number: x}, want: {twice: 1}}", "'cli_number' must be an integer"},
        Row{"{mock: {cli_scor: 1}, want: {twice: 1}}", "'cli_scor' to mock"}, Row{"{want: {twice: 1}}", "'cli_score' needs 'cli_number'"},
        Row{"{params: {factr: 1}, given: {cli_number: 1}, want: {twice: 1}}", "factr"},
        Row{"{given: {cli_number: 1}, want: {skipped: [twic]}}", "did you mean 'twice'?"}}) {
    CAPTURE(row.test);
    const Outcome outcome = run_cases(folder, "  - " + row.test + "\n");
    CHECK(outcome.code == 1);
    CHECK_MESSAGE(contains(outcome.err, row.says), outcome.err);
  }
  CHECK(command({"check", folder.path("p_test.yaml")}).code == 1);
}

TEST_CASE("A case may run the real sources and sinks") {
  const Folder folder;
  collected().clear();
  const Outcome outcome = run_cases(folder, R"(
  - name: all of it
    run: true
    want:
      ledger: {records: {admitted: 5, done: 3}, dropped: {zero: 1}, failed: {cli_score: {unavailable: 1}}}
      records: [{twice: null}, {twice: null}, {twice: 4}, {twice: 8}, {twice: 12}]
  - name: fewer
    run: true
    params: {to: 1}
    want: {ledger: {records: {admitted: 4}}}
)",
                                    counting_pipeline);
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "  ok    all of it"));
  CHECK_MESSAGE(contains(outcome.err, "records.admitted is 3, not 4"), outcome.err);
  CHECK(collected().size() == 4);
}

TEST_CASE("A folder is searched; a broken file does not hide the others") {
  const Folder folder;
  folder.write("p.yaml", input_pipeline);
  folder.write("a/x_test.yaml", "pipeline: ../p.yaml\ntests: [{name: one, given: {cli_number: 1}, want: {twice: 4}}]\n");
  folder.write("b_test.yaml", "pipeline: none.yaml\ntests: []\n");
  const Outcome outcome = command({"test", folder.path()});
  CHECK(outcome.code == 1);
  CHECK_MESSAGE(contains(outcome.out, "1 passed, 0 failed, 1 file could not run\n"), outcome.out);
  CHECK(contains(outcome.err, "there is no pipeline 'none.yaml'"));
  CHECK(command({"test", folder.path("a")}).code == 0);
}
