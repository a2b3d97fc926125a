#include "core/run/crash_point.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

using headrace::crash_point;

TEST_CASE("crash point child" * doctest::skip()) {
  if (!std::getenv("HEADRACE_CRASH_AT")) return;
  for (int i = 0; i < 3; ++i) {
    crash_point("first");
    if (i < 2) crash_point("second");
  }
  ::_exit(7);
}

namespace {

bool killed_with(const char* wish) {
  ::setenv("HEADRACE_CRASH_AT", wish, 1);
  const std::array<const char*, 5> arguments = {"headrace-tests", "--no-skip", "--no-intro", "--test-case=crash point child", nullptr};
  pid_t pid = 0;
  REQUIRE(::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, const_cast<char* const*>(arguments.data()), environ) == 0);
  ::unsetenv("HEADRACE_CRASH_AT");
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  if (WIFSIGNALED(status)) CHECK(WTERMSIG(status) == SIGKILL);
  else CHECK(WEXITSTATUS(status) == 7);
  return WIFSIGNALED(status);
}

}  // namespace

TEST_CASE("crash point: dies where it is told to, and only there") {
  CHECK(killed_with("first"));
  CHECK(killed_with("first:3"));
  CHECK_FALSE(killed_with("first:4"));
  CHECK(killed_with("second:2"));
  CHECK_FALSE(killed_with("second:3"));
  CHECK_FALSE(killed_with("sec"));
  CHECK_FALSE(killed_with("first:x0"));
  CHECK_FALSE(killed_with(""));
}
