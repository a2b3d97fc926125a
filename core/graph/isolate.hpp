// One step of a plan as a plan of its own: each of its ports is an input.
#pragma once
#include "core/graph/plan.hpp"

namespace headrace {

// The step keeps its configuration, decorators and resources; nothing else of the plan remains.
Plan isolate_step(const Plan& plan, int step);

}  // namespace headrace
