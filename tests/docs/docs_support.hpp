// What the suites of the documentation share.
#pragma once
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace headrace::docs_test {

inline const std::filesystem::path root = HEADRACE_SOURCE_DIR;

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The program under test: HEADRACE_BIN, else the one of this build.
inline std::string program() {
  if (const char* given = std::getenv("HEADRACE_BIN")) return std::filesystem::absolute(given);
#ifdef HEADRACE_BINARY_DIR
  return HEADRACE_BINARY_DIR "/headrace";
#else
  return "";
#endif
}

inline bool has_program() {
  if (::access(program().c_str(), X_OK) == 0) return true;
  MESSAGE("there is no program to run: set HEADRACE_BIN");
  return false;
}

inline int run_shell(const std::string& line) {
  const int status = std::system(line.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace headrace::docs_test
