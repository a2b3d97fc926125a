// A resource node by itself, as a pipeline would build it.
//
//   const auto model = make_resource<LinkModel>("link_model", "{least_examples: 0}", {{"store", store}});
#pragma once
#include <map>
#include <memory>
#include <string>

#include "core/config/tree.hpp"
#include "core/graph/spec.hpp"
#include "core/run/clock.hpp"
#include "core/run/io_loop.hpp"
#include "core/run/services.hpp"

namespace headrace::testing {

// `uses`: what its Use fields take, by field. Time stands still.
template <class Interface>
std::shared_ptr<Interface> make_resource(const std::string& node, const std::string& config, const std::map<std::string, std::shared_ptr<void>>& uses = {}) {
  static const auto clock = make_virtual_clock();
  static IoLoop io(*clock);
  static Services services{*clock, io, silent_log(), 1};
  const ParsedConfig parsed = parse_config(config, "configuration");
  BuildContext context{parsed.root.view(),
                       [&](const FieldSpec& field) {
                         const auto use = uses.find(field.name);
                         return use == uses.end() ? nullptr : use->second;
                       },
                       services};
  return std::static_pointer_cast<Interface>(find_node(node)->build_resource(context));
}

}  // namespace headrace::testing
