// An http_client from the registry, with a loop and a virtual clock of its own unless it is given others.
#pragma once
#include <doctest/doctest.h>

#include <chrono>

#include "core/config/tree.hpp"
#include "core/node.hpp"
#include "core/run/io_loop.hpp"
#include "core/state/store.hpp"
#include "nodes/fetch/http_client.hpp"
#include "tests/support/http_server.hpp"

namespace headrace::testing {

inline std::shared_ptr<HttpClient> make_http_client(Services& services, std::string config, std::shared_ptr<Store> store = nullptr) {
  const ParsedConfig parsed = parse_config(std::move(config), "configuration");
  BuildContext context{parsed.root.view(),
                       [&](const FieldSpec& field) { return field.name == "store" ? std::static_pointer_cast<void>(store) : nullptr; },
                       services};
  return std::static_pointer_cast<HttpClient>(find_node("http_client")->build_resource(context));
}

class ClientUnderTest {
 public:
  explicit ClientUnderTest(const std::string& config = "{allow_private: true, delay: 0s}") { client = make_http_client(services, config); }

  // Runs the loop until `condition` holds.
  template <class Condition> void pump_until(Condition condition) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);  // a hang guard
    while (!condition()) {
      REQUIRE(std::chrono::steady_clock::now() < patience);
      io.run_once(std::chrono::milliseconds(20));
    }
  }

  // Each get() has a place in `results`, in the order in which they were asked for.
  std::size_t get(HttpRequest request, HttpHandlers handlers = {}) {
    const std::size_t place = results.size();
    results.emplace_back();
    request.robots = robots;
    handlers.done = [this, place](HttpResult result) {
      REQUIRE_FALSE(results[place].has_value());
      results[place] = std::move(result);
      ++answered;
    };
    client->get(std::move(request), std::move(handlers));
    return place;
  }
  HttpResult fetch(HttpRequest request) {
    const std::size_t place = get(std::move(request));
    pump_until([&] { return results[place].has_value(); });
    return *results[place];
  }
  HttpResponse response(HttpRequest request) { return std::get<HttpResponse>(fetch(std::move(request))); }
  Failure failure(HttpRequest request) { return std::get<Failure>(fetch(std::move(request))); }
  // Lets virtual time pass.
  void sleep(Duration pause) {
    bool woken = false;
    clock->after(pause, [&] { woken = true; });
    pump_until([&] { return woken; });
  }
  void pump_all() {
    pump_until([&] { return answered == results.size(); });
  }

  std::unique_ptr<Clock> clock = make_virtual_clock();
  IoLoop io{*clock};
  Services services{*clock, io, silent_log(), 1};
  HttpServer server{clock.get()};
  bool robots = false;  // of requests: most tests are about the rest
  std::vector<std::optional<HttpResult>> results;
  std::size_t answered = 0;
  std::shared_ptr<HttpClient> client;  // destroyed first
};

}  // namespace headrace::testing
