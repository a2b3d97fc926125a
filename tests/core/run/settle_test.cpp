// Retired is not settled: twins, positions, and records that end early are all accounted for.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/testing/mocks.hpp"
#include "nodes/keys.hpp"
#include "tests/core/run/scripted.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace headrace::testing;
using namespace std::chrono_literals;

namespace {

// Every record is the same document; `slow` does what the test says.
const char* const kTwins = R"(
sources: {item: sc_source}
graph:
  name: {node: sc_text, in: {sc_x: item}}
  slow: {node: sc_later, in: {sc_x: item}, after: [name]}
sinks: {out: {node: sc_sink, in: {sc_x: slow}}}
identity: name
)";

struct Answers {
  static void after_an_hour(const Call& it, const Reply<double>& reply, bool good) {
    reply.park();
    it.clock.after(1h, [reply, good, x = it.x] { reply.ready([=] { good ? reply(x) : reply.fail({"unavailable", "gone", false, {}}); }); });
  }
};

std::shared_ptr<Store> memory_store() { return make_memory_store(); }

RunReport run_on(const Plan& plan, const Lane& lane, const std::shared_ptr<Store>& store) {
  RunOptions options = options_of(lane);
  options.store = store;
  return Run(plan, std::move(options)).run();
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) out.push_back(line);
  return out;
}

// Entries through pipelines/news.yaml, whose pages are made up from their address.
class News {
 public:
  News() { std::filesystem::remove_all(out_); }
  ~News() { std::filesystem::remove_all(out_); }

  RunReport run(const std::vector<Entry>& entries, const Lane& lane) {
    CompileOptions options;
    options.params = {{"feeds", config_scalar("none.opml")}, {"out", config_scalar(out_.string())}};
    options.replace.push_back(mock("entry", mock_callable([entries](Emit<Entry> emit) {
                                     for (const Entry& each : entries) emit(each);
                                   })));
    options.replace.push_back(mock("page", mock_callable([](In<"canonical"> canonical) {
                                     Page page;
                                     page.url = canonical->url;
                                     page.body = Bytes{"<html><body><p>" + std::string(20, 'x') +
                                                       " The ferry sails at noon, and again at dusk.</p></body></html>"};
                                     return page;
                                   })));
    options.replace.push_back(mock("store", mock_resource<Store>(memory_store())));
    const Compiled compiled = compile_file(HEADRACE_SOURCE_DIR "/pipelines/news.yaml", options);
    for (const auto& each : compiled.diagnostics) INFO(format_diagnostic(each));
    REQUIRE(compiled.plan);
    return Run(*compiled.plan, options_of(lane)).run();
  }
  std::vector<std::string> documents() const { return lines_of(out_ / "documents.jsonl"); }

 private:
  const std::filesystem::path out_ = std::filesystem::temp_directory_path() / ("headrace-settle-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "a twin is dropped at once as a duplicate, and settles only with its first") {
  Script script;
  int calls = 0;
  bool settled_before = true, settled_after = false;
  script.text = [](const Call&) { return "the same document"; };
  script.later = [&](const Call& it, const Reply<double>& reply) {
    ++calls;
    Answers::after_an_hour(it, reply, true);
  };
  script.source = [&](const Emit<double>& emit) {
    emit(1, {"first", "a"});
    emit.sleep(1min);
    emit(2, {"twin", "b"});
    emit(3, {"twin", "c"});
    emit.sleep(30min);
    settled_before = emit.all_settled("twin") || emit.last("twin");
    emit.sleep(2h);
    settled_after = emit.all_settled("twin") && emit.last("twin") == "c" && emit.last("first") == "a";
  };
  const auto plan = plan_of(kTwins);
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    calls = 0;
    const RunReport report = run_sources(*plan, lane);
    check_finished(report);
    CHECK(report.ledger.done == 1);
    CHECK(report.ledger.dropped_by_reason == std::map<std::string, std::uint64_t>{{"duplicate", 2}});
    CHECK(calls == 1);
    CHECK_FALSE(settled_before);
    CHECK(settled_after);
  }
}

TEST_CASE_FIXTURE(HangGuard, "twins whose first one fails settle with it, and a later one gets a chance of its own") {
  Script script;
  Numbers written;
  bool settled_before = true, settled_after = false;
  script.text = [](const Call&) { return "the same document"; };
  script.later = [](const Call& it, const Reply<double>& reply) { Answers::after_an_hour(it, reply, it.x != 1); };
  script.write = [&](std::string_view, double x) { written.add(x); };
  script.source = [&](const Emit<double>& emit) {
    emit(1, {"first", "a"});
    emit.sleep(1min);
    emit(2, {"twin", "b"});
    emit.sleep(30min);
    settled_before = emit.all_settled("twin");
    emit.sleep(2h);
    settled_after = emit.all_settled("twin") && emit.all_settled("first");
    emit(3, {"again", "c"});
  };
  const auto plan = plan_of(kTwins);
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_sources(*plan, lane);
    check_finished(report);
    CHECK(report.ledger.failed == 1);
    CHECK(report.ledger.dropped == 1);
    CHECK(report.ledger.done == 1);
    CHECK(written.take() == std::vector<double>{3});
    CHECK_FALSE(settled_before);
    CHECK(settled_after);
  }
}

