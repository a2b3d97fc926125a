// Processes that are killed and started again: what is on disk afterwards is what a run that was never killed leaves.
#include <csignal>
#include <filesystem>
#include <random>

#include "tests/core/run/kill_support.hpp"

using namespace headrace::kill_test;

namespace {

// Everything that was there is in the output once, and nothing else is.
void check_output(const Place& place, const Press& press) {
  CHECK(column(place.folder, "documents.jsonl", "url") == each_once(press.good()));
  CHECK(column(place.folder, "archive.jsonl", "url") == each_once(press.good()));
  std::multiset<std::string> failed;
  for (const auto& line : lines(place.folder, "dead_letters.jsonl"))
    if (!line.at("document_id").empty()) failed.insert(line.at("document_id"));
  CHECK_MESSAGE(failed.size() == press.broken().size(), place.folder.read("dead_letters.jsonl"));
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

// The thread sanitizer keeps a signal back while the thread that it came to sleeps in a system call.
bool signals_come_late() {
#ifdef __SANITIZE_THREAD__
  MESSAGE("skipped: the thread sanitizer keeps signals back");
  return true;
#else
  return false;
#endif
}

// Kills a run in which some documents are written and one does not arrive: one late in its feed, so that those before it do not
// wait for it, whatever the order that feeds come in.
void kill_halfway(const Place& place, Press& press, int outlet, int event) {
  press.hold(outlet, event);
  Process process(place.folder, place.run());
  process.wait_until([&] { return place.folder.read("documents.jsonl").size() > 500; });
  process.signal(SIGKILL);
  CHECK(process.wait() == died_by_kill);
  press.release(outlet, event);
}

}  // namespace

TEST_CASE("killed at a named place and started again: every document once, and the same stories") {
  if (faulty_is_missing()) return;
  const Press& press = undisturbed().press;
  for (const std::string name :
       {"after_admission", "before_flush", "after_one_flush", "between_flush_and_settle", "while_checkpointing", "after_settle"})
    for (const int pass : {1, 4, 9}) {
      const std::string crash_at = name + ":" + std::to_string(pass);
      CAPTURE(crash_at);
      const Place place(press);
      const Outcome killed = command(place.folder, place.run(), crash_at);
      const bool too_few = killed.code == 0 && pass > 1;  // records settle in groups, so a quick run passes fewer times
      CHECK_MESSAGE((killed.code == died_by_kill || too_few), killed.err);
      check_finished(place);
    }
}

TEST_CASE("killed again and again at random moments of a run: every document once, and the same stories") {
  if (faulty_is_missing()) return;
  const Press& press = undisturbed().press;
  std::mt19937 random(20);
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    const Place place(press);
    for (int kill = 0; kill < 2; ++kill) {  // by its own hand, between two admissions
      const Outcome killed = command(place.folder, place.run(), "after_admission:" + std::to_string(1 + random() % 60));
      CHECK_MESSAGE(killed.code == died_by_kill, killed.err);
    }
    for (int kill = 0; kill < 2; ++kill) {  // from outside, when the output has grown by so much, whatever the run is doing then
      const auto size = [&] {
        return std::filesystem::file_size(place.folder.path("documents.jsonl")) +
               std::filesystem::file_size(place.folder.path("archive.jsonl"));
      };
      const auto reached = size() + random() % 4000;
      Process process(place.folder, place.run());
      process.wait_until([&] { return size() > reached; });
      process.signal(SIGKILL);
      const int code = process.wait();
      CHECK_MESSAGE((code == died_by_kill || code == 0), process.err());  // a late kill may find it done
    }
    check_finished(place);
  }
}

