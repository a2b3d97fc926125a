// `headrace show feed URL --state DIR`, over a state that runs have left.
#include <doctest/doctest.h>

#include "core/state/store.hpp"
#include "nodes/poll/feed_state.hpp"
#include "tests/core/cli/cli_support.hpp"
#include "tests/nodes/poll/fake_http.hpp"

using namespace headrace;
using namespace headrace::cli_test;

namespace {

const std::string url = "https://a.example/feed", other = "https://a.example/feed/comments";

void leave_state(const std::string& folder) {
  FeedState state(url, {});
  ParsedFeed parsed;
  for (const char* id : {"1", "2", "3"}) parsed.entries.emplace_back().id = id;
  const Time now = parse_time("2026-03-01T12:00:00Z");
  state.take(testing::FakeHttp::response(url, 200, {{"etag", "\"three\""}}, "body"), parsed, now);
  state.plan(parse_time("2026-03-01T14:00:00Z"));
  WriteBatch batch;
  batch.put("headrace/position/entry/" + url, state.payload());
  batch.put("headrace/position/entry/" + other, FeedState(other, {}).payload());
  open_rocksdb(folder)->write(batch, Durability::synced);
}

}  // namespace

TEST_CASE("show feed tells what is known of a feed, and of no other") {
  const Folder folder;
  leave_state(folder.path("state"));
  const Outcome text = command({"show", "feed", url, "--state", folder.path("state")});
  CHECK(text.code == 0);
  for (const std::string part : {"entry", "2026-03-01T14:00:00Z", "three", "remembered"}) CHECK_MESSAGE(contains(text.out, part), text.out);
  const Outcome json = command({"show", "feed", url, "--state", folder.path("state"), "--format", "json"});
  const JsonDocument document(json.out);
  REQUIRE(document.root().elements().size() == 1);
  const ValueView feed = document.root().elements()[0];
  CHECK(feed.member("feed")->string() == url);
  CHECK(feed.member("source")->string() == "entry");
  CHECK(feed.member("remembered")->integer() == 3);
  CHECK(feed.member("polls")->integer() == 1);
  CHECK(command({"show", "feed", "https://b.example/", "--state", folder.path("state")}).code == 1);
}
