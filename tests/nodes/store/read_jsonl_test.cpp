// A source that fills the declared inputs: what it takes from a line, what it says of a bad one, and where it goes on.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/run/run.hpp"
#include "nodes/keys.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using headrace::testing::HangGuard;

namespace {

struct File {
  std::string path = (std::filesystem::temp_directory_path() / ("headrace-read-jsonl-" + std::to_string(::getpid()))).string();
  explicit File(const std::string& text) { write(text); }
  ~File() { std::filesystem::remove(path); }
  void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
  void append(const std::string& text) const { std::ofstream(path, std::ios::binary | std::ios::app) << text; }
};

struct Seen {
  std::vector<std::string> ids;     // "-" when absent
  std::vector<std::string> titles;  // likewise
  std::vector<std::string> errors;  // of failed records
  RunReport report;
};

const std::string fields = "{document_id: id, article.title: title}";

std::string pipeline(const std::string& path, const std::string& more = "fields: " + fields) {
  return "inputs: [document_id, article]\nsources:\n  lines: {node: read_jsonl, path: '" + path + "'" + (more.empty() ? "" : ", " + more) +
         "}\ngraph:\n  terms: {node: cluster_stories, ordered: true}\n";
}

Compiled compiled(const std::string& yaml) { return compile_config(parse_config(yaml, "test.yaml")); }

Seen run(const std::string& yaml, std::shared_ptr<Store> store = nullptr) {
  const Compiled pipeline = compiled(yaml);
  REQUIRE_MESSAGE(pipeline.plan, (pipeline.diagnostics.empty() ? "" : format_diagnostic(pipeline.diagnostics.front())));
  const Plan& plan = *pipeline.plan;
  Seen seen;
  RunOptions options;
  options.executor = Executor::serial;
  options.ordered = options.keep_values = true;
  options.store = std::move(store);
  options.observer = [&](const RetiredRecord& record) {
    if (record.verdict() == Verdict::failed) {
      seen.errors.push_back(record.errors().front().failure.message);
      return;
    }
    const auto* id = static_cast<const std::string*>(record.value(plan.find_slot("document_id")));
    const auto* article = static_cast<const Article*>(record.value(plan.find_slot("article")));
    seen.ids.push_back(id ? *id : "-");
    seen.titles.push_back(article && article->title ? *article->title : "-");
  };
  seen.report = Run(plan, std::move(options)).run();
  return seen;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "read_jsonl: a line fills the inputs, by its fields or by their own names") {
  const File file(
      "{\"id\": \"a\", \"title\": \"Tide\"}\n\n{\"id\": \"b\", \"title\": null}\r\n{\"title\": \"Ebb\"}\n{\"id\": \"d\", \"title\": "
      "\"Last\"}");
  const Seen seen = run(pipeline(file.path));
  CHECK(seen.ids == Words{"a", "b", "-", "d"});
  CHECK(seen.titles == Words{"Tide", "-", "Ebb", "Last"});
  CHECK(seen.report.ledger.dropped_by_reason.at("missing:document_id") == 1);

  file.write("{\"document_id\": \"a\", \"article\": {\"title\": \"Tide\"}}\n");
  const Seen whole = run(pipeline(file.path, ""));
  CHECK(whole.ids == Words{"a"});
  CHECK(whole.titles == Words{"Tide"});
}

TEST_CASE_FIXTURE(HangGuard, "read_jsonl: a bad line fails alone, and says where it stands") {
  const File file("{\"id\": \"a\", \"title\": \"A\"}\n{\"id\": \n[1]\n{\"id\": 7}\n{\"id\": \"" + std::string(2000, 'x') +
                  "\"}\n{\"id\": \"b\", \"title\": \"B\"}\n");
  const Seen seen = run(pipeline(file.path, "max_line: 1KiB, fields: " + fields));
  CHECK(seen.ids == Words{"a", "b"});
  REQUIRE(seen.errors.size() == 4);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK_MESSAGE(seen.errors[i].starts_with(file.path + ":" + std::to_string(i + 2) + ": "), seen.errors[i]);
  CHECK(seen.errors[1].find("a map of members, not a list") != std::string::npos);
  CHECK(seen.errors[2].find("document_id") != std::string::npos);
  CHECK(seen.errors[3].find("longer than max_line") != std::string::npos);
  CHECK(seen.report.ledger.failed_by_node.at("source") == std::map<std::string, std::uint64_t>{{"bad_input", 3}, {"too_large", 1}});
}

TEST_CASE_FIXTURE(HangGuard, "read_jsonl: a restart goes on behind the last line that settled") {
  const File file("{\"id\": \"a\", \"title\": \"A\"}\n{\"id\": \"b\", \"title\": \"B\"}\n");
  const std::shared_ptr<Store> store = make_memory_store();
  CHECK(run(pipeline(file.path), store).ids == Words{"a", "b"});
  CHECK(run(pipeline(file.path), store).ids.empty());

  SUBCASE("a file that grew") {
    file.append("{\"id\": \"c\", \"title\": \"C\"}\n");
    CHECK(run(pipeline(file.path), store).ids == Words{"c"});
  }
  SUBCASE("half a line is read again when it is whole") {
    file.append("{\"id\": \"c\", ");
    CHECK(run(pipeline(file.path), store).errors.size() == 1);
    file.append("\"title\": \"C\"}\n");
    CHECK(run(pipeline(file.path), store).ids == Words{"c"});
  }
  SUBCASE("a line without its end is read once") {
    file.append("{\"id\": \"c\", \"title\": \"C\"}");
    CHECK(run(pipeline(file.path), store).ids == Words{"c"});
    file.append("\n{\"id\": \"d\", \"title\": \"D\"}\n");
    CHECK(run(pipeline(file.path), store).ids == Words{"d"});
  }
  SUBCASE("a shorter file in its place") {
    file.write("{\"id\": \"z\", \"title\": \"Z\"}\n");
    const Seen seen = run(pipeline(file.path), store);
    CHECK(seen.ids == Words{"z"});
    REQUIRE(seen.report.troubles.size() == 1);
    CHECK(seen.report.troubles.front().kind == "replaced");
  }
  SUBCASE("another file of the same length") {
    file.write("{\"id\": \"y\", \"title\": \"Y\"}\n{\"id\": \"z\", \"title\": \"Z\"}\n");
    const Seen seen = run(pipeline(file.path), store);
    CHECK(seen.ids == Words{"y", "z"});
    CHECK(seen.report.trouble_count == 1);
  }
}

TEST_CASE("read_jsonl: what it fills is checked before anything runs") {
  struct Row {
    std::string yaml, says;
  };
  const std::string graph = "graph: {story: cluster_stories}\n";
  const auto source = [&](const std::string& what) {
    return "sources:\n  lines: {node: read_jsonl, path: x.jsonl, fields: {" + what + "}}\n" + graph;
  };
  const std::string inputs = "inputs: [document_id, article]\n";
  for (const Row& row :
       {Row{inputs + source("artcle.title: title"), "'lines' needs key 'artcle', which nothing produces"},
        Row{inputs + source("article.titel: title"), "has no field 'titel'"},
        Row{inputs + source("story: id"), "'lines' fills 'story', which is not an input"},
        Row{inputs + source("article: a, article.title: t"), "the one holds the other"},
        Row{"sources: {lines: {node: read_jsonl, path: x.jsonl}}\ngraph: {topics: {node: label_topics, in: {article: lines}, model: m}}\n",
            "fills the inputs of its pipeline, and there are none"}}) {
    std::string all;
    for (const Diagnostic& each : compiled(row.yaml).diagnostics) all += format_diagnostic(each);
    CHECK_MESSAGE(all.find(row.says) != std::string::npos, row.yaml << "\n" << all);
  }
}

TEST_CASE("read_jsonl: a pipeline that it fills can be given its inputs by hand") {
  CompileOptions options;
  options.without_sources = true;
  const Compiled pipeline_without = compile_config(parse_config(pipeline("nowhere.jsonl"), "test.yaml"), options);
  REQUIRE(pipeline_without.plan);
  CHECK(pipeline_without.plan->sources.empty());
  CHECK(pipeline_without.plan->inputs.size() == 2);
}

TEST_CASE("read_jsonl: a file that is not there ends the start, at its place") {
  const Compiled pipeline_of_nothing = compiled(pipeline("/nowhere/at/all.jsonl"));
  REQUIRE(pipeline_of_nothing.plan);
  CHECK_THROWS_WITH_AS(Run(*pipeline_of_nothing.plan, {}).run(), doctest::Contains("cannot open /nowhere/at/all.jsonl"), StartError);
}
