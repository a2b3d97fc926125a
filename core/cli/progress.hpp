// How a run is going, on standard error. On a terminal a few lines that are redrawn where they stand; else a plain line every
// ten seconds.
//
//   ProgressScreen screen(console, "pipelines/news.yaml", ProgressScreen::Form::screen);
//   screen.show(progress, clock.elapsed());   // about once a second
//   screen.clear();                           // before the last word
//
// The cursor rests at the beginning of an empty line above the screen: whatever else is printed lands there and stays, and the
// next redraw begins below it. Each redraw is one write that hides the cursor and shows it again, so that no signal, not even
// one that kills, leaves a terminal without it. Any thread may call.
#pragma once
#include <deque>
#include <memory>
#include <mutex>

#include "core/cli/cli.hpp"
#include "core/graph/plan.hpp"
#include "core/run/report.hpp"
#include "core/value/types.hpp"

namespace headrace::cli {

// Whether there is a terminal for a screen: records that a sink prints on the same one ("-" is standard output) would write over it.
bool has_screen(const Plan& plan, const Console& console);

class ProgressScreen {
 public:
  enum class Form { screen, lines };
  ProgressScreen(const Console& console, std::string title, Form form);
  ~ProgressScreen();
  ProgressScreen(const ProgressScreen&) = delete;
  void show(const Progress& progress, Duration elapsed);  // `elapsed` never goes back
  void clear();
  std::ostream& above() { return *above_; }  // whole lines written here stand above the screen

 private:
  class Above;
  struct Sample {
    Duration at;
    Progress progress;
  };
  void take(const Sample& sample);
  std::string lines() const;
  void redraw(std::string_view text_above);

  const Console* console_;
  std::string title_;
  Form form_;
  std::mutex mutex_;
  std::deque<Sample> samples_;  // of the last seconds, oldest first
  bool drawn_ = false;
  std::uint64_t shown_ = 0;
  std::unique_ptr<std::streambuf> above_lines_;
  std::unique_ptr<std::ostream> above_;
};

}  // namespace headrace::cli
