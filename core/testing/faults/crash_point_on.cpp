#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/run/crash_point.hpp"

namespace headrace {

namespace {

struct CrashAt {
  std::string name;
  std::atomic<long> passes_left{1};
  CrashAt() {
    const char* wish = std::getenv("HEADRACE_CRASH_AT");
    if (!wish) return;
    const std::string_view text(wish);
    const std::size_t colon = text.find(':');
    name = text.substr(0, colon);
    long passes = 1;
    if (colon != text.npos)
      if (std::from_chars(text.data() + colon + 1, text.data() + text.size(), passes).ec != std::errc()) passes = 0;
    passes_left = passes;
  }
};

}  // namespace

void crash_point(const char* name) {
  static CrashAt at;
  if (at.name != name || --at.passes_left != 0) return;
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();  // the signal may reach another thread first; nothing more happens on this one
}

}  // namespace headrace
