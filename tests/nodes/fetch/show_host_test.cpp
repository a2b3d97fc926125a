// `headrace show host NAME --state DIR`, over a state that runs have left.
#include <doctest/doctest.h>

#include "core/state/store.hpp"
#include "nodes/fetch/host_record.hpp"
#include "nodes/robots/robots_record.hpp"
#include "tests/core/cli/cli_support.hpp"

using namespace headrace;
using namespace headrace::cli_test;

namespace {

Time at(std::string_view text) { return parse_time(text); }

void leave_state(const std::string& folder) {
  const auto store = open_rocksdb(folder);
  WriteBatch batch;
  HostRecord host;
  host.origin = "https://news.example.org";
  host.delay = std::chrono::seconds(3);
  host.closed_until = at("2026-03-01T12:00:00Z");
  host.failures_in_a_row = 5;
  host.statuses = {200, 503, 0};
  host.requests = 12;
  HostRecord other = host;
  other.origin = "https://example.org";
  for (const HostRecord& each : {host, other}) batch.put(std::string(HostRecord::prefix) + each.origin, to_json(each));
  RobotsRecord robots;
  robots.standing = RobotsStanding::found;
  robots.status = 200;
  robots.checked = at("2026-03-01T00:00:00Z");
  robots.until = at("2026-03-01T12:00:00Z");
  robots.text = Bytes(std::string("User-agent: *\nDisallow: /private/\n"));
  batch.put(robots_key(*parse_url("https://news.example.org/").url), to_json(robots));
  store->write(batch, Durability::synced);
}

}  // namespace

TEST_CASE("show host tells what the client has learnt of a host, and of no other") {
  const Folder folder;
  leave_state(folder.path("state"));
  const Outcome text = command({"show", "host", "NEWS.example.org", "--state", folder.path("state")});
  CHECK(text.code == 0);
  for (const std::string part : {"https://news.example.org", "3s", "closed_until", "2026-03-01T12:00:00Z", "[200,503,0]",
                                 "news.example.org:443/https", "found", "34"})
    CHECK_MESSAGE(contains(text.out, part), text.out);
  CHECK(!contains(text.out, "https://example.org"));
  const Outcome json = command({"show", "host", "news.example.org", "--state", folder.path("state"), "--format", "json"});
  const JsonDocument document(json.out);
  REQUIRE(document.root().elements().size() == 2);
  CHECK(document.root().elements()[0].member("requests")->integer() == 12);
  CHECK(document.root().elements()[1].member("standing")->string() == "found");
}

TEST_CASE("show host says what is missing") {
  const Folder folder;
  leave_state(folder.path("state"));
  const Outcome unknown = command({"show", "host", "nowhere.example", "--state", folder.path("state")});
  CHECK(unknown.code == 1);
  CHECK_MESSAGE(contains(unknown.err, "has nothing of the host 'nowhere.example'"), unknown.err);
  CHECK(command({"show", "host", "nowhere.example"}).code == 2);
  CHECK(command({"show", "host", "nowhere.example", "--state", folder.path("none")}).code == 2);
  const Outcome word = command({"show", "hots", "a.example", "--state", folder.path("state")});
  CHECK(word.code == 2);
  CHECK_MESSAGE(contains(word.err, "did you mean 'host'"), word.err);
  const auto held = open_rocksdb(folder.path("state"));
  CHECK(command({"show", "host", "news.example.org", "--state", folder.path("state")}).code == 78);
}
