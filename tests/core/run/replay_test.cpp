// Dead letters, replayed by the real command: exactly what failed and was skipped runs, and everything is written once.
#include <set>

#include "core/value/json.hpp"
#include "tests/core/run/kill_support.hpp"

using namespace headrace;
using namespace headrace::kill_test;

namespace {

// A run in which some pages failed, whose server is well again.
struct Healed {
  Press press;
  Place place{press};
  std::set<std::string> all;
  Healed() {
    const Outcome run = command(place.folder, place.run());
    REQUIRE_MESSAGE(run.code == 0, run.err);
    REQUIRE(lines(place.folder, "dead_letters.jsonl").size() == press.broken().size());
    all = press.good();
    all.insert(press.broken().begin(), press.broken().end());
    press.heal();
  }
  std::vector<std::string> replay() const {
    return place.arguments({"replay", place.folder.path("dead_letters.jsonl"), "--stats", place.folder.path("stats.json")});
  }
  std::int64_t calls(const std::string& key) const {
    const std::string text = place.folder.read("stats.json");
    const JsonDocument stats(text);
    const auto of_key = stats.root().member("nodes")->member(key);
    return of_key ? of_key->member("calls")->integer() : 0;
  }
  void check_each_written_once() const {
    CHECK(column(place.folder, "documents.jsonl", "url") == each_once(all));
    CHECK(column(place.folder, "archive.jsonl", "url") == each_once(all));
  }
};

}  // namespace

TEST_CASE("replay runs the keys that failed or were skipped, and no other") {
  if (faulty_is_missing()) return;
  const Healed healed;
  const Outcome replay = command(healed.place.folder, healed.replay());
  CHECK_MESSAGE(replay.code == 0, replay.err);
  const auto broken = static_cast<std::int64_t>(healed.press.broken().size());
  for (const char* key : {"canonical", "admitted"}) CHECK_MESSAGE(healed.calls(key) == 0, key);
  for (const char* key : {"page", "article", "story", "documents", "archive"}) CHECK_MESSAGE(healed.calls(key) == broken, key);
  healed.check_each_written_once();

  SUBCASE("a second replay writes nothing") {
    const Outcome second = command(healed.place.folder, healed.replay());
    CHECK(second.code == 0);
    CHECK_MESSAGE(
        second.err.find("0 dead letters replayed, " + std::to_string(broken) + " left out: their documents are done") != std::string::npos,
        second.err);
    CHECK(healed.calls("page") == 0);
  }
  SUBCASE("the pipeline knows the replayed documents when it meets them again") {
    const Place& place = healed.place;
    const std::string first_feed = healed.press.feeds().substr(0, healed.press.feeds().find('\n'));
    place.folder.write("feeds.txt", first_feed + "?under=another-name\n");  // the same entries, from a feed that is new to the pipeline
    const Outcome run = command(place.folder, place.run());
    CHECK_MESSAGE(run.code == 0, run.err);
    CHECK_MESSAGE(run.err.find(" admitted = 0 done") != std::string::npos, run.err);
  }
  healed.check_each_written_once();
}

TEST_CASE("what fails again in a replay has two letters then, and is written once all the same") {
  if (faulty_is_missing()) return;
  Healed healed;
  healed.press.server.answer("/0/story-6.html", {.status = 500});
  const Outcome first = command(healed.place.folder, healed.replay());
  CHECK_MESSAGE(first.code == 0, first.err);
  CHECK(lines(healed.place.folder, "dead_letters.jsonl").size() == healed.press.broken().size() + 1);
  healed.press.heal();
  const Outcome second = command(healed.place.folder, healed.replay());
  CHECK_MESSAGE(second.code == 0, second.err);
  CHECK_MESSAGE(second.err.find("1 dead letters replayed") != std::string::npos, second.err);
  healed.check_each_written_once();
}

TEST_CASE("a replay that is killed and run again writes every document once") {
  if (faulty_is_missing()) return;
  for (const std::string crash_at :
       {"after_admission:4", "before_flush:1", "between_flush_and_settle:1", "while_checkpointing:1", "after_settle:1"}) {
    CAPTURE(crash_at);
    const Healed healed;
    const Outcome killed = command(healed.place.folder, healed.replay(), crash_at);
    CHECK_MESSAGE(killed.code == died_by_kill, killed.err);
    const Outcome again = command(healed.place.folder, healed.replay());
    CHECK_MESSAGE(again.code == 0, again.err);
    healed.check_each_written_once();
  }
}
