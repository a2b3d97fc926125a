// One line of dead_letters.jsonl: why a record failed, and what its failed and skipped keys need to run again.
#pragma once
#include "core/run/record.hpp"

namespace headrace::run {

// {record, document_id, error, also, skipped, inputs, pipeline, version, versions}, and a newline. `also` has the errors of
// further keys; `versions` those of the keys in `inputs`, so that replay can tell what a change of the pipeline made stale.
std::string dead_letter(const Plan& plan, const std::vector<StepLayout>& steps, Record& record);

}  // namespace headrace::run
