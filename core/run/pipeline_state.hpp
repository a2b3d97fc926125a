// What a pipeline finds of itself in its store when it starts.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/graph/plan.hpp"
#include "core/run/layout.hpp"
#include "core/run/state_table.hpp"

namespace headrace::run {

// Opens the keyed state of every stateful step (`states` has one for each of `nodes`, null for those without) and writes down
// which pipeline the state belongs to. Gives what the operator should know: keys that changed since, state that no key uses.
// Throws StartError when a state is newer than its node knows, or divided into other shards.
std::vector<std::string> open_state(const Plan& plan, Store& store, std::vector<std::unique_ptr<Node>>& nodes,
                                    std::vector<std::unique_ptr<StateTable>>& states);

// RunOptions::ordered: every stateful step takes its records in order of admission.
void order_stateful_steps(Layout& layout);

}  // namespace headrace::run
