// A line of dead letters: it becomes a sound seed, or is refused with a reason.
#include "core/cli/dead_letters.hpp"
#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "tests/fuzz/seeds.hpp"

using namespace headrace;

namespace {

struct SplitForFuzz {
  Each<std::string> operator()(In<"text"> text) const { return {{*text}}; }
};
struct SizeForFuzz {
  int operator()(In<"text"> text, Opt<"published">) const { return static_cast<int>(text->size()); }
};

constexpr const char* pipeline = R"(
inputs: [text, title, published]
graph:
  size:      fuzz_size
  part:      fuzz_split
  part_size: {node: fuzz_size, in: {text: part}}
  title_size: {node: fuzz_size, in: {text: title}, after: [size]}
sinks:
  out: {node: write_jsonl, path: out.jsonl, keys: {size: size, title: title_size}}
)";

std::unique_ptr<Plan> compile_pipeline() {
  Compiled compiled = compile_config(parse_config(pipeline, "fuzz.yaml"));
  for (const Diagnostic& each : compiled.diagnostics) std::fputs(format_diagnostic(each).c_str(), stderr);
  fuzz::require(compiled.plan != nullptr, "the pipeline compiles");
  return std::move(compiled.plan);
}

}  // namespace

HEADRACE_NODE(SplitForFuzz, "fuzz_split", "Expands a text into itself.")
HEADRACE_NODE(SizeForFuzz, "fuzz_size", "Gives the size of a text.")

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto plan = compile_pipeline();
  if (size > fuzz::longest_input) return 0;
  try {
    fuzz::require_sound(cli::read_letter(*plan, std::string(fuzz::text_of(data, size))).seed, *plan);
  } catch (const cli::BadLetter& bad) {
    fuzz::require(*bad.what() != '\0', "a refusal says why");
  }
  return 0;
}
