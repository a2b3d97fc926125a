// Keeps what records held when they retired, as JSON: an observer for `eval`, `test` and `call`.
//
//   Capture capture(plan, {slot}, [&](CapturedRecord record) { ... });
//   options.observer = [&](const RetiredRecord& record) { capture.see(record); };
//
// A key below an expanding key gives a list: one element for each child that has it, in order. The run must be ordered.
#pragma once
#include <functional>

#include "core/run/run.hpp"

namespace headrace {

struct CapturedRecord {
  struct Slot {
    Status status = Status::empty;
    std::string json = "null";
  };
  Verdict verdict = Verdict::done;
  std::string reason, dropped_key;
  std::vector<KeyError> errors;     // of its children as well
  std::vector<KeyError> fallbacks;  // likewise: what a fallback answered for
  std::vector<Slot> slots;          // as asked for
};

class Capture {
 public:
  Capture(const Plan& plan, std::vector<int> slots, std::function<void(CapturedRecord)> done);
  void see(const RetiredRecord& record);  // children come before their parent

 private:
  void keep_own(const RetiredRecord& record);
  void keep_child(const RetiredRecord& record);

  const Plan* plan_;
  std::vector<int> slots_;
  std::function<void(CapturedRecord)> done_;
  std::vector<JsonWriter> lists_;  // by slot: of the children seen so far
  CapturedRecord now_;
};

}  // namespace headrace
