// What the engine, IO and resources have to say while they run. Nodes do not log: they return errors, drop reasons, counters.
//
//   log.event(LogLevel::warning, "http", "tls_failed", {{"host", host}, {"cause", cause}});
//
// One line an event, key=value, at most `per_key` lines a minute for each (component, kind); what was held back is counted
// in the next line that passes. Any thread may call.
#pragma once
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace headrace {

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

Log& silent_log();                                        // swallows everything
std::unique_ptr<Log> make_stderr_log(LogLevel least);     // through spdlog, to standard error

}  // namespace headrace
