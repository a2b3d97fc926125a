#include "core/run/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>

namespace headrace {

namespace {

// ---- JSON ----------------------------------------------------------------------------------------------------------------

struct Count {
  std::string_view name;
  std::uint64_t value;
};

void write_members(JsonWriter& writer, std::initializer_list<Count> counts) {
  for (const Count& count : counts) {
    writer.member(count.name);
    writer.unsigned_integer(count.value);
  }
}

void write_counts(JsonWriter& writer, const std::map<std::string, std::uint64_t>& counts) {
  writer.begin_object();
  for (const auto& [name, count] : counts) write_members(writer, {{name, count}});
  writer.end_object();
}

void write_ledger(JsonWriter& writer, const Ledger& ledger) {
  writer.member("records");
  writer.begin_object();
  write_members(writer, {{"admitted", ledger.admitted},
                         {"children", ledger.children},
                         {"done", ledger.done},
                         {"dropped", ledger.dropped},
                         {"failed", ledger.failed},
                         {"cancelled", ledger.cancelled}});
  writer.end_object();
  writer.member("dropped");
  write_counts(writer, ledger.dropped_by_reason);
  writer.member("failed");
  writer.begin_object();
  for (const auto& [node, kinds] : ledger.failed_by_node) {
    writer.member(node);
    write_counts(writer, kinds);
  }
  writer.end_object();
}

void write_key(JsonWriter& writer, const KeyStatistics& key) {
  writer.member(key.key);
  writer.begin_object();
  write_members(writer, {{"calls", key.calls},
                         {"errors", key.errors},
                         {"skipped", key.skipped},
                         {"dropped", key.dropped},
                         {"total_ns", key.total_ns},
                         {"p50_ns", key.p50_ns},
                         {"p99_ns", key.p99_ns},
                         {"max_ns", key.max_ns},
                         {"fallbacks", key.fallbacks},
                         {"cache_hits", key.cache_hits},
                         {"cache_misses", key.cache_misses},
                         {"refused", key.refused},
                         {"opened", key.opened}});
  writer.end_object();
}

// ---- text ----------------------------------------------------------------------------------------------------------------

// Messages may quote what a hostile server sent; a terminal must not obey it, and one entry stays one line.
std::string printable(std::string_view text) {
  constexpr std::size_t longest = 400;
  std::string out;
  for (const char c : text.substr(0, longest)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return text.size() > longest ? out + "..." : out;
}

// Three significant digits: 850 ns, 1.25 us, 12.5 ms, 123 s.
std::string scaled(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f %s", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value, unit);
  return text;
}

std::string readable_ns(std::uint64_t ns) {
  const auto value = static_cast<double>(ns);
  if (ns < 1000) return std::to_string(ns) + " ns";
  if (value < 999.5e3) return scaled(value / 1e3, "us");
  if (value < 999.5e6) return scaled(value / 1e6, "ms");
  if (value < 600e9) return scaled(value / 1e9, "s");
  const std::uint64_t minutes = ns / 60'000'000'000;
  return minutes < 600 ? std::to_string(minutes) + " min" : std::to_string(minutes / 60) + " h";
}

std::string readable_bytes(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < 1024) return std::to_string(bytes) + " B";
  if (value < 999.5 * 1024) return scaled(value / 1024, "KiB");
  if (value < 999.5 * 1048576) return scaled(value / 1048576, "MiB");
  return scaled(value / 1073741824, "GiB");
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

constexpr std::size_t columns = 9;
using Row = std::array<std::string, columns>;

Row row_of(const KeyStatistics& key, std::uint64_t total_ns) {
  const auto time = [&](std::uint64_t ns) { return key.calls == 0 ? std::string("-") : readable_ns(ns); };
  return {key.key,
          std::to_string(key.calls),
          std::to_string(key.dropped),
          std::to_string(key.errors),
          std::to_string(key.skipped),
          time(key.p50_ns),
          time(key.p99_ns),
          time(key.total_ns),
          key.calls == 0 ? "-" : percent(key.total_ns, total_ns)};
}

// The first column is text and stands left; numbers stand right.
std::string format_rows(std::span<const Row> rows) {
  std::array<std::size_t, columns> width{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < columns; ++i) width[i] = std::max(width[i], row[i].size());
  std::string out;
  for (const Row& row : rows) {
    out += row[0] + std::string(width[0] - row[0].size(), ' ');
    for (std::size_t i = 1; i < columns; ++i) out += std::string(2 + width[i] - row[i].size(), ' ') + row[i];
    out += '\n';
  }
  return out;
}

std::string format_keys(const std::vector<KeyStatistics>& keys) {
  if (keys.empty()) return "";
  std::uint64_t total_ns = 0;
  for (const KeyStatistics& key : keys) total_ns += key.total_ns;
  std::vector<Row> rows{{"key", "calls", "dropped", "failed", "skipped", "p50", "p99", "total", "share"}};
  for (const KeyStatistics& key : keys) rows.push_back(row_of(key, total_ns));
  return format_rows(rows) + "\n";
}

// What the decorators of a key did in its stead; only what happened.
std::string format_around(const std::vector<KeyStatistics>& keys) {
  std::string out;
  for (const KeyStatistics& key : keys) {
    std::string line;
    const auto add = [&](std::uint64_t count, const char* what) {
      if (count) line += (line.empty() ? "" : ", ") + std::to_string(count) + what;
    };
    add(key.fallbacks, " answered by its fallback");
    add(key.cache_hits, " found in its cache");
    add(key.cache_misses, " not found in its cache");
    add(key.refused, " refused by its breaker");
    add(key.opened, " times opened");
    if (!line.empty()) out += key.key + ": " + line + "\n";
  }
  return out;
}

std::string format_counts(const std::map<std::string, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [what, count] : counts) out += (out.empty() ? "" : ", ") + printable(what) + " " + std::to_string(count);
  return out;
}

std::string format_ledger(const Ledger& ledger) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string out = "records: " + number(ledger.admitted) + " admitted";
  if (ledger.children) out += " (" + number(ledger.children) + " of them children)";
  out += " = " + number(ledger.done) + " done + " + number(ledger.dropped) + " dropped + " + number(ledger.failed) + " failed + " +
         number(ledger.cancelled) + " cancelled\n";
  if (!ledger.dropped_by_reason.empty()) out += "  dropped: " + format_counts(ledger.dropped_by_reason) + "\n";
  for (const auto& [node, kinds] : ledger.failed_by_node) out += "  failed in " + node + ": " + format_counts(kinds) + "\n";
  return out;
}

std::string format_troubles(const RunReport& report) {
  constexpr std::size_t shown = 10;  // the rest would push the ledger off the screen
  std::string out;
  for (const Trouble& each : std::span(report.troubles).first(std::min(shown, report.troubles.size())))
    out += "trouble: " + each.source + ": " + printable(each.subject) + ": " + each.kind + ": " + printable(each.message) + "\n";
  const std::uint64_t count = std::max<std::uint64_t>(report.trouble_count, report.troubles.size());
  if (count > shown) out += "trouble: and " + std::to_string(count - std::min(shown, report.troubles.size())) + " more\n";
  for (const auto& [source, kinds] : report.troubles_by_source) out += "  troubles of " + source + ": " + format_counts(kinds) + "\n";
  return out;
}

std::string format_end(const RunReport& report) {
  std::string out;
  if (report.end == RunEnd::stopped) out += "stopped by a signal\n";
  if (report.end == RunEnd::aborted) {
    out += "cut off by a second signal; at work were:";
    for (const std::string& each : report.cut) out += " " + each;
    out += report.cut.empty() ? " nothing\n" : "\n";
  }
  if (!report.message.empty()) out += printable(report.message) + "\n";
  if (report.unsettled) out += std::to_string(report.unsettled) + " records have not settled: they will come again\n";
  return out;
}

}  // namespace

