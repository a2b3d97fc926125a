#include "core/testing/yaml_test.hpp"

#include <algorithm>
#include <filesystem>

#include "core/testing/yaml_case.hpp"

namespace headrace::testing {

namespace {

struct TestFile {
  ParsedConfig parsed;
  std::string pipeline;
  std::vector<std::string> keys;  // of the pipeline
  Diagnostics problems;
};

// Sources, inputs and computed keys: whatever may be given, mocked or wanted by name.
void read_keys(TestFile& file) {
  CompileOptions options;
  options.check_only = true;
  Compiled compiled = compile_file(file.pipeline, options);
  for (auto& each : compiled.diagnostics)
    if (each.severity == Severity::error) file.problems.push_back(std::move(each));
  if (!compiled.plan) return;
  for (const Slot& slot : compiled.plan->slots) file.keys.push_back(slot.key);
}

TestFile read_test_file(ParsedConfig parsed) {
  TestFile file;
  file.parsed = std::move(parsed);
  file.problems = file.parsed.diagnostics;
  const ConfigTree& root = file.parsed.root;
  if (has_errors(file.problems) || !check_members(root, "a test file", {"pipeline", "tests"}, file.problems)) return file;
  const ConfigTree* pipeline = root.member("pipeline");
  const ConfigTree* tests = root.member("tests");
  if (!pipeline || !pipeline->is_scalar())
    report(file.problems, test_codes::bad_value, "the test file names no pipeline", root.at, "add 'pipeline: FILE'");
  if (!tests || !tests->is_list())
    report(file.problems, test_codes::bad_value, "the test file has no list of tests", root.at, "add 'tests: [{name: ..., want: ...}]'");
  if (!file.problems.empty()) return file;
  file.pipeline = read_value<Path>(pipeline->view()).text;
  std::error_code error;
  if (!std::filesystem::is_regular_file(file.pipeline, error))
    report(file.problems, test_codes::unknown_name, "there is no pipeline '" + pipeline->text + "'", pipeline->at);
  else read_keys(file);
  return file;
}

std::string name_of(const ConfigTree& tree) {
  const ConfigTree* name = tree.member("name");
  return name && name->is_scalar() ? name->text : "line " + std::to_string(tree.at.line);
}

}  // namespace

bool is_test_file(const std::string& path) { return path.ends_with("_test.yaml"); }

std::vector<std::string> find_test_files(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error))
    if (is_test_file(it->path().string())) files.push_back(it->path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Diagnostic> check_test_file(const std::string& path) { return check_test_config(load_config(path)); }

std::vector<Diagnostic> check_test_config(ParsedConfig parsed) {
  TestFile file = read_test_file(std::move(parsed));
  if (has_errors(file.problems)) return file.problems;
  for (const ConfigTree& tree : file.parsed.root.member("tests")->items) {
    YamlCase one(tree, file.pipeline, file.keys, true);
    for (auto& each : one.problems()) file.problems.push_back(std::move(each));
  }
  return file.problems;
}

std::vector<Diagnostic> run_test_file(const std::string& path, const std::function<void(const CaseResult&)>& on_case) {
  TestFile file = read_test_file(load_config(path));
  if (has_errors(file.problems)) return file.problems;
  for (const ConfigTree& tree : file.parsed.root.member("tests")->items) {
    YamlCase one(tree, file.pipeline, file.keys, false);
    const std::uint64_t wall_ns = one.run();
    on_case({name_of(tree), std::move(one.problems()), wall_ns});
  }
  return file.problems;
}

}  // namespace headrace::testing
