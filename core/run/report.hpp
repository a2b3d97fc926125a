// What a run did: the ledger and the statistics of each key. Times in nanoseconds.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/value/json.hpp"

namespace headrace {

struct Ledger {
  std::uint64_t admitted = 0, children = 0, done = 0, dropped = 0, failed = 0,
                cancelled = 0;  // admitted = done + dropped + failed + cancelled
  std::map<std::string, std::uint64_t> dropped_by_reason;
  std::map<std::string, std::map<std::string, std::uint64_t>> failed_by_node;  // node, kind
};

struct KeyStatistics {
  std::string key;
  std::uint64_t calls = 0, errors = 0, skipped = 0, dropped = 0;
  std::uint64_t total_ns = 0, p50_ns = 0, p99_ns = 0, max_ns = 0;
  std::uint64_t bytes = 0;      // of the values that it made
  std::uint64_t fallbacks = 0;  // values that its fallback gave
  std::uint64_t cache_hits = 0, cache_misses = 0;
  std::uint64_t refused = 0, opened = 0;  // by its breaker: calls not made, and how often it opened
  std::map<std::string, std::uint64_t> errors_by_kind;
};

struct Trouble {  // what belongs to no record
  std::string source, subject, kind, message;
};

enum class RunEnd { finished, stopped, aborted, sink_failed, source_failed };

struct RunReport {
  RunEnd end = RunEnd::finished;
  std::string message;           // of a failed sink or source: which, why, how many records will come again
  std::vector<std::string> cut;  // of an abort: the keys that were at work, with counts
  Ledger ledger;
  std::vector<KeyStatistics> keys;  // in the order of the plan
  std::vector<Trouble> troubles;    // the first hundred
  std::uint64_t trouble_count = 0;
  std::map<std::string, std::map<std::string, std::uint64_t>> troubles_by_source;  // all of them, by kind
  std::vector<std::string> notes;       // said once at start: a changed pipeline, state that nothing uses any more
  std::vector<std::string> last_words;  // of sinks, each with its key: where the result is
  std::uint64_t unsettled = 0;          // records that will come again
  std::uint64_t wall_ns = 0, cpu_ns = 0, peak_rss_bytes = 0;
};

struct Progress {
  std::uint64_t admitted = 0, retired = 0, failed = 0, active = 0, parked = 0;
};

void write_json(JsonWriter& writer, const RunReport& report);  // the shape of INTERFACES: "The run's last word"
std::string format_report(const RunReport& report);            // the table of keys and the ledger, for people

}  // namespace headrace
