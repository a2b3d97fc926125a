// Names that change their address while a pipeline runs. 127.0.0.1, which is allowed here, stands for the public address: nothing
// of a test leaves its machine.
#include <doctest/doctest.h>

#include "tests/nodes/fetch/fetch_run.hpp"
#include "tests/nodes/fetch/raw_server.hpp"
#include "tests/support/hang_guard.hpp"
#include "tests/support/name_service.hpp"

using namespace headrace;
using headrace::testing::fetch_all;
using headrace::testing::FetchRun;
using headrace::testing::HangGuard;
using headrace::testing::NameService;
using headrace::testing::RawServer;

namespace {

constexpr const char* name = "rebinding.test";

RawServer::Answer redirect_to(const std::string& location) {
  return {.bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: " + location + "\r\n\r\n"};
}

RawServer::Answer page() {
  return {.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"};
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "a name that leads to a private address the second time is refused when it is connected to") {
  for (const Executor executor : {Executor::serial, Executor::tbb}) {
    for (const std::string second : {"127.0.0.2", "10.0.0.1", "192.168.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"}) {
      CAPTURE(second);
      NameService names;
      names.answer(name, {"127.0.0.1", second});
      RawServer public_host, private_host;
      const std::string trap = private_host.url("/admin", name), bait = public_host.url("/bait", name);
      public_host.answer("/bait", redirect_to(trap));
      private_host.answer("/admin", page());
      const FetchRun run = fetch_all({.client = "allow: [127.0.0.1], robots: false", .executor = executor}, {bait});
      CHECK(run.outcomes.at(bait) == "refused_address");
      CHECK(run.ledger.failed == 1);
      CHECK(run.ledger.failed_by_node.begin()->second.at("refused_address") == 1);
      CHECK(names.asked(name) == 2);
      CHECK(private_host.sent() == 0);
    }
  }
}

TEST_CASE_FIXTURE(HangGuard, "a page of a host that has moved to a private address meanwhile is refused, and the first one stays") {
  NameService names;
  names.answer(name, {"127.0.0.1", "10.0.0.1"});
  RawServer host, other;
  host.answer("/page", page());
  const std::string before = host.url("/page", name), after = other.url("/page", name);
  // One connection in all: so the second URL is looked up when the first page has come.
  const FetchRun run = fetch_all({.client = "allow: [127.0.0.1], robots: false, connections: 1"}, {before, after});
  CHECK(run.outcomes.at(before) == "done");
  CHECK(run.outcomes.at(after) == "refused_address");
}
