// Ends the process when a test hangs, with its name: a fixture for tests of everything that could wait for ever.
//
//   TEST_CASE_FIXTURE(HangGuard, "one token is enough") { ... }
//
// The guard is the only thing in a test that looks at a real clock.
#pragma once
#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace headrace::testing {

class HangGuard {
 public:
  explicit HangGuard(std::chrono::seconds limit = std::chrono::seconds(60))
      : thread_([name = test_name(), limit](const std::stop_token& stop) { watch(stop, name, limit); }) {}

 private:
  static std::string test_name() { return doctest::getContextOptions()->currentTest->m_name; }
  static void watch(const std::stop_token& stop, const std::string& name, std::chrono::seconds limit) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, limit, [] { return false; });
    if (stop.stop_requested()) return;
    std::fprintf(stderr, "hang guard: '%s' has not ended in %lld s\n", name.c_str(), static_cast<long long>(limit.count()));
    std::abort();
  }
  std::jthread thread_;
};

// For the few tests that have a million things to do.
class PatientHangGuard : HangGuard {
 public:
  PatientHangGuard() : HangGuard(std::chrono::seconds(600)) {}
};

}  // namespace headrace::testing
