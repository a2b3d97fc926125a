// Traffic that is recorded, and replayed without the servers that answered.
#include <filesystem>
#include <fstream>

#include "tests/nodes/fetch/client_under_test.hpp"
#include "tests/nodes/fetch/traffic_folder.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

// A client from the registry with its own parameters, on the loop of `under_test`.
std::shared_ptr<HttpClient> make(ClientUnderTest& under_test, const std::string& node, const std::string& config,
                                 std::shared_ptr<HttpClient> inner = nullptr) {
  const ParsedConfig parsed = parse_config(config, "configuration");
  BuildContext context{parsed.root.view(),
                       [&](const FieldSpec& field) { return field.name == "client" ? std::static_pointer_cast<void>(inner) : nullptr; },
                       under_test.services};
  return std::static_pointer_cast<HttpClient>(find_node(node)->build_resource(context));
}

}  // namespace

TEST_CASE("what was recorded is answered again: values, failures, redirects, and several answers in their order") {
  const TrafficFolder folder;
  std::vector<HttpRequest> asked;
  std::vector<HttpResult> before;
  {
    ClientUnderTest web;
    web.server.answer("/a", {.body = "first"});
    web.server.answer("/moved", {.status = 301, .headers = {{"Location", "/a"}}});
    web.server.answer("/broken", {.status = 503});
    const auto real = web.client;
    web.client = make(web, "record_http", "{path: " + folder.path + "}", real);
    const auto ask = [&](HttpRequest request) {
      asked.push_back(request);
      before.push_back(web.fetch(std::move(request)));
    };
    ask({.url = web.server.url("/a")});
    web.server.answer("/a", {.body = "second"});
    ask({.url = web.server.url("/a")});
    ask({.url = web.server.url("/moved")});
    ask({.url = web.server.url("/broken")});
    ask({.url = web.server.url("/a"), .method = HttpMethod::head});
    ask({.url = "http://127.0.0.1:1/"});
    ask({.url = "gopher://example.org/"});
    web.client.reset();
  }
  ClientUnderTest later;
  const auto unused = later.client;
  later.client = make(later, "replay_http", "{path: " + folder.path + "}");
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CAPTURE(asked[i].url);
    const HttpResult after = later.fetch(asked[i]);
    REQUIRE(after.index() == before[i].index());
    if (const auto* failure = std::get_if<Failure>(&after)) {
      CHECK(failure->kind == std::get<Failure>(before[i]).kind);
      CHECK(failure->message == std::get<Failure>(before[i]).message);
      CHECK(failure->retryable == std::get<Failure>(before[i]).retryable);
      continue;
    }
    const auto& was = std::get<HttpResponse>(before[i]);
    const auto& is = std::get<HttpResponse>(after);
    CHECK(is.url == was.url);
    CHECK(is.status == was.status);
    CHECK(is.body == was.body);
    CHECK(is.redirects == was.redirects);
    CHECK(is.moved_permanently == was.moved_permanently);
    CHECK(is.headers.size() == was.headers.size());
  }
  CHECK(std::get<HttpResponse>(later.fetch(asked[0])).body == "second");  // the last one again
  const Failure unknown = later.failure({.url = "http://nowhere.example/"});
  CHECK(unknown.kind == "unavailable");
  CHECK(unknown.message == "no answer was recorded for GET http://nowhere.example/; record_http keeps those that it sees");
  CHECK(later.failure({.url = asked[0].url, .max_bytes = ByteSize{3}}).kind == "too_large");
  CHECK(std::get<HttpResponse>(later.fetch({.url = asked[0].url, .max_bytes = ByteSize{3}, .cut = true})).body == "sec");
}

TEST_CASE("answers take their time when they shall, in virtual time") {
  const TrafficFolder folder;
  std::filesystem::create_directories(folder.path + "/bodies");
  std::ofstream(folder.path + "/traffic.jsonl")
      << R"({"method": "GET", "asked": "http://slow.example/", "took": "2h", "url": "http://slow.example/", "status": 200})"
      << "\n";
  ClientUnderTest web;
  web.client = make(web, "replay_http", "{path: " + folder.path + ", in_time: true}");
  const Duration began = web.clock->elapsed();
  CHECK(web.response({.url = "http://slow.example/"}).status == 200);
  CHECK(web.clock->elapsed() - began == std::chrono::hours(2));
  const Clock::Busy held(*web.clock);  // time stands still, and the answer waits
  web.get({.url = "http://slow.example/"});
  web.io.run_once(Duration::zero());
  web.client.reset();
  web.pump_all();
  CHECK(std::get<Failure>(*web.results.back()).kind == "cancelled");
}

TEST_CASE("a folder that cannot be replayed says where") {
  const TrafficFolder folder;
  ClientUnderTest web;
  const auto refusal = [&] {
    try {
      make(web, "replay_http", "{path: " + folder.path + "}");
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  CHECK(refusal() == "'" + folder.path + "/traffic.jsonl' cannot be read; record_http writes one");
  const auto line = [&](const std::string& text) { std::ofstream(folder.path + "/traffic.jsonl") << "\n" << text << "\n"; };
  line("{\"method\": \"GET\"}");
  CHECK(refusal().find(folder.path + "/traffic.jsonl:2: ") == 0);
  line("{\"method\": \"GET\", \"asked\": \"http://a.example/\", \"body\": \"../../etc/passwd\"}");
  CHECK(refusal().find("is no name of a file in bodies/") != std::string::npos);
  line("{\"method\": \"GET\", \"asked\": \"http://a.example/\", \"status\": 200, \"body\": \"00112233445566778899aabbccddeeff\"}");
  CHECK(refusal() == "none");
  web.client = make(web, "replay_http", "{path: " + folder.path + "}");
  CHECK(web.failure({.url = "http://a.example/"}).message.find("cannot be read, and the answer to http://a.example/ had it") !=
        std::string::npos);
}
