// The real program, where signals, pipes and exit codes of the process matter. HEADRACE_BIN names it; the build's own
// program is taken without.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

namespace {

constexpr int hang_guard_ms = 120'000;

std::string program() {
  if (const char* named = std::getenv("HEADRACE_BIN")) return named;
  return HEADRACE_BINARY_DIR "/headrace";
}

class Process {
 public:
  explicit Process(const std::vector<std::string>& arguments, const std::string& out_path = "") {
    int in[2], out[2], err[2];
    if (::pipe(in) || ::pipe(out) || ::pipe(err)) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out_path.empty() ? out[1] : ::open(out_path.c_str(), O_WRONLY), 1);
      ::dup2(err[1], 2);
      for (const int each : {in[0], in[1], out[0], out[1], err[0], err[1]}) ::close(each);
      std::string name = program();
      std::vector<char*> raw{name.data()};
      std::vector<std::string> copy = arguments;
      for (auto& each : copy) raw.push_back(each.data());
      raw.push_back(nullptr);
      ::execv(name.c_str(), raw.data());
      ::_exit(127);
    }
    ::close(in[0]), ::close(out[1]), ::close(err[1]);
    in_ = in[1], out_ = out[0], err_ = err[0];
  }
  ~Process() {
    if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
    close_input();
    ::close(out_), ::close(err_);
  }
  Process(const Process&) = delete;

  void write(const std::string& text) { CHECK(::write(in_, text.data(), text.size()) == static_cast<ssize_t>(text.size())); }
  void close_input() {
    if (in_ >= 0) ::close(in_);
    in_ = -1;
  }
  void signal(int number) { ::kill(pid_, number); }

  // Reads until `part` has come; false when the stream ended or nothing came for too long.
  bool wait_for(const std::string& part, bool from_err) {
    std::string& seen = from_err ? seen_err : seen_out;
    while (!contains(seen, part)) {
      pollfd waiting{from_err ? err_ : out_, POLLIN, 0};
      char block[4096];
      if (::poll(&waiting, 1, hang_guard_ms) <= 0) return false;
      const auto got = ::read(waiting.fd, block, sizeof block);
      if (got <= 0) return false;
      seen.append(block, static_cast<std::size_t>(got));
    }
    return true;
  }
  int finish() {
    close_input();
    wait_for("\x01", false);  // to the end
    wait_for("\x01", true);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::string seen_out, seen_err;

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1, err_ = -1;
};

bool missing() {
  if (::access(program().c_str(), X_OK) == 0) return false;
  MESSAGE("skipped: there is no program " << program());
  return true;
}

const std::string service = "resources: {store: memory_store}\n";

}  // namespace

TEST_CASE("call answers a line before the next one comes") {
  if (missing()) return;
  Process call({"call", "resolve_url"});
  call.write("{\"link\": \"../b\", \"base\": \"https://a.example/x/y\"}\n{\"link\"");
  REQUIRE_MESSAGE(call.wait_for("\"https://a.example/b\"}\n", false), (call.seen_out + call.seen_err));
  call.write(": \"c\", \"base\": \"https://a.example/x/y\"}\n");
  CHECK(call.wait_for("\"https://a.example/x/c\"}\n", false));
  CHECK(call.finish() == 0);
}

TEST_CASE("call that cannot write exits 74") {
  if (missing()) return;
  Process call({"call", "resolve_url"}, "/dev/full");
  call.write("{\"link\": \"https://a.example/\"}\n");
  CHECK(call.finish() == 74);
}

TEST_CASE("A service runs until a signal and then ends well") {
  if (missing()) return;
  const Folder folder;
  for (const int number : {SIGINT, SIGTERM}) {
    Process run({"run", folder.write("service.yaml", service)});
    REQUIRE_MESSAGE(run.wait_for("a signal stops it\n", true), run.seen_err);
    run.signal(number);
    CHECK(run.finish() == 0);
    CHECK_MESSAGE(contains(run.seen_err, "stopped by a signal"), run.seen_err);
    CHECK(contains(run.seen_err, "stopping: sources stop"));
    CHECK(contains(run.seen_err, "records: 0 admitted"));
  }
}
