// Plans of workloads, written as in a file.
#pragma once
#include <memory>
#include <string>

#include "core/graph/plan.hpp"

namespace bench {

std::unique_ptr<headrace::Plan> plan_of(const std::string& yaml);  // throws std::runtime_error with the diagnostics

}  // namespace bench