TEST_CASE_FIXTURE(HangGuard, "the validators of a feed are not kept before every entry of that answer has settled") {
  Script script;
  const auto plan = plan_of(R"(
sources: {item: sc_source}
graph: {slow: {node: sc_later, in: {sc_x: item}}}
sinks: {out: {node: sc_sink, in: {sc_x: slow}}}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const auto store = memory_store();
    Run* running = nullptr;
    std::optional<std::string> before, at_start = "unset";
    script.later = [](const Call& it, const Reply<double>& reply) {
      it.x == 0 ? Answers::after_an_hour(it, reply, true) : void(reply(it.x));
    };
    script.source = [&](const Emit<double>& emit) {
      for (const double x : {0, 1, 2}) emit(x, {"feed", x == 2 ? std::optional<std::string>("etag") : std::nullopt});
      emit.settled({"feed", "later etag"});  // the next answer had nothing new
      emit.sleep(30min);
      before = emit.last("feed");
      running->stop();
      emit.sleep(1h);
    };
    RunOptions options = options_of(lane);
    options.store = store;
    Run run(*plan, std::move(options));
    running = &run;
    const RunReport report = run.run();
    CHECK(report.end == RunEnd::stopped);
    CHECK(report.ledger.done == 2);
    CHECK(report.ledger.cancelled == 1);
    CHECK(report.unsettled == 1);
    CHECK_FALSE(before);
    CHECK_FALSE(store->get("headrace/position/item/feed"));

    script.later = [](const Call& it, const Reply<double>& reply) { reply(it.x); };
    script.source = [&](const Emit<double>& emit) {
      at_start = emit.last("feed");
      for (const double x : {0, 1, 2}) emit(x, {"feed", x == 2 ? std::optional<std::string>("etag") : std::nullopt});
    };
    check_finished(run_on(*plan, lane, store));
    CHECK_FALSE(at_start);
    CHECK(store->get("headrace/position/item/feed") == "etag");
  }
}

TEST_CASE_FIXTURE(HangGuard, "failed children are settled with their parent, once each") {
  Script script;
  script.each = [](const Call&) { return std::vector<double>{0, 1, 2, 3}; };
  script.maybe = [](const Call& it) -> Maybe<double> {
    if (it.x == 1) throw NodeError("unlucky", "the second one");
    if (it.x == 2) return Drop{"third"};
    return it.x;
  };
  bool settled = false;
  script.source = [&](const Emit<double>& emit) {
    for (int i = 0; i < 50; ++i) emit(i, {"p", std::to_string(i)});
    emit.sleep(1s);
    settled = emit.all_settled("p") && emit.last("p") == "49";
  };
  const auto plan = plan_of(R"(
sources: {item: sc_source}
graph:
  part: {node: sc_each, in: {sc_x: item}}
  kept: {node: sc_maybe, in: {sc_x: part}}
sinks: {out: {node: sc_sink, in: {sc_x: kept}, flush: {records: 9}}}
limits: {in_flight: 2}
)");
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    const RunReport report = run_sources(*plan, lane);
    check_finished(report);
    CHECK(report.ledger.admitted == 250);
    CHECK(report.ledger.done == 150);
    CHECK(report.ledger.failed == 50);
    CHECK(report.ledger.dropped_by_reason == std::map<std::string, std::uint64_t>{{"third", 50}});
    CHECK(settled);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a feed entry without a link and a page without a title are both accounted for") {
  Entry lost, plain;
  lost.title = "Correction: tide times for Wednesday";
  plain.link = "http://valley-post.localhost/ferry";
  plain.title = "Ferry times";
  for (const Lane& lane : lanes) {
    CAPTURE(name_of(lane));
    News news;
    const RunReport report = news.run({lost, plain}, lane);
    check_finished(report);
    CHECK(report.ledger.done == 1);
    CHECK(report.ledger.dropped_by_reason == std::map<std::string, std::uint64_t>{{"missing:entry.link", 1}});
    const auto documents = news.documents();
    REQUIRE(documents.size() == 1);
    CHECK(documents.front().find(R"("title":"Ferry times")") != std::string::npos);
  }
}
