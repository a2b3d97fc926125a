// Dead letters, read back: a line becomes a seed that runs the keys that failed or were skipped, and no other, unless the
// pipeline has changed since.
#pragma once
#include <set>

#include "core/run/seeding.hpp"

namespace headrace::cli {

// A line that cannot be replayed; the message says why.
struct BadLetter : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Letter {
  Seed seed;
  std::set<std::string> stale;  // keys that run again because the pipeline has changed above or at them
  std::set<std::string> kept;   // keys whose recorded value is used although they have changed: what they need was not recorded
};

Letter read_letter(const Plan& plan, const std::string& line);  // throws BadLetter

}  // namespace headrace::cli
