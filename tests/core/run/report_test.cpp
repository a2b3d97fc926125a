// The last word of a run is an interface: people read the table, scripts read the JSON.
#include "core/run/report.hpp"

#include <doctest/doctest.h>

using namespace headrace;

namespace {

RunReport sample() {
  RunReport report;
  Ledger& ledger = report.ledger;
  ledger.admitted = 20, ledger.children = 4, ledger.done = 16, ledger.dropped = 2, ledger.failed = 2;
  ledger.dropped_by_reason = {{"missing:article.title", 1}, {"seen", 1}};
  ledger.failed_by_node = {{"page", {{"http_status", 1}, {"timeout", 1}}}};
  KeyStatistics canonical, page, topics;
  canonical.key = "canonical", canonical.calls = 20;
  canonical.total_ns = 24'600, canonical.p50_ns = 1'230, canonical.p99_ns = 3'400, canonical.max_ns = 4'000;
  page.key = "page", page.calls = 18, page.errors = 2, page.dropped = 2;
  page.total_ns = 3'725'000'000, page.p50_ns = 120'400'000, page.p99_ns = 999'600'000, page.max_ns = 1'000'000'000;
  topics.key = "topics", topics.skipped = 20;
  report.keys = {canonical, page, topics};
  report.wall_ns = 61'000'000'000;
  report.cpu_ns = 999;
  report.peak_rss_bytes = 45u << 20;
  return report;
}

}  // namespace

TEST_CASE("The table and the ledger of a run") {
  CHECK(format_report(sample()) == R"(key        calls  dropped  failed  skipped      p50      p99    total   share
canonical     20        0       0        0  1.23 us  3.40 us  24.6 us    0.0%
page          18        2       2        0   120 ms   1.00 s   3.73 s  100.0%
topics         0        0       0       20        -        -        -       -

records: 20 admitted (4 of them children) = 16 done + 2 dropped + 2 failed + 0 cancelled
  dropped: missing:article.title 1, seen 1
  failed in page: http_status 1, timeout 1
time 61.0 s, processor 999 ns, memory 45.0 MiB
)");
}

TEST_CASE("Notes, troubles and an end that was not the pipeline's own") {
  RunReport report;
  report.end = RunEnd::aborted;
  report.cut = {"page (3)", "topics (1)"};
  report.troubles = {{"entry", "https://a.example/feed", "timeout", "no answer\x1b[2J in\n10s"}};
  report.trouble_count = 12;
  report.troubles_by_source = {{"entry", {{"http_status", 5}, {"timeout", 7}}}};
  report.notes = {"the pipeline has changed since the state was written"};
  report.unsettled = 4;
  CHECK(format_report(report) == R"(records: 0 admitted = 0 done + 0 dropped + 0 failed + 0 cancelled
trouble: entry: https://a.example/feed: timeout: no answer [2J in 10s
trouble: and 11 more
  troubles of entry: http_status 5, timeout 7
note: the pipeline has changed since the state was written
cut off by a second signal; at work were: page (3) topics (1)
4 records have not settled: they will come again
time 0 ns, processor 0 ns, memory 0 B
)");
  report.end = RunEnd::sink_failed;
  report.message = "sink 'documents' cannot write: No space left on device";
  CHECK(format_report(report).find("\nsink 'documents' cannot write: No space left on device\n") != std::string::npos);
}

TEST_CASE("The statistics file has the members that scripts rely on") {
  RunReport report = sample();
  report.keys.resize(1);
  JsonWriter writer;
  write_json(writer, report);
  CHECK(writer.text() ==
        R"({"records":{"admitted":20,"children":4,"done":16,"dropped":2,"failed":2,"cancelled":0},)"
        R"("dropped":{"missing:article.title":1,"seen":1},"failed":{"page":{"http_status":1,"timeout":1}},)"
        R"("nodes":{"canonical":{"calls":20,"errors":0,"skipped":0,"dropped":0,"total_ns":24600,"p50_ns":1230,"p99_ns":3400,"max_ns":4000,)"
        R"("fallbacks":0,"cache_hits":0,"cache_misses":0,"refused":0,"opened":0}},)"
        R"("wall_ns":61000000000,"cpu_ns":999,"peak_rss_bytes":47185920})");
}

TEST_CASE("An empty run is valid JSON too") {
  JsonWriter writer;
  write_json(writer, RunReport{});
  CHECK_NOTHROW(JsonDocument{writer.text()});
}
