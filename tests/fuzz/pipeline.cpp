// A pipeline file, parsed and compiled as `headrace check` does: every mistake is a diagnostic that can be printed, and a file
// without errors gives a plan. Subgraphs are those of tests/golden/; no resource is opened and no node is built.
#include "core/graph/plan.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (size > fuzz::longest_input || fuzz::may_leave_its_folder(text)) return 0;
  CompileOptions options;
  options.check_only = true;
  const std::string folder = HEADRACE_SOURCE_DIR "/tests/golden";
  const Compiled compiled = compile_config(parse_config(std::string(text), folder + "/fuzz.yaml", folder), options);
  for (const Diagnostic& each : compiled.diagnostics) fuzz::require(!format_diagnostic(each).empty(), "a diagnostic says something");
  fuzz::require(compiled.plan == nullptr || !has_errors(compiled.diagnostics), "a file with errors gives no plan");
  fuzz::require(compiled.plan != nullptr || has_errors(compiled.diagnostics), "a file without a plan says why");
  return 0;
}
