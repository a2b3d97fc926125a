#include "core/run/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <ostream>

#include "core/run/clock.hpp"
#include "core/value/json.hpp"

namespace headrace {

namespace {

constexpr std::uint64_t kLinesPerWindow = 10;
constexpr Duration kWindow = std::chrono::minutes(1);
constexpr std::size_t kLongestValue = 1024;

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7F; }

bool needs_quotes(std::string_view value) {
  return value.empty() || std::any_of(value.begin(), value.end(), [](unsigned char c) {
           return is_control(c) || c >= 0x80 || c == ' ' || c == '=' || c == '"' || c == '\\';
         });
}

void append_hex(std::string& line, unsigned char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  line += {'\\', 'x', kDigits[c >> 4], kDigits[c & 15]};
}

// Nothing that a hostile page says may end the line or steer a terminal: C0 and C1 controls and stray bytes are escaped.
void append_quoted(std::string& line, std::string_view value) {
  const bool utf8 = is_utf8(value);
  line += '"';
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    const bool c1 = c == 0xC2 && i + 1 < value.size() && static_cast<unsigned char>(value[i + 1]) < 0xA0;
    if (c == '\n') line += "\\n";
    else if (c == '"' || c == '\\') line += {'\\', value[i]};
    else if (is_control(c) || (c >= 0x80 && !utf8)) append_hex(line, c);
    else if (c1) append_hex(line, static_cast<unsigned char>(value[++i]));
    else line += value[i];
  }
  line += '"';
}

std::string_view cut(std::string_view value) {
  if (value.size() <= kLongestValue) return value;
  std::size_t end = kLongestValue;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return value.substr(0, end);
}

void append_field(std::string& line, std::string_view name, std::string_view value) {
  const std::string_view kept = cut(value);
  line.append(" ").append(name).append("=");
  if (needs_quotes(kept)) append_quoted(line, kept);
  else line += kept;
  if (kept.size() < value.size()) append_field(line, std::string(name) + "_bytes", std::to_string(value.size()));
}

// Counts lines by (component, kind) in windows that begin with their first line.
class RateLimit {
 public:
  struct Verdict {
    bool pass;
    std::uint64_t suppressed;  // held back since the last line that passed
  };
  Verdict count(std::string_view component, std::string_view kind, Duration now) {
    Window& window = window_of(component, kind);
    if (now - window.begin >= kWindow) window = {now, 0, window.suppressed};
    if (window.lines == kLinesPerWindow) return ++window.suppressed, Verdict{false, 0};
    ++window.lines;
    return {true, std::exchange(window.suppressed, 0)};
  }
  template <class Visit> void for_each_suppressed(Visit visit) const {
    for (const auto& [name, window] : windows_)
      if (window.suppressed > 0) visit(name.first, name.second, window.suppressed);
  }

 private:
  struct Window {
    Duration begin;
    std::uint64_t lines, suppressed;
  };
  Window& window_of(std::string_view component, std::string_view kind) {
    const auto found = windows_.find(std::pair(component, kind));
    if (found != windows_.end()) return found->second;
    return windows_.emplace(std::pair(std::string(component), std::string(kind)), Window{-kWindow, 0, 0}).first->second;
  }
  struct ByName {
    using is_transparent = void;
    template <class A, class B> bool operator()(const A& a, const B& b) const {
      return std::pair<std::string_view, std::string_view>(a) < std::pair<std::string_view, std::string_view>(b);
    }
  };
  std::map<std::pair<std::string, std::string>, Window, ByName> windows_;
};

class SpdLog final : public Log {
 public:
  SpdLog(spdlog::sink_ptr sink, LogLevel least, std::shared_ptr<const Clock> clock)
      : clock_(std::move(clock)), logger_("headrace", std::move(sink)) {
    logger_.set_formatter(
        std::make_unique<spdlog::pattern_formatter>("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc));
    logger_.set_level(spdlog_level(least));
    logger_.flush_on(spdlog::level::debug);
    logger_.set_error_handler([](const std::string&) {});  // a log that cannot write must not write about it
  }
  ~SpdLog() override {
    limit_.for_each_suppressed(
        [&](const auto& component, const auto& kind, std::uint64_t count) { write(LogLevel::warning, component, kind, {}, count); });
  }

  void event(LogLevel level, std::string_view component, std::string_view kind, std::initializer_list<LogField> fields) override {
    if (!logger_.should_log(spdlog_level(level))) return;
    const std::lock_guard lock(mutex_);  // until it is written: lines appear in the order of their counts
    const RateLimit::Verdict verdict = limit_.count(component, kind, clock_->elapsed());
    if (verdict.pass) write(level, component, kind, fields, verdict.suppressed);
  }

 private:
  void write(LogLevel level, std::string_view component, std::string_view kind, std::initializer_list<LogField> fields,
             std::uint64_t suppressed) {
    std::string line = "component=";
    line.append(component).append(" kind=").append(kind);
    for (const LogField& field : fields) append_field(line, field.name, field.value);
    if (suppressed > 0) append_field(line, "suppressed", std::to_string(suppressed));
    logger_.log(spdlog::log_clock::time_point(clock_->now().at.time_since_epoch()), spdlog::source_loc{}, spdlog_level(level), line);
  }

  const std::shared_ptr<const Clock> clock_;
  std::mutex mutex_;
  RateLimit limit_;
  spdlog::logger logger_;
};

class SilentLog final : public Log {
  void event(LogLevel, std::string_view, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace

Log& silent_log() {
  static SilentLog log;
  return log;
}

std::unique_ptr<Log> make_stderr_log(LogLevel least) {
  std::shared_ptr<const Clock> clock = make_real_clock();
  return std::make_unique<SpdLog>(std::make_shared<spdlog::sinks::stderr_sink_mt>(), least, std::move(clock));
}

std::unique_ptr<Log> make_stream_log(std::ostream& out, LogLevel least, const Clock& clock) {
  return std::make_unique<SpdLog>(std::make_shared<spdlog::sinks::ostream_sink_mt>(out), least,
                                  std::shared_ptr<const Clock>(std::shared_ptr<void>(), &clock));
}

}  // namespace headrace
