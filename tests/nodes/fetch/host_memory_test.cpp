// What hosts teach is kept over runs.
#include "nodes/fetch/host_memory.hpp"

#include <doctest/doctest.h>

#include "core/run/io_loop.hpp"
#include "tests/nodes/fetch/durable_store.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::DurableStore;

namespace {

struct MemoryUnderTest {
  std::unique_ptr<Clock> clock = make_virtual_clock();
  IoLoop io{*clock};
  Services services{*clock, io, silent_log(), 1};
  std::shared_ptr<DurableStore> store = std::make_shared<DurableStore>();
  HostMemory::Rules rules{{1s, 60s}, {3, 1min, 1h}};
  HostMemory memory() { return HostMemory(rules, store, services); }
};

constexpr const char* origin = "https://example.org";

}  // namespace

TEST_CASE("what a host has taught is there in the next run") {
  MemoryUnderTest test;
  {
    HostMemory memory = test.memory();
    HostFacts& facts = memory.meet(origin);
    for (int status = 200; status < 210; ++status) facts.saw(status);
    facts.saw(0);
    facts.bytes = 12345;
    facts.pace.answered(test.rules.pace, 200, 8s);
    for (int i = 0; i < 3; ++i) facts.breaker.failed(test.rules.breaker, test.clock->elapsed());
    facts.held_until = test.clock->elapsed() + 2h;
    facts.http1_until = test.clock->elapsed() + 24h;
    memory.changed(origin);
  }
  const auto text = test.store->get("http/host/https://example.org");
  REQUIRE(text);
  const HostRecord record = from_json<HostRecord>(*text);
  CHECK(record.statuses == std::vector<int>{203, 204, 205, 206, 207, 208, 209, 0});
  CHECK(record.requests == 11);

  HostMemory memory = test.memory();
  HostFacts& facts = memory.meet(origin);
  CHECK(facts.pace.delay() == 8s);
  CHECK(facts.breaker.closed_until() == test.clock->elapsed() + 1min);
  CHECK(facts.breaker.failures_in_a_row() == 3);
  CHECK(facts.held_until == test.clock->elapsed() + 2h);
  CHECK(facts.bytes == 12345);
  CHECK(facts.http1_until == test.clock->elapsed() + 24h);
  memory.changed(origin);
  memory.close();
  CHECK(from_json<HostRecord>(*test.store->get("http/host/https://example.org")) == record);
}

TEST_CASE("many changes are one write, a few seconds later") {
  MemoryUnderTest test;
  HostMemory memory = test.memory();
  for (int i = 0; i < 1000; ++i) {
    const std::string host = "https://h" + std::to_string(i % 10) + ".example";
    memory.meet(host).saw(200);
    memory.changed(host);
  }
  CHECK(test.store->writes == 0);
  while (test.clock->elapsed() < 5s) test.io.run_once(20ms);
  CHECK(test.store->writes == 1);
  CHECK(from_json<HostRecord>(*test.store->get("http/host/https://h3.example")).requests == 100);
}

TEST_CASE("a record that cannot be read, and a store that cannot write, cost nobody an answer") {
  MemoryUnderTest test;
  WriteBatch batch;
  batch.put(std::string(HostRecord::prefix) + origin, "{\"origin\": 7");
  test.store->write(batch, Durability::buffered);
  HostMemory memory = test.memory();
  CHECK(memory.meet(origin).pace.delay() == 1s);
  test.store->broken = true;
  memory.changed(origin);
  memory.keep("robots/example.org:443/https", "{}");
  memory.close();
}

TEST_CASE("hosts of which nothing was learned are forgotten") {
  MemoryUnderTest test;
  HostMemory memory(test.rules, nullptr, test.services);
  memory.meet("https://slow.example").pace.answered(test.rules.pace, 200, 30s);
  for (int i = 0; i < 20'000; ++i) memory.meet("https://h" + std::to_string(i) + ".example").saw(200);
  CHECK(memory.meet("https://slow.example").pace.delay() == 30s);
  CHECK(memory.meet("https://h1.example").requests == 0);
}