TEST_CASE("killed between a sink that flushes at once and one that flushes late: both have every document once") {
  if (faulty_is_missing()) return;
  const Press& press = undisturbed().press;
  for (const std::string crash_at : {"after_one_flush:1", "after_one_flush:2", "after_one_flush:7", "after_admission:50",
                                     "between_flush_and_settle:1", "while_checkpointing:1"}) {
    CAPTURE(crash_at);
    const Place place(press);
    const Outcome killed = command(place.folder, place.run({"late=1000"}), crash_at);
    CHECK_MESSAGE((killed.code == died_by_kill || crash_at == "after_one_flush:7"), killed.err);
    const Outcome again = command(place.folder, place.run({"late=1000"}));
    CHECK_MESSAGE(again.code == 0, again.err);
    check_output(place, press);
    CHECK(stories(place.folder) == undisturbed().stories);
  }
}

TEST_CASE("killed and started with another pipeline: it says so, and nothing is lost") {
  if (faulty_is_missing()) return;
  Press press;
  const Place place(press);
  kill_halfway(place, press, 1, 18);

  SUBCASE("another threshold") {
    const Outcome changed = command(place.folder, place.run({"threshold=0.9"}));
    CHECK(changed.code == 0);
    CHECK_MESSAGE(
        changed.err.find("the pipeline has changed since the run that left this state; changed: documents, story") != std::string::npos,
        changed.err);
  }
  SUBCASE("a key more, and a sink more") {
    std::string text = news_pipeline;
    text.insert(text.find("\nidentity:"), "\n  resolved:  {node: resolve_url, in: {link: entry.link, base: entry.base}}");
    text.insert(text.find("limits:"), "  resolved_links: {node: write_jsonl, path: \"${out}/resolved.jsonl\", keys: {url: resolved}}\n");
    place.folder.write("pipeline.yaml", text);
    const Outcome changed = command(place.folder, place.run());
    CHECK(changed.code == 0);
    CHECK_MESSAGE(changed.err.find("new: resolved") != std::string::npos, changed.err);
    CHECK(!lines(place.folder, "resolved.jsonl").empty());
  }
  SUBCASE("a sink with another file, which holds something already") {
    const std::string before = "{\"url\": \"kept\"}\n";
    place.folder.write("renamed.jsonl", before);
    std::string text = news_pipeline;
    text.replace(text.find("/documents.jsonl"), 16, "/renamed.jsonl");
    place.folder.write("pipeline.yaml", text);
    const Outcome changed = command(place.folder, place.run());
    CHECK(changed.code == 0);
    CHECK_MESSAGE(changed.err.find("'documents' writes to another file than in the run that left this state") != std::string::npos,
                  changed.err);
    CHECK(place.folder.read("renamed.jsonl").starts_with(before));
    auto urls = column(place.folder, "renamed.jsonl", "url");
    urls.erase("kept");
    for (const auto& url : column(place.folder, "documents.jsonl", "url"))
      if (!urls.contains(url)) urls.insert(url);  // had settled in the first file; what had not is in both
    CHECK(urls == each_once(press.good()));
    CHECK(column(place.folder, "archive.jsonl", "url") == each_once(press.good()));
    return;
  }
  SUBCASE("a stateful key under another name") {
    std::string text = news_pipeline;
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"  story:  ", "  group:  "}, {"story: story.story", "story: group.story"}})
      text.replace(text.find(from), from.size(), to);
    place.folder.write("pipeline.yaml", text);
    const Outcome changed = command(place.folder, place.run());
    CHECK(changed.code == 0);
    CHECK_MESSAGE(changed.err.find("there is state of 'story', which this pipeline does not use; it is kept") != std::string::npos,
                  changed.err);
  }
  check_output(place, press);
}

TEST_CASE("output that was cut or replaced meanwhile is refused, with what to do") {
  if (faulty_is_missing()) return;
  Press press(4);
  const Place place(press);
  const Outcome run = command(place.folder, place.run());
  REQUIRE_MESSAGE(run.code == 0, run.err);
  place.folder.write("documents.jsonl", "");
  const Outcome again = command(place.folder, place.run());
  CHECK(again.code == 78);
  CHECK_MESSAGE(again.err.find("documents.jsonl has 0 bytes") != std::string::npos, again.err);
  CHECK(again.err.find("bring it back, or remove the state and begin anew") != std::string::npos);
}

