// What may stand at a place of a command line: the words that shells offer. Verbs, options and operands are read off the verbs
// themselves; nodes and keys off the registry; parameters and keys of a pipeline off its file.
#pragma once
#include <string>
#include <vector>

namespace headrace::cli {

// `words` follow the name of the program; the last one, perhaps empty, is being typed. Whole words, by name; one that ends in '/'
// or '=' goes on. Nothing when nothing fits. Reads folders and the pipeline that is named, and never fails.
std::vector<std::string> candidates(const std::vector<std::string>& words);

}  // namespace headrace::cli
