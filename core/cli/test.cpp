#include <filesystem>
#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/verbs.hpp"
#include "core/testing/yaml_test.hpp"

namespace headrace::cli {

namespace {

struct Tally {
  std::size_t passed = 0, failed = 0, broken_files = 0;
};

std::string milliseconds(std::uint64_t ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", static_cast<double>(ns) / 1e6);
  return text;
}

void show_case(const testing::CaseResult& result, Tally& tally, const Console& console) {
  const bool passed = result.problems.empty();
  ++(passed ? tally.passed : tally.failed);
  console.out << (passed ? "  ok    " : "  FAIL  ") << result.name << " (" << milliseconds(result.wall_ns) << ")\n";
  console.out.flush();  // the lines of both streams stand in the order of the cases
  print(result.problems, console);
}

std::vector<std::string> files_of(const Args& args) {
  std::vector<std::string> files;
  for (const std::string& path : args.operands) {
    if (!std::filesystem::exists(path)) throw UsageError("there is no file or folder '" + path + "'");
    for (auto& file : testing::find_test_files(path)) files.push_back(std::move(file));
  }
  if (files.empty()) throw UsageError("no file below '" + args.operands[0] + "' ends in _test.yaml");
  return files;
}

int test(const Args& args, const Console& console) {
  Tally tally;
  for (const std::string& file : files_of(args)) {
    console.out << file << "\n";
    console.out.flush();
    const auto problems = testing::run_test_file(file, [&](const testing::CaseResult& result) { show_case(result, tally, console); });
    print(problems, console);
    if (has_errors(problems)) ++tally.broken_files;
  }
  console.out << tally.passed << " passed, " << tally.failed << " failed";
  if (tally.broken_files) console.out << ", " << tally.broken_files << (tally.broken_files == 1 ? " file" : " files") << " could not run";
  console.out << "\n";
  return tally.failed || tally.broken_files ? negative : fine;
}

}  // namespace

const Verb& test_verb() {
  static const Verb verb{"test",
                         "PATH...",
                         "runs the tests of pipelines",
                         "A path is a file, or a folder that is searched for *_test.yaml. Each case runs alone, in one thread, on a\n"
                         "virtual clock and with its state in memory. Exit 1 when one fails.",
                         "headrace test pipelines",
                         {},
                         1,
                         SIZE_MAX,
                         test};
  return verb;
}

}  // namespace headrace::cli
