// What the engine, IO and resources have to say while they run. Nodes do not log: they return errors, drop reasons, counters.
//
//   log.event(LogLevel::warning, "http", "tls_failed", {{"host", host}, {"cause", cause}});
//   // time=2026-03-01T12:00:00.000Z level=warning component=http kind=tls_failed host=a.example cause="no peer certificate"
//
// One line an event, key=value, at most ten lines a minute for each (component, kind); what was held back is counted as
// suppressed=N in the next line that passes, or in one of its own when the log closes. Component and kind are words of the
// program, never input. Values may be anything: they are quoted, escaped and cut. Any thread may call.
#pragma once
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace headrace {

class Clock;

enum class LogLevel { debug, info, warning, error };

struct LogField {
  std::string_view name;
  std::string value;
};

class Log {
 public:
  virtual ~Log() = default;
  virtual void event(LogLevel level, std::string_view component, std::string_view kind, std::initializer_list<LogField> fields = {}) = 0;
};

Log& silent_log();                                     // swallows everything
std::unique_ptr<Log> make_stderr_log(LogLevel least);  // to standard error, timed by a real clock of its own
// The same to a stream and by a clock, both of which outlive the log.
std::unique_ptr<Log> make_stream_log(std::ostream& out, LogLevel least, const Clock& clock);

}  // namespace headrace
