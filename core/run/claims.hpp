// What records on their way have for themselves: the document that they are (`identity:`), and what their nodes claim by
// Mark::claim(). Who asks for what another record has yields to it: it drops, and settles only with that one, so that a
// document is never given up for a copy of itself that fails to come through a crash.
//
// Two records may each ask for what the other has. Then the one that yielded first has given up, and the other takes over: a
// document that goes by several names is never dropped by everybody.
//
// Any thread may claim.
#pragma once
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/run/record.hpp"

namespace headrace::run {

class Claims {
 public:
  // True when the name belongs to `record`, or to the record that it is a child of, from now on. Else record.yields_to is the
  // one that has it.
  bool claim(std::string name, Record& record);
  bool holds(std::uint64_t record) const;  // until release()
  void release(std::uint64_t record, const std::vector<std::string>& names);

 private:
  std::uint64_t in_charge(std::uint64_t holder) const;

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::uint64_t> holder_of_;  // name to record id
  std::unordered_set<std::uint64_t> holders_;
  std::unordered_map<std::uint64_t, std::uint64_t> yielded_;  // holders that have given up, and for whom
};

}  // namespace headrace::run