TEST_CASE("the validators of an answer are kept only when all its entries have settled") {
  if (faulty_is_missing()) return;
  Press press(8);
  const Place place(press);
  const auto conditions = [&] {
    std::multiset<std::string> out;
    for (int outlet = 0; outlet < 3; ++outlet)
      for (const auto& request : press.server.requests("/feed" + std::to_string(outlet)))
        if (const auto found = request.headers.find("if-none-match"); found != request.headers.end())
          out.insert(request.path + " " + found->second);
    return out;
  };
  kill_halfway(place, press, 0, 7);  // the last entry of its feed
  const Outcome again = command(place.folder, place.run());
  CHECK_MESSAGE(again.code == 0, again.err);
  CHECK(conditions().empty());
  check_output(place, press);

  const Outcome settled = command(place.folder, place.run());
  CHECK_MESSAGE(settled.code == 0, settled.err);
  CHECK(conditions() == std::multiset<std::string>{"/feed0 \"edition-1\"", "/feed1 \"edition-1\"", "/feed2 \"edition-1\""});
  check_output(place, press);
}

TEST_CASE("the first signal lets go of what waits, which comes again; nothing of it counts as failed") {
  if (faulty_is_missing() || signals_come_late()) return;
  const Press& press = undisturbed().press;
  std::string text = news_pipeline;
  text.replace(text.find("delay: 0s"), 9, "delay: \"${delay}\"");
  text.replace(text.find("late: 1"), 7, "late: 1, delay: 0s");
  text.replace(text.find(", ordered: true"), 15, "");  // one page comes at once, whichever is the first at its host
  const std::string one_feed = press.feeds().substr(0, press.feeds().find('\n') + 1);
  const Place place(one_feed, text);
  Process process(place.folder, place.run({"delay=10s"}));
  process.wait_until([&] { return !place.folder.read("documents.jsonl").empty() || !place.folder.read("dead_letters.jsonl").empty(); });
  process.signal(SIGINT);
  CHECK(process.wait() == 0);
  CHECK_MESSAGE(process.err().find("stopping: sources stop") != std::string::npos, process.err());
  CHECK(process.err().find(" failed + 0 cancelled") == std::string::npos);
  CHECK_MESSAGE(lines(place.folder, "documents.jsonl").size() + lines(place.folder, "dead_letters.jsonl").size() == 1,
                (place.folder.read("documents.jsonl") + place.folder.read("dead_letters.jsonl") + process.err()));

  const Outcome again = command(place.folder, place.run());
  CHECK(again.code == 0);
  CHECK_MESSAGE(again.err.find(" failed + 0 cancelled") != std::string::npos, again.err);
  std::set<std::string> expected;
  for (const auto& url : press.good())
    if (url.find("//outlet0.") != std::string::npos) expected.insert(url);
  CHECK(column(place.folder, "documents.jsonl", "url") == each_once(expected));
}

TEST_CASE("the second signal cuts off what is at work and names it; it comes again") {
  if (faulty_is_missing() || signals_come_late()) return;
  Press press;
  const Place place(press);
  press.hold(0, 19);
  Process process(place.folder, place.run());
  process.wait_until([&] { return place.folder.read("documents.jsonl").size() > 500; });
  press.wait_for(0, 19);
  process.signal(SIGINT);
  process.wait_until([&] { return process.err().find("stopping: sources stop") != std::string::npos; });
  process.signal(SIGINT);
  CHECK(process.wait() == 130);
  CHECK_MESSAGE(process.err().find("cut off by a second signal; at work were: page") != std::string::npos, process.err());
  press.release(0, 19);
  const Outcome again = command(place.folder, place.run());
  CHECK_MESSAGE(again.code == 0, again.err);
  // Each document once. Their order, and with it the stories, may be another: what was parked was passed by what was at work.
  check_output(place, press);
}
