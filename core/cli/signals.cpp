#include "core/cli/signals.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "core/run/run.hpp"

namespace headrace::cli {

namespace {

std::atomic<Run*> guarded_run{nullptr};
std::atomic<int> signals_seen{0};
std::atomic<bool> screen_below{false};
static_assert(std::atomic<Run*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may use nothing else");

constexpr int watched[] = {SIGINT, SIGTERM};
struct sigaction before[std::size(watched)];

void say(std::string_view text) { [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size()); }

void on_signal(int) {
  const int saved = errno;
  Run* run = guarded_run.load();
  if (!run) return;
  if (screen_below) say("\x1b[J");
  if (signals_seen.fetch_add(1) == 0) {
    say("\nstopping: sources stop, what is on its way ends; a second signal cuts it off\n");
    run->stop();
  } else {
    say("\ncutting off: what is on its way comes again with the next run\n");
    run->abort();
  }
  errno = saved;
}

}  // namespace

SignalGuard::SignalGuard(Run* run, bool live) : active_(run != nullptr) {
  if (!active_) return;
  screen_below = live;
  signals_seen = 0;
  guarded_run = run;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int each : watched) sigaddset(&action.sa_mask, each);
  for (std::size_t i = 0; i < std::size(watched); ++i) sigaction(watched[i], &action, &before[i]);
}

SignalGuard::~SignalGuard() {
  if (!active_) return;
  for (std::size_t i = 0; i < std::size(watched); ++i) sigaction(watched[i], &before[i], nullptr);
  guarded_run = nullptr;
}

}  // namespace headrace::cli
