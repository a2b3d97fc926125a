// SIGINT and SIGTERM while a run is on: the first lets it end in order, the second cuts it off. What happens is said on
// standard error. One guard at a time; signal handlers belong to the process.
#pragma once

namespace headrace {
class Run;
}

namespace headrace::cli {

class SignalGuard {
 public:
  SignalGuard(Run* run, bool live);  // null: does nothing; `live`: standard error is a terminal, with a screen to be erased
  ~SignalGuard();                    // what was there before is there again
  SignalGuard(const SignalGuard&) = delete;

 private:
  bool active_;
};

}  // namespace headrace::cli
