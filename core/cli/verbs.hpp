// The verbs, each in the file of its name.
#pragma once
#include "core/cli/args.hpp"

namespace headrace::cli {

const Verb& run_verb();
const Verb& check_verb();
const Verb& test_verb();
const Verb& call_verb();
const Verb& eval_verb();
const Verb& list_verb();
const Verb& show_verb();
const Verb& replay_verb();
const Verb& draw_verb();
const Verb& new_verb();
const Verb& completion_verb();

const std::vector<const Verb*>& all_verbs();  // in the order of the help

}  // namespace headrace::cli
