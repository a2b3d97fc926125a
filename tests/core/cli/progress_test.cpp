// The screen of a run on a terminal: in memory, and by the real program on a pseudo-terminal.
#include "core/cli/progress.hpp"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "core/run/random.hpp"
#include "tests/core/cli/cli_support.hpp"
#include "tests/core/cli/terminal.hpp"

using namespace headrace::cli_test;
using headrace::Progress;
using headrace::cli::ProgressScreen;

namespace {

constexpr int hang_guard_ms = 120'000;

struct Output {
  std::istringstream in;
  std::ostringstream out, err;
  headrace::cli::Console console() { return {in, out, err}; }
  std::string take() {
    std::string text = err.str();
    err.str("");
    return text;
  }
};

std::string program() {
  if (const char* named = std::getenv("HEADRACE_BIN")) return named;
  return HEADRACE_BINARY_DIR "/headrace";
}

// The program on a terminal of its own.
class OnTerminal {
 public:
  OnTerminal(const std::vector<std::string>& arguments, Terminal& terminal) : terminal_(terminal) {
    const winsize size{30, 100, 0, 0};
    pid_ = ::forkpty(&fd_, nullptr, nullptr, &size);
    if (pid_ != 0) return;
    std::string name = program();
    std::vector<std::string> copy = arguments;
    std::vector<char*> raw{name.data()};
    for (auto& each : copy) raw.push_back(each.data());
    raw.push_back(nullptr);
    ::execv(name.c_str(), raw.data());
    ::_exit(127);
  }
  ~OnTerminal() {
    if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
    ::close(fd_);
  }
  OnTerminal(const OnTerminal&) = delete;

  // Reads until `part` has come; false when the program ended or nothing came for too long.
  bool wait_for(const std::string& part) {
    while (seen.find(part) == std::string::npos) {
      pollfd waiting{fd_, POLLIN, 0};
      char block[4096];
      if (::poll(&waiting, 1, hang_guard_ms) <= 0) return false;
      const auto got = ::read(fd_, block, sizeof block);
      if (got <= 0) return false;
      seen.append(block, static_cast<std::size_t>(got));
      terminal_.write({block, static_cast<std::size_t>(got)});
    }
    return true;
  }
  void signal(int number) { ::kill(pid_, number); }
  int finish() {
    wait_for("\x01");  // to the end
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::string seen;

 private:
  Terminal& terminal_;
  pid_t pid_ = -1;
  int fd_ = -1;
};

bool missing() {
  if (::access(program().c_str(), X_OK) == 0) return false;
  MESSAGE("skipped: there is no program " << program());
  return true;
}

}  // namespace

TEST_CASE("progress on a terminal: a screen of at most eight lines, redrawn in place") {
  Output output;
  const auto console = output.console();
  ProgressScreen screen(console, "p.yaml", ProgressScreen::Form::screen);
  Terminal terminal;
  screen.show({10, 5, 1, 4, 1}, std::chrono::seconds(1));
  terminal.write(output.take());
  screen.show({30, 10, 1, 15, 5}, std::chrono::seconds(3));
  terminal.write(output.take());
  CHECK(terminal.lines() == std::vector<std::string>{"", "p.yaml  0:00:03", "  admitted            30       10.0/s",
                                                     "  finished            10        2.5/s", "  failed               1",
                                                     "  in flight           15", "  parked               5"});
  CHECK(terminal.cursor_shown());
  CHECK(terminal.wraps());
  screen.clear();
  terminal.write(output.take());
  CHECK(terminal.lines().empty());
}

TEST_CASE("each redraw is one piece that leaves the cursor shown") {
  Output output;
  const auto console = output.console();
  ProgressScreen screen(console, "p.yaml", ProgressScreen::Form::screen);
  screen.show({}, std::chrono::hours(30));
  const std::string text = output.take();
  CHECK(text.starts_with("\x1b[?2026h\x1b[?25l"));
  CHECK(text.ends_with("\x1b[?25h\x1b[?2026l"));
  CHECK(contains(text, "30:00:00"));
}

TEST_CASE("what others print stands above the screen and stays, at any width and height") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    headrace::RandomNumbers random(seed);
    Terminal terminal(20 + random.below(90), 9 + random.below(20));
    Output output;
    const auto console = output.console();
    std::vector<std::string> said;
    {
      ProgressScreen screen(console, "a pipeline with a name that is longer than some terminals are wide.yaml",
                            ProgressScreen::Form::screen);
      for (std::uint64_t step = 0; step < 40; ++step) {
        switch (random.below(3)) {
          case 0: screen.show({step, step, 0, step, 0}, std::chrono::seconds(step)); break;
          case 1:
            said.push_back("log " + std::to_string(step));
            screen.above() << said.back() << '\n';
            break;
          default:  // a line of somebody who knows nothing of the screen
            said.push_back("raw " + std::to_string(step));
            output.err << said.back() << '\n';
            screen.show({step, step, 0, step, 0}, std::chrono::seconds(step));
        }
        terminal.write(output.take());
      }
    }
    terminal.write(output.take());
    CAPTURE(seed);
    CHECK(terminal.lines() == said);
    CHECK(terminal.cursor_shown());
  }
}

