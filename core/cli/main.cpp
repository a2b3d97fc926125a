#include <unistd.h>

#include <csignal>
#include <iostream>

#include "core/cli/cli.hpp"

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN);     // a closed pipe is an error of the write, not the end of the process
  std::ios::sync_with_stdio(false);  // only then do the streams know how much input waits
  std::cin.tie(nullptr);             // else each read would write what is buffered for standard output
  return headrace::cli::run_command({arguments + 1, arguments + count},
                                    {std::cin, std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1, true, ::isatty(STDOUT_FILENO) == 1});
}
