// The lines of `headrace call`: objects become records of a one-step plan, what they give becomes answers in the same order.
#pragma once
#include <atomic>
#include <mutex>
#include <set>

#include "core/cli/cli.hpp"
#include "core/run/capture.hpp"

namespace headrace::cli {

class CallLines {
 public:
  CallLines(const Plan& plan, const Console& console) : plan_(&plan), console_(&console) {}
  void feed(Feeder& feeder);  // reads until the input ends
  void answer(const CapturedRecord& record);
  bool broken() const { return broken_; }  // standard output takes no more

 private:
  Seed seed_of(const std::string& line);  // a bad line becomes a record that fails at once
  Seed failing(std::string kind, std::string message) const;
  void warn_of_unknown(std::string_view member);
  void wait_begins();

  const Plan* plan_;
  const Console* console_;
  std::mutex output_;
  std::set<std::string, std::less<>> unknown_;
  std::atomic<bool> waiting_{false}, broken_{false};
};

}  // namespace headrace::cli