TEST_CASE("progress elsewhere: a plain line every tenth time") {
  Output output;
  const auto console = output.console();
  ProgressScreen screen(console, "p.yaml", ProgressScreen::Form::lines);
  for (std::uint64_t i = 1; i <= 20; ++i) screen.show({i, i / 2, i / 10, 3, i / 20}, std::chrono::seconds(i));
  screen.above() << "half a li";
  screen.above() << "ne\nnot yet";
  screen.clear();
  CHECK(output.take() ==
        "10 admitted, 5 finished (1 failed), 3 active\n20 admitted, 10 finished (2 failed), 3 active, 1 parked\nhalf a line\n");
}

TEST_CASE("there is no screen where a sink prints its records") {
  Output output;
  const auto with_path = [](const std::string& path) {
    return headrace::compile_config(
        headrace::parse_config("inputs: [url]\nsinks: {out: {node: write_jsonl, path: " + path + ", keys: {url: url}}}\n", "p.yaml"));
  };
  const auto to_file = with_path("out.jsonl"), to_terminal = with_path("'-'");
  REQUIRE((to_file.plan && to_terminal.plan));
  headrace::cli::Console console = output.console();
  CHECK_FALSE(has_screen(*to_file.plan, console));
  console.live = true;
  CHECK(has_screen(*to_file.plan, console));
  CHECK(has_screen(*to_terminal.plan, console));  // its standard output is something else
  console.out_live = true;
  CHECK(has_screen(*to_file.plan, console));
  CHECK_FALSE(has_screen(*to_terminal.plan, console));
  const auto stories =
      headrace::compile_config(headrace::parse_config("inputs: [document_id, url, story]\nsinks: {screen: print_stories}\n", "p.yaml"));
  REQUIRE(stories.plan);
  CHECK_FALSE(has_screen(*stories.plan, console));  // by default
}

TEST_CASE("a run on a terminal leaves its last word, no screen, and the cursor") {
  if (missing()) return;
  const Folder folder;
  const std::string file = folder.write("service.yaml", "resources: {store: memory_store}\n");
  Terminal terminal(100, 30);
  OnTerminal run({"run", file}, terminal);
  REQUIRE_MESSAGE(run.wait_for("in flight"), run.seen);
  run.signal(SIGINT);
  CHECK(run.finish() == 0);
  const auto lines = terminal.lines();
  CAPTURE(run.seen);
  REQUIRE(lines.size() >= 6);
  CHECK(lines[0] == "running " + file + ": a signal stops it");
  CHECK(std::find(lines.begin(), lines.end(), "stopping: sources stop, what is on its way ends; a second signal cuts it off") !=
        lines.end());
  CHECK(std::find(lines.begin(), lines.end(), "stopped by a signal") != lines.end());
  CHECK(lines.back().starts_with("time "));
  for (const auto& line : lines) CHECK_FALSE(contains(line, "in flight"));
  CHECK(terminal.cursor_shown());
  CHECK(terminal.wraps());
}

TEST_CASE("no signal leaves a terminal without its cursor") {
  if (missing()) return;
  const Folder folder;
  const std::string file = folder.write("service.yaml", "resources: {store: memory_store}\n");
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  const std::vector<int> signals = {SIGQUIT, SIGHUP, SIGKILL};  // a sanitizer takes SIGSEGV for itself, and reports in colours
#else
  const std::vector<int> signals = {SIGQUIT, SIGHUP, SIGSEGV, SIGKILL};
#endif
  for (const int number : signals) {
    Terminal terminal(100, 30);
    OnTerminal run({"run", file, "--threads", "1"}, terminal);
    REQUIRE_MESSAGE(run.wait_for("parked"), run.seen);
    run.signal(number);
    CHECK(run.finish() == 128 + number);
    CHECK(terminal.cursor_shown());
    CHECK(terminal.wraps());
  }
}

TEST_CASE("--quiet shows no progress") {
  if (missing()) return;
  const Folder folder;
  const std::string file = folder.write("service.yaml", "resources: {store: memory_store}\n");
  Terminal terminal(100, 30);
  OnTerminal run({"run", file, "--quiet"}, terminal);
  REQUIRE_MESSAGE(run.wait_for("a signal stops it"), run.seen);
  run.signal(SIGTERM);
  CHECK(run.finish() == 0);
  CHECK_FALSE(contains(run.seen, "in flight"));
}
