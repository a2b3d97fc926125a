#include "nodes/fetch/host_queues.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "core/run/random.hpp"

using namespace headrace;
using namespace std::chrono_literals;

// Random arrivals, ends, holds and steps of time: each request gets one turn, in the order of its host, and no limit is broken.
TEST_CASE("queues of hosts keep their promises under random use") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    RandomNumbers random(seed);
    const HostQueues::Limits limits{random.below(3) * 1s, 1 + static_cast<int>(random.below(3)), 1 + static_cast<int>(random.below(5)),
                                    static_cast<int>(random.below(3))};
    HostQueues queues(limits);
    std::map<HostQueues::Id, std::string> host_of;
    std::map<std::string, HostQueues::Id> last_turn;
    std::map<std::string, Duration> last_start, held, delay;
    std::map<std::string, bool> one_at_a_time;
    std::map<std::string, std::multiset<HostQueues::Id>> active;
    std::vector<std::pair<HostQueues::Id, bool>> on_way;  // and whether started
    Duration now{0};
    HostQueues::Id next = 1, turns = 0, taken = 0;

    const auto site_of = [](const std::string& host) { return host.back() % 2 ? std::string("odd") : std::string("even"); };
    const auto site_active = [&](const std::string& site) {
      int out = 0;
      for (const auto& [host, ids] : active)
        if (site_of(host) == site) out += static_cast<int>(ids.size());
      return out;
    };
    const auto pop_all = [&] {
      while (const auto id = queues.pop(now)) {
        const std::string& host = host_of.at(*id);
        ++turns;
        REQUIRE(last_turn[host] < *id);
        last_turn[host] = *id;
        active[host].insert(*id);
        REQUIRE(static_cast<int>(active[host].size()) <= (one_at_a_time[host] ? 1 : limits.per_host));
        REQUIRE((limits.per_site == 0 || site_active(site_of(host)) <= limits.per_site));
        REQUIRE(now >= held[host]);
        if (last_start.contains(host)) REQUIRE(now >= last_start[host] + delay.try_emplace(host, limits.delay).first->second);
        on_way.emplace_back(*id, false);
        REQUIRE(static_cast<int>(on_way.size()) <= limits.total);
      }
    };
    const auto step_one = [&](std::size_t index) {
      auto& [id, started] = on_way[index];
      const std::string host = host_of.at(id);
      if (!started && random.below(4) > 0) {
        queues.started(host, now);
        last_start[host] = now;
        started = true;
        return;
      }
      if (started) queues.released(host, now);
      else queues.abandoned(host, now);
      active[host].erase(id);
      on_way.erase(on_way.begin() + static_cast<std::ptrdiff_t>(index));
    };

    for (int i = 0; i < 2000; ++i) {
      const std::string host = "host" + std::to_string(random.below(6));
      switch (random.below(6)) {
        case 0:
        case 1:
          host_of[next] = host;
          queues.push(host, site_of(host), next++, now);
          break;
        case 2:
        case 3:
          if (!on_way.empty()) step_one(random.below(on_way.size()));
          break;
        case 4: now += random.below(1500) * 1ms; break;
        default: {
          if (host_of.empty() || random.below(10) > 0) break;
          if (const std::string paced = host_of.rbegin()->second; active[paced].size() < 2) {
            delay[paced] = random.below(4) * 1s;
            one_at_a_time[paced] = random.below(2) == 1;
            queues.set_pace(paced, delay[paced], one_at_a_time[paced]);
          }
          const std::string known = host_of.begin()->second;
          held[known] = std::max(held[known], now + Duration(1s) * static_cast<int>(random.below(5)));
          queues.hold(known, held[known]);
          if (random.below(2)) taken += queues.take_waiting(known).size();
        }
      }
      pop_all();
    }
    while (turns + taken < next - 1) {  // everything that was asked for comes to its turn
      if (!on_way.empty()) {
        step_one(random.below(on_way.size()));
      } else {
        REQUIRE(queues.due() != Duration::max());
        now = std::max(now, queues.due());
      }
      pop_all();
    }
    CHECK(turns + taken == next - 1);
  }
}

TEST_CASE("hosts take turns when connections are short") {
  HostQueues queues({0s, 1, 1});
  for (HostQueues::Id id = 1; id <= 3; ++id) queues.push("a", "a", id, 0s);
  for (HostQueues::Id id = 4; id <= 6; ++id) queues.push("b", "b", id, 0s);
  std::vector<HostQueues::Id> order;
  while (const auto id = queues.pop(0s)) {
    order.push_back(*id);
    const std::string host = *id <= 3 ? "a" : "b";
    queues.started(host, 0s);
    queues.released(host, 0s);
  }
  CHECK(order == std::vector<HostQueues::Id>{1, 4, 2, 5, 3, 6});
}

