// A test file of a pipeline, checked as `headrace check` does, against the pipelines that ship. No case runs.
#include "core/config/tree.hpp"
#include "core/testing/yaml_test.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (size > fuzz::longest_input || fuzz::may_leave_its_folder(text)) return 0;
  const std::string folder = HEADRACE_SOURCE_DIR "/pipelines";
  for (const Diagnostic& each : testing::check_test_config(parse_config(std::string(text), folder + "/fuzz_test.yaml", folder)))
    fuzz::require(!format_diagnostic(each).empty(), "a diagnostic says something");
  return 0;
}
