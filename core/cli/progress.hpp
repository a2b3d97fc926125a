// How a run is going, on standard error: one line that changes on a terminal, else a plain line every ten seconds.
#pragma once
#include "core/cli/cli.hpp"
#include "core/run/report.hpp"

namespace headrace::cli {

class ProgressLine {
 public:
  explicit ProgressLine(const Console& console) : console_(&console) {}
  void show(const Progress& progress);  // about once a second
  void clear();                         // before anything else is printed

 private:
  const Console* console_;
  std::size_t width_ = 0;
  std::uint64_t shown_ = 0;
};

}  // namespace headrace::cli
