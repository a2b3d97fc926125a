// Which entries count as seen, whatever a feed does to their guids.
#include "nodes/poll/entry_names.hpp"

#include <doctest/doctest.h>

using namespace headrace;

namespace {

FeedEntry entry(std::optional<std::string> id, std::optional<std::string> link, std::optional<std::string> title,
                std::optional<std::string> date = {}) {
  FeedEntry out;
  out.id = std::move(id);
  out.link = std::move(link);
  out.title = std::move(title);
  if (date) out.published = parse_time(*date);
  return out;
}

// A feed of `count` entries, whose guids begin with `guid` and whose links begin with `site`.
std::vector<FeedEntry> edition(const std::string& guid, const std::string& site, int count, bool dated) {
  std::vector<FeedEntry> out;
  for (int i = 0; i < count; ++i) {
    const std::string name = std::to_string(10 + i);
    out.push_back(entry(guid + name, site + name, "Title " + name, dated ? std::optional("2026-03-" + name + "T08:00:00Z") : std::nullopt));
  }
  return out;
}

}  // namespace

TEST_CASE("names: guids that all change overnight bring nothing new, and what is new beside them is found") {
  for (const bool dated : {true, false}) {
    CAPTURE(dated);
    EntryNames names;
    CHECK(names.take(edition("old-", "http://a.example/", 15, dated)).fresh.size() == 15);
    auto changed = edition("new-", "https://a.example/", 15, dated);
    changed.insert(changed.begin(), entry("new-99", "https://a.example/99", "Fresh", "2026-03-28T08:00:00Z"));
    CHECK(names.take(changed).fresh == std::vector<std::size_t>{0});
    CHECK(names.take(changed).fresh.empty());
  }
}

TEST_CASE("names: an edited title, link or date changes nothing as long as the guid stays") {
  EntryNames names;
  names.take({entry("1", "https://a.example/1", "One", "2026-03-01")});
  CHECK(names.take({entry("1", "https://b.example/1", "One, corrected", "2026-03-02")}).fresh.empty());
}

TEST_CASE("names: entries that share a title and a date, or a link, are each other's equals in nothing") {
  EntryNames names;
  const auto track = [](const std::string& id) { return entry(id, "https://a.example/", "Untitled", "2026-03-01T00:00:00Z"); };
  CHECK(names.take({track("1"), track("2"), track("3")}).fresh.size() == 3);
  CHECK(names.take({track("4"), track("3"), track("2")}).fresh == std::vector<std::size_t>{0});
}

TEST_CASE("names: without guid the link counts, without link the title and date; a copy in one answer counts once") {
  EntryNames names;
  const auto linked = entry({}, "https://a.example/1", "One"), bare = entry({}, {}, "Two", "2026-03-01"), empty = entry({}, {}, {});
  CHECK(names.take({linked, linked, bare, empty}).fresh == std::vector<std::size_t>{0, 2, 3});
  CHECK(names.take({entry({}, "https://a.example/1", "One, corrected"), bare, empty}).fresh.empty());
}

TEST_CASE("names: they survive a restart, and other bytes count as none") {
  EntryNames names;
  names.take(edition("x", "https://a.example/", 15, true));
  EntryNames again(names.bytes());
  CHECK(again.size() == 15);
  CHECK(again.take(edition("x", "https://a.example/", 16, true)).fresh == std::vector<std::size_t>{15});
  CHECK(EntryNames("seventeen bytes..").size() == 0);
}

TEST_CASE("names: what is kept is bounded, and the newest is kept") {
  EntryNames names;
  for (int day = 0; day < 100; ++day) {
    std::vector<FeedEntry> answer;
    for (int i = 0; i < 20; ++i) answer.push_back(entry(std::to_string(day * 20 + i), {}, {}));
    const auto taken = names.take(answer);
    CHECK(taken.fresh.size() == taken.entries);
    CHECK(names.size() <= 200);
    CHECK(names.take(answer).fresh.empty());
  }
}
