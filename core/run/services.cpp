#include "core/run/services.hpp"

#include "core/node.hpp"

namespace headrace::run {

namespace {

[[noreturn]] void refuse(const Build& build, const std::string& why) {
  throw StartError({Severity::error, "H090", "'" + build.key + "' (" + build.spec->name + ") does not open: " + why, "", build.at});
}

// Builds one node or resource; every reason not to becomes a StartError.
template <class Make> auto make(const Build& build, const std::vector<OpenResource>& resources, Services& services, Make&& construct) {
  std::optional<ValueView> config;
  if (build.config.is_map()) config = build.config.view();
  BuildContext context{config,
                       [&](const FieldSpec& field) -> std::shared_ptr<void> {
                         const auto found = build.resources.find(field.name);
                         return found == build.resources.end() ? nullptr : resources[static_cast<std::size_t>(found->second)].resource;
                       },
                       services};
  try {
    return construct(context);
  } catch (const BadValue& bad) {
    refuse(build, bad.path.empty() ? bad.message : bad.path + ": " + bad.message);
  } catch (const std::exception& error) {
    refuse(build, error.what());
  }
}

}  // namespace

void OpenNodes::close() {
  sinks.clear();
  fallbacks.clear();
  while (!steps.empty()) steps.pop_back();
  sources.clear();
  while (!resources.empty()) resources.pop_back();
}

void open_nodes(const Plan& plan, Services& services, bool with_sources, bool with_sinks, OpenNodes& open) {
  for (const Build& build : plan.resources)
    open.resources.push_back(
        {&build, make(build, open.resources, services, [&](BuildContext& context) { return build.spec->build_resource(context); })});
  const auto build_one = [&](const Build& build) {
    return make(build, open.resources, services, [&](BuildContext& context) { return build.spec->build(context); });
  };
  const auto build_all = [&](const auto& builds, std::vector<std::unique_ptr<Node>>& into) {
    for (const Build& build : builds) into.push_back(build_one(build));
  };
  for (const Step& step : plan.steps)
    for (int shard = 0; shard < instances_of(step); ++shard) open.steps.push_back(build_one(step));
  for (const Step& step : plan.steps) open.fallbacks.push_back(step.fallback ? build_one(*step.fallback) : nullptr);
  if (with_sinks) build_all(plan.sinks, open.sinks);
  if (with_sources) build_all(plan.sources, open.sources);
}

}  // namespace headrace::run
