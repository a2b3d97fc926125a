// Parameters and ${...}: whatever they say, what comes out is a tree as shallow as a parsed one and of bounded size.
#include "core/config/interpolate.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

namespace {

struct Extent {
  std::size_t values = 0, bytes = 0;
  void add(const ConfigTree& tree, std::size_t depth) {
    fuzz::require(depth <= 2 * Params::max_depth, "interpolation keeps a tree shallow");
    ++values;
    bytes += tree.text.size();
    for (const auto& item : tree.items) add(item, depth + 1);
    for (const auto& member : tree.members) add(member.value, depth + 1);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  ParsedConfig parsed = parse_config(std::string(fuzz::text_of(data, size)), "fuzz.yaml");
  Extent before, after;
  before.add(parsed.root, 0);
  DiagnosticList diagnostics;
  Params params(diagnostics);
  if (const ConfigTree* section = parsed.root.member("params")) params.declare(*section);
  params.close();
  params.interpolate(parsed.root);
  params.warn_unused();
  after.add(parsed.root, 0);
  fuzz::require(after.values <= before.values + Params::most_values, "interpolation makes a bounded number of values");
  fuzz::require(after.bytes <= before.bytes + Params::most_text, "interpolation makes a bounded amount of text");
  for (const Diagnostic& each : diagnostics.take()) fuzz::require(!format_diagnostic(each).empty(), "a diagnostic says something");
  return 0;
}