// The bound of fairness. Eight connections, 200 hosts, requests that end in any order, and delays of any length.
TEST_CASE("a host whose turn is due is passed by each other host once at most") {
  struct Turns {
    std::size_t asked = 0, begun = 0;
    int active = 0;
    Duration opens{0};
    std::optional<std::size_t> due{};   // at which event its turn was due
    std::vector<std::size_t> starts{};  // at which events it began
  };
  constexpr std::size_t hosts = 200, each = 6;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    RandomNumbers random(seed);
    const HostQueues::Limits limits{random.below(2) * 20ms, 1 + static_cast<int>(random.below(2)), 8};
    HostQueues queues(limits);
    std::vector<Turns> all(hosts);
    std::vector<std::size_t> on_way;
    Duration now{0};
    std::size_t event = 0, begun = 0;
    const auto see_who_is_due = [&] {
      ++event;
      for (Turns& host : all)
        if (!host.due && host.begun < host.asked && host.active < limits.per_host && host.opens <= now) host.due = event;
    };
    for (std::size_t i = 0; i < hosts; ++i)  // host by host: the first has all it wants before the last is known
      for (; all[i].asked < each; ++all[i].asked) queues.push(std::to_string(i), "", i, now);
    see_who_is_due();
    while (begun < hosts * each) {
      while (const auto id = queues.pop(now)) {
        Turns& host = all[*id];
        REQUIRE(host.due);
        for (const Turns& other : all)
          REQUIRE(std::count_if(other.starts.begin(), other.starts.end(), [&](std::size_t at) { return at > *host.due; }) <= 1);
        queues.started(std::to_string(*id), now);
        on_way.push_back(*id);
        ++host.begun, ++host.active, ++begun;
        host.opens = now + limits.delay;
        host.due.reset();
        see_who_is_due();
        host.starts.push_back(event);
      }
      if (random.below(3) == 0 || on_way.empty()) {
        now += random.below(20) * 1ms;
      } else {
        std::swap(on_way[random.below(on_way.size())], on_way.back());
        --all[on_way.back()].active;
        queues.released(std::to_string(on_way.back()), now);
        on_way.pop_back();
      }
      see_who_is_due();
    }
  }
}

TEST_CASE("the hosts of a site share its connections, and take turns at them") {
  HostQueues queues({0s, 2, 10, 2});
  for (HostQueues::Id id = 0; id < 12; ++id) queues.push("h" + std::to_string(id % 3) + ".example.org", "example.org", id, 0s);
  queues.push("other.net", "other.net", 99, 0s);
  std::vector<HostQueues::Id> order;
  std::deque<std::string> active;
  const auto pop_all = [&] {
    while (const auto id = queues.pop(0s)) {
      order.push_back(*id);
      const std::string host = *id == 99 ? "other.net" : "h" + std::to_string(*id % 3) + ".example.org";
      queues.started(host, 0s);
      if (*id != 99) active.push_back(host);
      REQUIRE(active.size() <= 2);
    }
  };
  for (pop_all(); !active.empty(); pop_all()) {
    const std::string host = active.front();
    active.pop_front();
    queues.released(host, 0s);
  }
  REQUIRE(order.size() == 13);
  CHECK(std::find(order.begin(), order.end(), 99u) - order.begin() <= 2);  // another site does not wait
  std::erase(order, 99u);
  std::map<HostQueues::Id, int> turns{{0, 0}, {1, 0}, {2, 0}};
  for (const HostQueues::Id id : order) {
    ++turns[id % 3];
    const auto [fewest, most] = std::minmax({turns[0], turns[1], turns[2]});
    CHECK(most - fewest <= 2);
  }
}

TEST_CASE("a delay that changes counts from the start of the last request") {
  HostQueues queues({1s, 1, 10});
  for (HostQueues::Id id = 1; id <= 3; ++id) queues.push("a", "a", id, 0s);
  REQUIRE(queues.pop(0s) == 1);
  queues.started("a", 0s);
  queues.set_pace("a", 8s, false);
  queues.released("a", 2s);
  CHECK_FALSE(queues.pop(7s));
  CHECK(queues.due() == 8s);
  queues.set_pace("a", 3s, false);
  CHECK(queues.due() == 3s);
  CHECK(queues.pop(3s) == 2);
}
