// The command `headrace`: one file a verb. Only this folder prints; everything goes through the streams of a Console, so
// that tests call run_command() as main() does.
//
//   run_command({"check", "pipelines/news.yaml"}, {std::cin, std::cout, std::cerr});
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

namespace headrace::cli {

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool live = false;      // err is a terminal: progress is a screen that changes
  bool signals = false;   // SIGINT and SIGTERM end a run in order; they belong to the process, so only main() asks for it
  bool out_live = false;  // out is a terminal as well
};

// Exit codes are an interface: DESIGN section 7.
enum Exit : int { fine = 0, negative = 1, usage = 2, sink_failed = 74, bad_config = 78, cut_off = 130 };

int run_command(const std::vector<std::string>& arguments, const Console& console);

}  // namespace headrace::cli