void write_json(JsonWriter& writer, const RunReport& report) {
  writer.begin_object();
  write_ledger(writer, report.ledger);
  writer.member("nodes");
  writer.begin_object();
  for (const KeyStatistics& key : report.keys) write_key(writer, key);
  writer.end_object();
  if (!report.troubles_by_source.empty()) {
    writer.member("troubles");
    writer.begin_object();
    for (const auto& [source, kinds] : report.troubles_by_source) {
      writer.member(source);
      write_counts(writer, kinds);
    }
    writer.end_object();
  }
  write_members(writer, {{"wall_ns", report.wall_ns}, {"cpu_ns", report.cpu_ns}, {"peak_rss_bytes", report.peak_rss_bytes}});
  writer.end_object();
}

std::string format_report(const RunReport& report) {
  std::string out = format_keys(report.keys) + format_around(report.keys) + format_ledger(report.ledger) + format_troubles(report);
  for (const std::string& note : report.notes) out += "note: " + note + "\n";
  for (const std::string& word : report.last_words) out += printable(word) + "\n";
  out += format_end(report);
  return out + "time " + readable_ns(report.wall_ns) + ", processor " + readable_ns(report.cpu_ns) + ", memory " +
         readable_bytes(report.peak_rss_bytes) + "\n";
}

}  // namespace headrace
