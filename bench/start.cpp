// What a process costs that does next to nothing: `headrace check pipelines/news.yaml`, from posix_spawn to its end, beside
// /bin/true in the same run; by the wall, and the processor time that both say they took, which other processes do not lengthen.
// The program is HEADRACE_BIN, else the one beside this one.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "bench/workload.hpp"

namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

// A process whose output nobody reads.
class Quiet {
 public:
  Quiet() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }
  ~Quiet() { ::posix_spawn_file_actions_destroy(&actions_); }
  Quiet(const Quiet&) = delete;

  double run(const Words& words) const {  // gives milliseconds of processor time
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t child = 0;
    int status = 0;
    if (::posix_spawn(&child, arguments[0], &actions_, nullptr, arguments.data(), environ) != 0)
      throw std::runtime_error("cannot start " + words[0]);
    rusage used{};
    while (::wait4(child, &status, 0, &used) < 0)
      if (errno != EINTR) throw std::runtime_error("cannot wait for " + words[0]);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(words[0] + " " + words.back() + " did not end well");
    return milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
  }

 private:
  static double milliseconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  }
  posix_spawn_file_actions_t actions_;
};

fs::path our_program() {
  if (const char* given = std::getenv("HEADRACE_BIN")) return given;
  return fs::read_symlink("/proc/self/exe").parent_path() / "headrace";
}

// Pipelines stand beside the build folder, or are installed with the program.
std::string pipeline_near(const fs::path& program) {
  const fs::path folder = program.parent_path();
  for (const char* way : {"../pipelines", "../../pipelines", "../share/headrace/pipelines"})
    if (fs::exists(folder / way / "news.yaml")) return (folder / way / "news.yaml").lexically_normal();
  throw std::runtime_error("there is no pipelines/news.yaml near " + program.string());
}

bench::Report run(const bench::Settings& settings) {
  const fs::path program = our_program();
  if (::access(program.c_str(), X_OK) != 0)
    throw std::runtime_error("there is no program " + program.string() + ": build it, or set HEADRACE_BIN");
  const Words check{program.string(), "check", pipeline_near(program)}, nothing{"/bin/true"};
  const Quiet quiet;
  constexpr std::uint64_t ns_per_ms = 1'000'000;
  const auto wall = [&](const Words& words) { return bench::time_per(ns_per_ms, bench::By::wall, [&] { quiet.run(words); }); };
  const auto times = bench::in_turns(settings.repetitions, {[&] { return wall(check); }, [&] { return wall(nothing); },
                                                            [&] { return quiet.run(check); }, [&] { return quiet.run(nothing); }});
  return {"ms a process",
          {{"check pipelines/news.yaml", times[0], "/bin/true", times[1]}, {"its processor time", times[2], "/bin/true", times[3]}}};
}

[[maybe_unused]] const bool known = bench::add({"start", "A whole process of headrace check beside one that does nothing.", run});

}  // namespace
