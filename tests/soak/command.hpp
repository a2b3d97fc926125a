// A run of the headrace command, in a process of its own; what it says goes to a file.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace headrace::soak {

class Command {
 public:
  Command(const std::string& program, const std::vector<std::string>& arguments, const std::string& log_path);
  ~Command();  // kills what still runs
  Command(const Command&) = delete;
  bool ended();
  int wait();  // exit code, or 128 and the signal
  void kill();
  void stop();  // as Ctrl-C does

 private:
  pid_t pid_ = -1;
  int status_ = -1;
};

}  // namespace headrace::soak
