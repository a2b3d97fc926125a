#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/progress.hpp"
#include "core/cli/verbs.hpp"

namespace headrace::cli {

namespace {

// Inputs that nobody fills would leave the run waiting for records that cannot come.
bool has_records(const Plan& plan, const Console& console) {
  if (plan.inputs.empty() || !plan.sources.empty()) return true;
  const std::string& input = plan.slots[static_cast<std::size_t>(plan.inputs.front())].key;
  console.err << "headrace: '" << plan.path << "' has inputs and no source: nothing would enter it\n"
              << "  hint: give it a source, or compute one record: headrace eval " << plan.path << " " << input << "=... --want KEY\n";
  return false;
}

int run(const Args& args, const Console& console) {
  CompileOptions compile;
  compile.params = settings_of(args);
  const auto plan = take_plan(compile_file(args.operands[0], compile), console);
  if (!plan || !has_records(*plan, console)) return bad_config;
  ProgressScreen progress(console, plan->path, has_screen(*plan, console) ? ProgressScreen::Form::screen : ProgressScreen::Form::lines);
  const auto clock = make_real_clock();
  RunSetup setup = setup_of(args, &progress.above());
  if (args.flag("--no-fusion")) setup.options.fusion = Fusion::never;
  if (!args.flag("--quiet")) setup.options.progress = [&](const Progress& now) { progress.show(now, clock->elapsed()); };
  if (const auto leave = leave_on_abort(args, console))
    setup.options.on_abort = [&progress, leave](const RunReport& report) {
      progress.clear();
      leave(report);
    };
  const auto report = run_plan(*plan, std::move(setup.options), console, Signals::handled);
  progress.clear();
  if (!report) return bad_config;
  console.out.flush();  // what a sink printed stands before the last word
  console.err << format_report(*report);
  if (!write_stats(args, *report, console)) return sink_failed;
  return exit_code(*report, args.flag("--strict"));
}

}  // namespace

const Verb& run_verb() {
  static const Verb verb{"run",
                         "FILE",
                         "runs a pipeline until its sources end or a signal comes",
                         "Ends with a table of the keys and the ledger on standard error. A first SIGINT or SIGTERM lets what is on its\n"
                         "way end; a second one cuts it off (exit 130). Exit 74 when a sink cannot write, 78 for a bad configuration.",
                         "headrace run pipelines/demo.yaml",
                         {option::set,
                          option::state,
                          option::threads,
                          option::serial,
                          option::seed,
                          option::log,
                          option::stats,
                          {"--no-fusion", "", "hand every key over by itself, also a cheap one"},
                          {"--strict", "", "exit 1 when records failed"},
                          {"--quiet", "", "no progress while it runs"}},
                         1,
                         1,
                         run};
  return verb;
}

}  // namespace headrace::cli
