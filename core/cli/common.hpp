// What the verbs share: settings, compiling, starting a run, statistics files.
#pragma once
#include "core/cli/args.hpp"
#include "core/run/run.hpp"

namespace headrace::cli {

// --set name=value, as trees that diagnostics can point into. A value in [] or {} is read as YAML.
std::map<std::string, ConfigTree> settings_of(const Args& args);
std::pair<std::string, std::string> split_assignment(const std::string& text);  // "a=b"; throws UsageError

void print(const std::vector<Diagnostic>& diagnostics, const Console& console);
std::unique_ptr<Plan> take_plan(Compiled compiled, const Console& console);  // prints what is wrong; null when it does not run

struct RunSetup {
  std::unique_ptr<Clock> clock;  // of a log to a stream
  std::unique_ptr<Log> log;
  RunOptions options;
};
// The log goes to standard error, or to `log_to`, which outlives the setup.
RunSetup setup_of(const Args& args,
                  std::ostream* log_to = nullptr);  // --threads, --serial, --seed, --log, --state; throws UsageError, StoreError

// Runs; nothing when it could not start, which has then been said. `handled`: a signal ends the run in order, if the console
// allows it, and a line says that it has begun. Verbs that wait for standard input, or for one record, leave signals alone.
enum class Signals { handled, left_alone };
std::optional<RunReport> run_plan(const Plan& plan, RunOptions options, const Console& console, Signals signals);

bool write_stats(const Args& args, const RunReport& report, const Console& console);  // --stats FILE; false: cannot, and said
int exit_code(const RunReport& report, bool strict);
// For RunOptions::on_abort: nobody can interrupt a node that is at work, so the process says its last word and leaves.
std::function<void(const RunReport&)> leave_on_abort(const Args& args, const Console& console);

namespace option {
inline constexpr Option set{"--set", "NAME=VALUE", "a parameter of the pipeline; may be repeated"};
inline constexpr Option state{"--state", "DIR", "keep the state in this folder instead of where the pipeline says"};
inline constexpr Option threads{"--threads", "N", "threads of computation (default: all)"};
inline constexpr Option serial{"--serial", "", "one thread, one record at a time: the reference"};
inline constexpr Option seed{"--seed", "N", "where chance starts (default: 1)"};
inline constexpr Option log{"--log", "LEVEL", "debug, info, warning (default), error or off: what is logged on standard error"};
inline constexpr Option stats{"--stats", "FILE", "write the counts and times as JSON"};
inline constexpr Option format{"--format", "FORMAT", "text (default), json, markdown or jsonschema"};
}  // namespace option

}  // namespace headrace::cli
