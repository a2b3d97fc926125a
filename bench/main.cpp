// headrace-bench --list
// headrace-bench WORKLOAD [--json] [--threads N] [--quick]
// headrace-bench --quick
#include <charconv>
#include <cstdio>
#include <exception>
#include <string_view>

#include "bench/workload.hpp"

namespace {

constexpr const char* usage =
    "usage: headrace-bench --list\n"
    "       headrace-bench WORKLOAD [--json] [--threads N] [--quick]\n"
    "       headrace-bench --quick\n"
    "\n"
    "Measures a workload of ours beside a baseline, in turns, in one process.\n"
    "  --json       one JSON object: our figure, the baseline, their ratio, the spread\n"
    "  --threads N  only with so many threads, where a workload uses several\n"
    "  --quick      a few records, to see that it runs; the figures mean nothing.\n"
    "               Without a workload: all of them\n";

struct Arguments {
  std::string workload;
  bench::Settings settings;
  bool list = false, json = false, help = false;
};

int fail(const std::string& message) {
  std::fprintf(stderr, "headrace-bench: %s\n\n%s", message.c_str(), usage);
  return 2;
}

// What is wrong with the command line, or nothing.
std::string parse(int count, char** words, Arguments& out) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--list") out.list = true;
    else if (word == "--json") out.json = true;
    else if (word == "--help") out.help = true;
    else if (word == "--quick") out.settings.quick = true, out.settings.repetitions = 1;
    else if (word == "--threads") {
      const std::string_view number = ++i < count ? words[i] : "";
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out.settings.threads);
      if (error != std::errc() || end != number.data() + number.size() || out.settings.threads < 1 || out.settings.threads > 1024)
        return "--threads takes a number from 1 to 1024";
    } else if (word.starts_with("-")) return "there is no option " + std::string(word);
    else if (!out.workload.empty()) return "one workload at a time";
    else out.workload = word;
  }
  if (!out.list && !out.help && !out.settings.quick && out.workload.empty()) return "which workload?";
  return {};
}

int list() {
  for (const auto& each : bench::workloads()) std::printf("%-12s %s\n", each.name.c_str(), each.doc.c_str());
  return 0;
}

void measure(const bench::Workload& workload, const Arguments& arguments) {
  const bench::Report report = workload.run(arguments.settings);
  const std::string text = arguments.json ? bench::to_json(workload, arguments.settings, report) + "\n" : bench::to_text(workload, report);
  std::fputs(text.c_str(), stdout);
}

int run(const Arguments& arguments) {
  for (const bench::Workload& each : bench::workloads()) {
    if (!arguments.workload.empty() && each.name != arguments.workload) continue;
    try {
      measure(each, arguments);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "headrace-bench: %s: %s\n", each.name.c_str(), error.what());
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments;
  if (const std::string wrong = parse(count, words, arguments); !wrong.empty()) return fail(wrong);
  if (arguments.help) return std::fputs(usage, stdout), 0;
  if (arguments.list) return list();
  if (!arguments.workload.empty() && !bench::find(arguments.workload))
    return fail("there is no workload '" + arguments.workload + "'; --list names them");
  return run(arguments);
}
