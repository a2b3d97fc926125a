#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/verbs.hpp"
#include "core/testing/yaml_test.hpp"

namespace headrace::cli {

namespace {

std::string plural(std::size_t count, const std::string& word) { return std::to_string(count) + " " + word + (count == 1 ? "" : "s"); }

std::vector<Diagnostic> problems_of(const std::string& path, const std::map<std::string, ConfigTree>& params) {
  if (testing::is_test_file(path)) return testing::check_test_file(path);
  CompileOptions options;
  options.params = params;
  options.check_only = true;
  return compile_file(path, options).diagnostics;
}

int check(const Args& args, const Console& console) {
  const auto params = settings_of(args);
  std::size_t errors = 0, warnings = 0;
  for (const std::string& path : args.operands)
    for (const Diagnostic& each : problems_of(path, params)) {
      console.err << format_diagnostic(each);
      ++(each.severity == Severity::error ? errors : warnings);
    }
  console.out << plural(args.operands.size(), "file") << ": " << (errors ? plural(errors, "error") : "no errors");
  if (warnings) console.out << ", " << plural(warnings, "warning");
  console.out << "\n";
  return errors || (warnings && args.flag("--strict")) ? negative : fine;
}

}  // namespace

const Verb& check_verb() {
  static const Verb verb{"check",
                         "FILE...",
                         "says everything that is wrong with pipelines; changes nothing",
                         "A required parameter may stay unset. Test files (*_test.yaml) can be checked as well.",
                         "headrace check pipelines/news.yaml pipelines/article.yaml",
                         {option::set, {"--strict", "", "warnings count as errors"}},
                         1,
                         SIZE_MAX,
                         check};
  return verb;
}

}  // namespace headrace::cli
