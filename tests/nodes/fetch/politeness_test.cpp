// 200 hosts at once, through a run of the engine: what the server's log and the client's own record say of it.
#include <doctest/doctest.h>

#include <set>

#include "core/run/run.hpp"
#include "tests/nodes/fetch/fetch_run.hpp"
#include "tests/nodes/fetch/traffic_folder.hpp"
#include "tests/support/hang_guard.hpp"
#include "tests/support/http_server.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::fetch_all;
using headrace::testing::FetchOptions;
using headrace::testing::FetchRun;
using headrace::testing::HttpServer;
using headrace::testing::PatientHangGuard;
using headrace::testing::TrafficFolder;
using How = HttpServer::How;

namespace {

constexpr int hosts = 200, pages = 3;
constexpr Duration delay = 20ms;

std::vector<std::string> urls_of(const HttpServer& server, const std::string& path) {
  std::vector<std::string> out;
  for (int host = 0; host < hosts; ++host)
    for (int page = 0; page < pages; ++page)
      out.push_back(server.url(path, "h" + std::to_string(host) + ".localhost") + "?" + std::to_string(page));
  return out;
}

void check_all_done(const FetchRun& run) {
  CHECK(run.ledger.admitted == hosts * pages);
  CHECK(run.ledger.done == hosts * pages);
}

// How many connections the server has seen of each host, all in all.
std::map<std::string, std::size_t> connections_of(const HttpServer& server) {
  std::map<std::string, std::set<std::uintptr_t>> seen;
  for (const auto& request : server.requests()) seen[request.host].insert(request.connection);
  std::map<std::string, std::size_t> out;
  for (const auto& [host, connections] : seen) out[host] = connections.size();
  return out;
}

}  // namespace

TEST_CASE_FIXTURE(PatientHangGuard, "on the real clock no host is asked sooner than its delay, by the client's own record") {
  for (const Executor executor : {Executor::serial, Executor::tbb}) {
    HttpServer server;
    server.answer("/page", {.body = "x", .headers = {{"Content-Type", "text/html"}}});
    const TrafficFolder folder;
    const FetchRun run =
        fetch_all({.client = "allow: [127.0.0.1], robots: false, delay: 20ms, connections_per_host: 2, connections_per_site: 64, "
                             "record: " +
                             folder.path,
                   .executor = executor,
                   .clock = make_real_clock()},
                  urls_of(server, "/page"));
    check_all_done(run);
    const auto starts = folder.starts_by_host();
    REQUIRE(starts.size() == hosts);
    for (const auto& each : starts) {
      REQUIRE(each.second.size() == pages);
      for (std::size_t i = 1; i < pages; ++i) CHECK(each.second[i] - each.second[i - 1] >= delay);
    }
    for (const auto& each : connections_of(server)) CHECK(each.second <= 2);
  }
}

TEST_CASE_FIXTURE(PatientHangGuard, "on the virtual clock hosts are asked at their times to the microsecond, and equally often") {
  for (const Executor executor : {Executor::serial, Executor::tbb}) {
    HttpServer server;
    server.answer("/page", {.body = "x", .headers = {{"Content-Type", "text/html"}}});
    const TrafficFolder folder;
    // Host by host, so that the last one comes long after the first has its turn; and few connections for all.
    const FetchRun run = fetch_all(
        {.client = "allow: [127.0.0.1], robots: false, delay: 20ms, connections: 8, record: " + folder.path, .executor = executor},
        urls_of(server, "/page"));
    check_all_done(run);
    // So at each instant no host is ahead of another by more than the one request that both are due.
    for (const auto& each : folder.starts_by_host()) CHECK(each.second == std::vector<Duration>{0ms, 20ms, 40ms});
  }
}

TEST_CASE_FIXTURE(PatientHangGuard, "a host has as many connections as it is allowed while nobody answers, and never another") {
  for (const Executor executor : {Executor::serial, Executor::tbb}) {
    HttpServer server;
    server.answer("/page", {.body = "x", .headers = {{"Content-Type", "text/html"}}, .how = How::held});
    FetchOptions options{.client =
                             "allow: [127.0.0.1], robots: false, delay: 0s, connections_per_host: 2, connections_per_site: 1000, "
                             "connections: 500",
                         .executor = executor,
                         .in_flight = hosts * pages};
    std::map<std::string, int> at_once;
    options.admitted = [&] {
      server.wait_for(std::size_t{2} * hosts);  // none of them is answered, so none has made room for another
      for (const auto& request : server.requests()) ++at_once[request.host];
      server.release("/page");
    };
    check_all_done(fetch_all(std::move(options), urls_of(server, "/page")));
    CHECK(at_once.size() == hosts);
    for (const auto& each : at_once) CHECK(each.second == 2);
    for (const auto& each : connections_of(server)) CHECK(each.second == 2);  // they were kept and used again
  }
}
