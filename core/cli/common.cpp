#include "core/cli/common.hpp"

#include <cstdlib>
#include <fstream>
#include <ostream>

#include "core/cli/signals.hpp"

namespace headrace::cli {

namespace {

ConfigTree setting_value(const std::string& assignment, std::size_t value_at) {
  const std::string value = assignment.substr(value_at);
  const auto source = std::make_shared<SourceText>(SourceText{"--set", assignment});
  if (!value.empty() && (value.front() == '[' || value.front() == '{')) {
    ParsedConfig parsed = parse_config(value, "--set " + assignment.substr(0, value_at - 1));
    if (!parsed.diagnostics.empty()) throw UsageError(format_diagnostic(parsed.diagnostics.front()));
    return std::move(parsed.root);
  }
  ConfigTree tree = config_scalar(value);
  tree.at = {source, 1, static_cast<unsigned>(value_at + 1), static_cast<unsigned>(std::max<std::size_t>(1, value.size()))};
  return tree;
}

void open_log(const Args& args, std::ostream* log_to, RunSetup& setup) {
  const std::string level = args.value("--log").value_or("warning");
  constexpr std::pair<std::string_view, LogLevel> levels[] = {
      {"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warning", LogLevel::warning}, {"error", LogLevel::error}};
  if (level == "off") return;
  if (log_to) setup.clock = make_real_clock();
  for (const auto& [name, least] : levels)
    if (name == level) setup.log = log_to ? make_stream_log(*log_to, least, *setup.clock) : make_stderr_log(least);
  if (!setup.log) throw UsageError("--log takes debug, info, warning, error or off, not '" + level + "'");
}

}  // namespace

std::pair<std::string, std::string> split_assignment(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) throw UsageError("'" + text + "' must be name=value");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::map<std::string, ConfigTree> settings_of(const Args& args) {
  std::map<std::string, ConfigTree> settings;
  for (const std::string& each : args.values("--set")) {
    const std::string name = split_assignment(each).first;
    settings.insert_or_assign(name, setting_value(each, name.size() + 1));
  }
  return settings;
}

void print(const std::vector<Diagnostic>& diagnostics, const Console& console) {
  for (const Diagnostic& each : diagnostics) console.err << format_diagnostic(each);
}

std::unique_ptr<Plan> take_plan(Compiled compiled, const Console& console) {
  print(compiled.diagnostics, console);
  return has_errors(compiled.diagnostics) ? nullptr : std::move(compiled.plan);
}

RunSetup setup_of(const Args& args, std::ostream* log_to) {
  RunSetup setup;
  open_log(args, log_to, setup);
  setup.options.log = setup.log.get();
  const std::uint64_t threads = args.number("--threads", 0);
  if (threads > 4096) throw UsageError("--threads takes at most 4096");
  setup.options.threads = static_cast<int>(threads);
  if (args.flag("--serial") || threads == 1) setup.options.executor = Executor::serial;
  setup.options.seed = args.number("--seed", 1);
  if (const auto folder = args.value("--state")) setup.options.store = open_rocksdb(*folder);
  return setup;
}

std::optional<RunReport> run_plan(const Plan& plan, RunOptions options, const Console& console, Signals signals) {
  try {
    Run run(plan, std::move(options));
    const SignalGuard guard(console.signals && signals == Signals::handled ? &run : nullptr, console.live);
    if (console.signals && signals == Signals::handled) console.err << "running " << plan.path << ": a signal stops it\n" << std::flush;
    return run.run();
  } catch (const StartError& error) {
    console.err << format_diagnostic(error.diagnostic);
  } catch (const StoreError& error) {
    console.err << "headrace: the state cannot be used: " << error.what() << "\n";
  }
  return std::nullopt;
}

bool write_stats(const Args& args, const RunReport& report, const Console& console) {
  const auto path = args.value("--stats");
  if (!path) return true;
  JsonWriter writer;
  write_json(writer, report);
  std::ofstream file(*path, std::ios::binary);
  file << writer.text() << "\n";
  file.flush();
  if (file) return true;
  console.err << "headrace: cannot write the statistics to '" << *path << "'\n";
  return false;
}

int exit_code(const RunReport& report, bool strict) {
  if (report.end == RunEnd::aborted) return cut_off;
  if (report.end == RunEnd::sink_failed) return sink_failed;
  if (report.end == RunEnd::source_failed) return negative;
  return strict && report.ledger.failed > 0 ? negative : fine;
}

std::function<void(const RunReport&)> leave_on_abort(const Args& args, const Console& console) {
  if (!console.signals) return {};
  return [&args, &console](const RunReport& report) {
    console.out.flush();
    console.err << format_report(report);
    write_stats(args, report, console);
    console.err.flush();
    std::_Exit(cut_off);
  };
}

}  // namespace headrace::cli
