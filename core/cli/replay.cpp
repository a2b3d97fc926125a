#include <filesystem>
#include <fstream>
#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/dead_letters.hpp"
#include "core/cli/line_reader.hpp"
#include "core/cli/progress.hpp"
#include "core/cli/verbs.hpp"

namespace headrace::cli {

namespace {

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Feeds the lines that the file had at the start: what fails again may be appended to the same file.
class Letters {
 public:
  Letters(const Plan& plan, const std::string& path, const Console& console)
      : plan_(plan), path_(path), console_(console), file_(path, std::ios::binary) {
    std::error_code error;
    if (!file_ || !std::filesystem::is_regular_file(path, error)) throw UsageError("cannot read the dead letters '" + path + "'");
    left_ = std::filesystem::file_size(path);
  }

  void feed(Feeder& feeder) {
    LineReader lines(file_, [] {});
    std::string line;
    for (std::uint64_t number = 1; left_ > 0; ++number) {
      const auto got = lines.next(line);
      if (got == LineReader::Line::end) return;
      left_ -= std::min<std::uint64_t>(left_, line.size() + 1);
      if (got == LineReader::Line::too_long) refuse(number, "it is longer than 256 MiB");
      else if (!line.empty() && !admit(feeder, line, number)) return;
    }
  }

  void summarise() const {
    if (!stale_.empty()) console_.err << "the pipeline has changed since: these ran again as well: " << joined(stale_) << "\n";
    if (!kept_.empty())
      console_.err << "the pipeline has changed since, but what these need was not recorded: their old values were used: " << joined(kept_)
                   << "\n";
    console_.err << replayed_ << " dead letters replayed";
    if (done_before_) console_.err << ", " << done_before_ << " left out: their documents are done";
    if (refused_) console_.err << ", " << refused_ << " lines left out";
    console_.err << "\n";
  }
  bool refused_any() const { return refused_ > 0; }

 private:
  bool admit(Feeder& feeder, const std::string& line, std::uint64_t number) {
    try {
      Letter letter = read_letter(plan_, line);
      const std::string& document = letter.seed.name;
      if (!document.empty() && (!documents_.insert(document).second || feeder.done_before(document))) {
        ++done_before_;
        return true;
      }
      stale_.merge(letter.stale);
      kept_.merge(letter.kept);
      if (!feeder.admit(std::move(letter.seed))) return false;
      ++replayed_;
    } catch (const BadLetter& bad) {
      refuse(number, bad.what());
    }
    return true;
  }
  void refuse(std::uint64_t number, const std::string& why) {
    constexpr std::uint64_t shown = 20;
    if (++refused_ <= shown) console_.err << path_ << ":" << number << ": not replayed: " << why << "\n";
  }

  const Plan& plan_;
  std::string path_;
  const Console& console_;
  std::ifstream file_;
  std::uint64_t left_ = 0, replayed_ = 0, refused_ = 0, done_before_ = 0;
  std::set<std::string> stale_, kept_;
  std::set<std::string> documents_;  // of this replay: one that failed twice has two letters
};

int replay(const Args& args, const Console& console) {
  CompileOptions compile;
  compile.params = settings_of(args);
  compile.without_sources = true;
  const auto plan = take_plan(compile_file(args.operands[0], compile), console);
  if (!plan) return bad_config;
  Letters letters(*plan, args.operands[1], console);
  RunSetup setup = setup_of(args);
  setup.options.feed = [&](Feeder& feeder) { letters.feed(feeder); };
  setup.options.on_abort = leave_on_abort(args, console);
  const auto report = run_plan(*plan, std::move(setup.options), console, Signals::handled);
  if (!report) return bad_config;
  console.out.flush();
  console.err << format_report(*report);
  letters.summarise();
  if (!write_stats(args, *report, console)) return sink_failed;
  const int code = exit_code(*report, args.flag("--strict"));
  return code == fine && args.flag("--strict") && letters.refused_any() ? negative : code;
}

}  // namespace

const Verb& replay_verb() {
  static const Verb verb{
      "replay",
      "FILE DEAD_LETTERS",
      "runs dead letters again, only the keys that failed or were skipped",
      "The other keys have the values that the dead letter recorded; sinks take part. After a change of the pipeline what\n"
      "the change made stale runs as well, and is named. What fails again becomes a dead letter of the pipeline again.",
      "headrace replay pipelines/news.yaml out/dead_letters.jsonl --set feeds=feeds.opml --set out=out",
      {option::set,
       option::state,
       option::threads,
       option::serial,
       option::seed,
       option::log,
       option::stats,
       {"--strict", "", "exit 1 when records failed again, or a line was left out"}},
      2,
      2,
      replay};
  return verb;
}

}  // namespace headrace::cli
