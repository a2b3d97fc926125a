// Tests of pipelines, as data:
//
//   pipeline: article.yaml                       # relative to this file
//   tests:
//     - name: a page on solar power is labelled
//       params: {min_score: 0.5}                 # of the pipeline
//       mock: {page: {value: {...}}}             # see core/testing/mocks.hpp
//       given: {url: "https://example.org/a"}    # inputs, values of sources, or any key: it is then not computed
//       want:
//         article.title: Tide                    # equal as JSON; of a map only the members that are named
//         article.text: {contains: solar}        # a part of a text, or an element of a list
//         topics: [{topic: energy}]
//         failed: {page: http_status}            # part of "kind: message"; of every failure
//         skipped: [story]
//         dropped: {admitted: seen}              # or just the reason
//     - name: the demo, with its own sources and sinks
//       run: true
//       want: {ledger: {records: {admitted: 20}, dropped: {seen: 1}}, records: [{article.title: Tide}]}
//
// A case computes what `want` names and nothing else; sources and sinks take part with `run: true` only. Every case runs
// alone, in one thread, on the virtual clock, with the seed 1 and its state in memory. Names that nothing has are errors.
#pragma once
#include <functional>

#include "core/config/tree.hpp"

namespace headrace::testing {

struct CaseResult {
  std::string name;
  std::vector<Diagnostic> problems;  // what failed, at its line of the test file; none: it passed
  std::uint64_t wall_ns = 0;
};

bool is_test_file(const std::string& path);                         // its name ends in _test.yaml
std::vector<std::string> find_test_files(const std::string& path);  // a file, or all below a folder, by name
std::vector<Diagnostic> check_test_file(const std::string& path);   // all that can be said without running it
std::vector<Diagnostic> check_test_config(ParsedConfig parsed);     // the same; its pipeline's path starts from its base

// Runs the cases in order; gives what is wrong with the file itself, in which case nothing ran.
std::vector<Diagnostic> run_test_file(const std::string& path, const std::function<void(const CaseResult&)>& on_case);

}  // namespace headrace::testing
