// Processes that are killed and started again: what is on disk afterwards is what a run that was never killed leaves.
#include <csignal>
#include <filesystem>
#include <random>

#include "tests/core/run/kill_support.hpp"

using namespace headrace::kill_test;

namespace {

const char* const pipeline = R"(
name: killed
params: {feeds: !required "feed URLs", out: !required "a folder", threshold: 0.2, late: 1}
resources:
  http:  {node: http_client, delay: 0s, allow_private: true}
  store: {node: rocksdb, path: "${out}/state"}
sources:
  entry: {node: poll_feeds, feeds: "${feeds}", once: true}
graph:
  canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
  admitted:  {node: barrier, in: {identity: canonical.identity}}
  page:      {node: fetch, in: {url: canonical.url}, after: [admitted]}
  article:   extract_article
  story:     {node: cluster_stories, in: {document_id: canonical.document_id}, threshold: "${threshold}", ordered: true}
identity: canonical.document_id
sinks:
  documents:
    node: write_jsonl
    path: "${out}/documents.jsonl"
    keys: {document_id: canonical.document_id, url: canonical.url, title: article.title, story: story.story}
  archive:
    node: write_jsonl
    path: "${out}/archive.jsonl"
    keys: {document_id: canonical.document_id, url: canonical.url}
    flush: {records: "${late}", every: 10m}
limits: {in_flight: 8}
dead_letters: {path: "${out}/dead_letters.jsonl"}
)";

// A folder with the pipeline and the addresses of the feeds, in which runs leave their output.
class Place {
 public:
  explicit Place(const Press& press, const std::string& text = pipeline) {
    folder.write("pipeline.yaml", text);
    folder.write("feeds.txt", press.feeds());
  }
  std::vector<std::string> run(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> out{"run", folder.path("pipeline.yaml"), "--set", "feeds=" + folder.path("feeds.txt"), "--set", "out=" + folder.path()};
    for (const auto& each : more) out.insert(out.end(), {"--set", each});
    return out;
  }
  Folder folder;
};

std::multiset<std::string> each_once(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

// Everything that was there is in the output once, and nothing else is.
void check_output(const Place& place, const Press& press) {
  CHECK(column(place.folder, "documents.jsonl", "url") == each_once(press.good()));
  CHECK(column(place.folder, "archive.jsonl", "url") == each_once(press.good()));
  std::multiset<std::string> failed;
  for (const auto& line : lines(place.folder, "dead_letters.jsonl"))
    if (!line.at("document_id").empty()) failed.insert(line.at("document_id"));
  CHECK(failed.size() == press.broken().size());
  CHECK(std::set<std::string>(failed.begin(), failed.end()).size() == press.broken().size());
}

// What a run that nobody disturbs leaves.
struct Undisturbed {
  Press press;
  Place place{press};
  std::set<std::set<std::string>> stories;
  Undisturbed() {
    const Outcome outcome = command(place.folder, place.run());
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    check_output(place, press);
    stories = headrace::kill_test::stories(place.folder);
    CHECK(stories.size() > 10);
    CHECK(stories.size() < press.good().size() / 2 + 3);  // or there would be little to keep together
  }
};

Undisturbed& undisturbed() {
  static Undisturbed the;
  return the;
}

void check_finished(const Place& place) {
  const Outcome outcome = command(place.folder, place.run());
  CHECK_MESSAGE(outcome.code == 0, outcome.err);
  check_output(place, undisturbed().press);
  CHECK(stories(place.folder) == undisturbed().stories);
}

}  // namespace

TEST_CASE("killed at a named place and started again: every document once, and the same stories") {
  if (faulty_is_missing()) return;
  const Press& press = undisturbed().press;
  for (const std::string name : {"after_admission", "before_flush", "after_one_flush", "between_flush_and_settle", "while_checkpointing", "after_settle"})
    for (const int pass : {1, 4, 9}) {
      const std::string crash_at = name + ":" + std::to_string(pass);
      CAPTURE(crash_at);
      const Place place(press);
      const Outcome killed = command(place.folder, place.run(), crash_at);
      CHECK_MESSAGE(killed.code == died_by_kill, killed.err);
      check_finished(place);
    }
}
