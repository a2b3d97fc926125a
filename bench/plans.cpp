#include "bench/plans.hpp"

namespace bench {

std::unique_ptr<headrace::Plan> plan_of(const std::string& yaml) {
  auto compiled = headrace::compile_config(headrace::parse_config(yaml, "bench.yaml"));
  if (compiled.plan) return std::move(compiled.plan);
  std::string why = "the workload's pipeline does not compile";
  for (const auto& each : compiled.diagnostics) why += "\n" + headrace::format_diagnostic(each);
  throw std::runtime_error(why);
}

}  // namespace bench
