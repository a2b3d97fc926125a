// Opens what lives as long as a run: resources in dependency order, then the nodes of sources, steps and sinks; closes all
// of it in reverse.
#pragma once
#include <memory>
#include <vector>

#include "core/run/run.hpp"

namespace headrace::run {

struct OpenResource {
  const Build* build;
  std::shared_ptr<void> resource;  // points to its interface
};

struct OpenNodes {
  std::vector<OpenResource> resources;                       // in the order of the plan
  std::vector<std::unique_ptr<Node>> sources, steps, sinks;  // of a sharded step: one for each shard, in a row
  std::vector<std::unique_ptr<Node>> fallbacks;              // of the steps; null for those without
  OpenNodes() = default;
  OpenNodes(const OpenNodes&) = delete;
  ~OpenNodes() { close(); }
  void close();  // nodes first, then resources in reverse
};

// Throws StartError, at the place in the pipeline, when one will not open; `into` then holds what was open before it.
void open_nodes(const Plan& plan, Services& services, bool with_sources, bool with_sinks, OpenNodes& into);

}  // namespace headrace::run
