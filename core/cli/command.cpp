#include <algorithm>
#include <ostream>

#include "core/cli/verbs.hpp"
#include "core/graph/spec.hpp"

namespace headrace::cli {

namespace {

std::string help() {
  std::string out = "headrace VERB ...: dataflow graphs for documents\n\n";
  std::size_t width = 0;
  for (const Verb* verb : all_verbs()) width = std::max(width, verb->name.size() + 1 + verb->operands.size());
  for (const Verb* verb : all_verbs()) {
    std::string left = std::string(verb->name) + " " + std::string(verb->operands);
    left.resize(width, ' ');
    out += "  " + left + "  " + std::string(verb->summary) + "\n";
  }
  return out +
         "\nheadrace VERB --help has the options and an example.\n"
         "exit codes: 0 fine, 1 a negative result, 2 wrong usage, 74 a sink could not write, 78 bad configuration, 130 cut off\n";
}

// Two nodes of one name, or two types of one key: no linker reports them.
bool report_conflicts(const Console& console) {
  std::vector<std::string> conflicts = registry_conflicts();
  for (auto& each : vocabulary_conflicts()) conflicts.push_back(std::move(each));
  for (const auto& each : conflicts) console.err << "headrace: " << each << "\n";
  return !conflicts.empty();
}

const Verb& find_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb* verb : all_verbs()) {
    if (verb->name == name) return *verb;
    names.emplace_back(verb->name);
  }
  throw UsageError("there is no verb '" + name + "'" + did_you_mean(name, names) + " (see headrace --help)");
}

bool asks_for_help(const std::vector<std::string>& arguments) {
  for (const auto& each : arguments) {
    if (each == "--") return false;
    if (each == "--help" || each == "-h") return true;
  }
  return false;
}

int dispatch(const std::vector<std::string>& arguments, const Console& console) {
  if (arguments.empty()) {
    console.err << help();
    return usage;
  }
  if (arguments[0] == "--help" || arguments[0] == "-h" || (arguments[0] == "help" && arguments.size() == 1)) {
    console.out << help();
    return fine;
  }
  if (arguments[0] == "--version") {
    console.out << "headrace " << HEADRACE_VERSION << "\n";
    return fine;
  }
  const bool help_first = arguments[0] == "help";
  const Verb& verb = find_verb(arguments[help_first ? 1 : 0]);
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (help_first || asks_for_help(rest)) {
    console.out << help_of(verb);
    return fine;
  }
  if (report_conflicts(console)) return bad_config;
  const int code = verb.run(parse_args(verb, rest), console);
  console.out.flush();
  if (console.out) return code;
  console.err << "headrace: cannot write to standard output\n";
  return sink_failed;
}

}  // namespace

const std::vector<const Verb*>& all_verbs() {
  static const std::vector<const Verb*> verbs{&run_verb(),  &check_verb(), &test_verb(), &call_verb(),   &eval_verb(),      &list_verb(),
                                              &show_verb(), &draw_verb(),  &new_verb(),  &replay_verb(), &completion_verb()};
  return verbs;
}

int run_command(const std::vector<std::string>& arguments, const Console& console) {
  try {
    return dispatch(arguments, console);
  } catch (const UsageError& error) {
    console.err << "headrace: " << error.what() << "\n";
    return usage;
  }
}

}  // namespace headrace::cli
