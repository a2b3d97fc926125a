// HTTP/2: several requests on one connection, servers that break it in every way, and the limits, which hold over it as well.
#include <atomic>
#include <set>

#include "tests/nodes/fetch/client_under_test.hpp"
#include "tests/nodes/fetch/durable_store.hpp"
#include "tests/nodes/fetch/fetch_run.hpp"
#include "tests/nodes/fetch/http2_server.hpp"
#include "tests/support/hang_guard.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::AuthorityFile;
using headrace::testing::ClientUnderTest;
using headrace::testing::DurableStore;
using headrace::testing::fetch_all;
using headrace::testing::FetchRun;
using headrace::testing::gzip_of_letters;
using headrace::testing::HangGuard;
using headrace::testing::Http2Server;
using headrace::testing::make_http_client;
using Talk = Http2Server::Talk;

namespace {

// Of RFC 9113.
constexpr std::uint32_t no_error = 0, protocol_error = 1, internal_error = 2, refused_stream = 7, cancel = 8, enhance_your_calm = 11;

std::string trusting(const AuthorityFile& authority, const std::string& more) {
  return "allow: [127.0.0.1], robots: false, delay: 0s, ca_file: " + authority.path + more;
}

void greet(Talk& talk, std::uint32_t stream) { talk.answer(stream, "by h2"); }

struct Fault {
  std::string name;
  Http2Server::Script script;
  std::string greeting = Http2Server::empty_settings();
};

// Each keeps an answer from coming.
std::vector<Fault> faults() {
  const Http2Server::Headers html = {{"content-type", "text/html"}, {"content-length", "100"}};
  return {
      {"goaway before the answer", [](Talk& talk, std::uint32_t) { talk.goaway(0, no_error); }},
      {"goaway with an error before the answer", [](Talk& talk, std::uint32_t) { talk.goaway(0, internal_error); }},
      {"goaway that names the stream, and the end", [](Talk& talk, std::uint32_t stream) { talk.goaway(stream, no_error), talk.close(); }},
      {"too much is asked", [](Talk& talk, std::uint32_t) { talk.goaway(0, enhance_your_calm), talk.close(); }},
      {"goaway after the headers",
       [html](Talk& talk, std::uint32_t stream) { talk.headers(stream, 200, html), talk.goaway(stream, protocol_error), talk.close(); }},
      {"goaway in the middle of the body",
       [html](Talk& talk, std::uint32_t stream) {
         talk.headers(stream, 200, html), talk.data(stream, "half"), talk.goaway(stream, internal_error), talk.close();
       }},
      {"the end before the answer", [](Talk& talk, std::uint32_t) { talk.close(); }},
      {"the end after the headers", [html](Talk& talk, std::uint32_t stream) { talk.headers(stream, 200, html), talk.close(); }},
      {"the stream is refused", [](Talk& talk, std::uint32_t stream) { talk.reset(stream, refused_stream); }},
      {"the stream is reset before the answer", [](Talk& talk, std::uint32_t stream) { talk.reset(stream, protocol_error); }},
      {"the stream is reset without an error", [](Talk& talk, std::uint32_t stream) { talk.reset(stream, no_error); }},
      {"the stream is reset in the body",
       [html](Talk& talk, std::uint32_t stream) {
         talk.headers(stream, 200, html), talk.data(stream, "half"), talk.reset(stream, cancel);
       }},
      {"the body is shorter than it says",
       [html](Talk& talk, std::uint32_t stream) { talk.headers(stream, 200, html), talk.data(stream, "short", true); }},
      {"garbage instead of settings", greet, "HTTP/1.1 400 Bad Request\r\n\r\n"},
      {"a frame that is too long", [](Talk& talk, std::uint32_t) { talk.send(std::string("\xff\xff\xff\0\0\0\0\0\1", 9)); }},
      {"headers that do not decode",
       [](Talk& talk, std::uint32_t stream) { talk.frame(1, 4 | 1, stream, "\xff\xff\xff\xff\xff\xff\xff"); }},
      {"headers in capitals",
       [](Talk& talk, std::uint32_t stream) {
         talk.headers(stream, 200, {{"Content-Type", "text/html"}}, true);
       }},
      {"a stream that nobody asked for", [](Talk& talk, std::uint32_t) { talk.headers(99, 200, {}, true); }},
      {"settings that are impossible", [](Talk& talk, std::uint32_t) { talk.frame(4, 0, 0, "odd"); }},
  };
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "requests to one host share a connection, and are answered in any order") {
  const AuthorityFile authority;
  Http2Server server([](Talk& talk, std::uint32_t stream) {
    if (talk.streams.size() % 4 != 0) return;
    for (std::uint32_t i = 0; i < 4; ++i) talk.answer(stream - 2 * i, std::to_string(stream - 2 * i));  // the last one first
  });
  ClientUnderTest test("{" + trusting(authority, ", connections_per_host: 4}"));
  for (int i = 0; i < 8; ++i) test.get({.url = server.url("/" + std::to_string(i))});
  test.pump_all();
  std::set<std::string> bodies;
  for (const auto& result : test.results) bodies.insert(std::get<HttpResponse>(*result).body);
  CHECK(bodies == std::set<std::string>{"1", "3", "5", "7", "9", "11", "13", "15"});  // each stream's own
  CHECK(server.connections("h2") == 1);
  CHECK(server.connections("http/1.1") == 0);
}

TEST_CASE_FIXTURE(HangGuard, "a host that breaks HTTP/2 is asked with HTTP/1.1, in a run") {
  const AuthorityFile authority;
  for (const Executor executor : {Executor::serial, Executor::tbb}) {
    std::vector<std::unique_ptr<Http2Server>> servers;
    std::vector<std::string> urls;
    const std::vector<Fault> all = faults();
    for (std::size_t i = 0; i < 2 * all.size(); ++i) {  // the second half of them breaks HTTP/1.1 as well
      const Fault& fault = all[i / 2];
      servers.push_back(std::make_unique<Http2Server>(
          fault.script,
          Http2Server::Options{.greeting = fault.greeting, .http1 = i % 2 == 0 ? Http2Server::html_answer("by http/1.1") : ""}));
      urls.push_back(servers.back()->url("/page"));
    }
    const FetchRun run = fetch_all({.client = trusting(authority, ""), .executor = executor}, urls);
    for (std::size_t i = 0; i < urls.size(); ++i) {
      CAPTURE(all[i / 2].name);
      CHECK(run.outcomes.at(urls[i]) == (i % 2 == 0 ? "done" : "unavailable"));
      if (i % 2 == 0) CHECK(run.bodies.at(urls[i]) == "by http/1.1");
      CHECK(servers[i]->requests("h2") <= 1);
      CHECK(servers[i]->requests("http/1.1") == 1);
    }
    CHECK(run.ledger.done == all.size());
    CHECK(run.ledger.failed == all.size());
  }
}

TEST_CASE_FIXTURE(HangGuard, "that a host breaks HTTP/2 is remembered for a day, also in the next run") {
  const AuthorityFile authority;
  const auto store = std::make_shared<DurableStore>();
  Http2Server server([](Talk& talk, std::uint32_t) { talk.goaway(0, internal_error); });
  for (int run = 0; run < 2; ++run) {
    ClientUnderTest test;
    test.client = make_http_client(test.services, "{" + trusting(authority, "}"), store);
    for (int i = 0; i < 2; ++i) CHECK(test.response({.url = server.url("/page")}).body == "by http/1.1");
    CHECK(server.connections("h2") == 1);
    CHECK(server.requests("http/1.1") == 2 * run + 2);
    CHECK(server.connections("http/1.1") == 2 * run + 2);
  }
  ClientUnderTest test("{" + trusting(authority, "}"));
  for (int day = 1; day <= 3; ++day) {
    CHECK(test.response({.url = server.url("/page")}).body == "by http/1.1");
    CHECK(server.connections("h2") == 1 + day);
    test.sleep(24h);
  }
}

TEST_CASE_FIXTURE(HangGuard, "all requests of a connection that breaks are asked again, and count as no failures of their host") {
  const AuthorityFile authority;
  std::atomic<bool> broken = false;
  Http2Server server([&](Talk& talk, std::uint32_t) {
    if (talk.streams.size() == 4) broken = true;
    if (broken) talk.goaway(0, protocol_error), talk.close();
  });
  ClientUnderTest test("{" + trusting(authority, ", connections_per_host: 4, breaker_failures: 2}"));
  for (int i = 0; i < 6; ++i) test.get({.url = server.url("/" + std::to_string(i))});
  test.pump_all();
  for (const auto& result : test.results) CHECK(std::get<HttpResponse>(*result).body == "by http/1.1");
  CHECK(server.requests("h2") <= 8);  // libcurl may send what was refused once more
  CHECK(server.requests("http/1.1") == 6);
}

TEST_CASE_FIXTURE(HangGuard, "a graceful goodbye is no fault: what was promised is answered, the next one goes on another connection") {
  const AuthorityFile authority;
  Http2Server server([](Talk& talk, std::uint32_t stream) {
    talk.goaway(stream, no_error);
    talk.answer(stream, "last words");
  });
  ClientUnderTest test("{" + trusting(authority, "}"));
  for (int i = 0; i < 3; ++i) CHECK(test.response({.url = server.url("/page")}).body == "last words");
  CHECK(server.connections("h2") == 3);
  CHECK(server.requests("http/1.1") == 0);
}

TEST_CASE_FIXTURE(HangGuard, "a host that breaks HTTP/1.1 over TLS is not asked twice") {
  const AuthorityFile authority;
  Http2Server server(greet, {.http1 = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"});
  ClientUnderTest test("{" + trusting(authority, ", http2: false}"));
  CHECK(test.failure({.url = server.url("/page")}).kind == "unavailable");
  CHECK(server.requests("http/1.1") == 1);
}

TEST_CASE_FIXTURE(HangGuard, "limits hold over HTTP/2") {
  const AuthorityFile authority;
  const std::string bomb = gzip_of_letters(256u << 20), block(512u << 10, 'x');
  const Http2Server::Headers html = {{"content-type", "text/html"}}, gzip = {{"content-encoding", "gzip"}};
  struct Limit {
    std::string name;
    Http2Server::Script script;
    std::string outcome;
  };
  const std::vector<Limit> limits = {
      {"a length that is too large",
       [&](Talk& talk, std::uint32_t stream) {
         talk.headers(stream, 200, {{"content-length", "2000000"}}), talk.data(stream, block);
       },
       "too_large"},
      {"a body that is too large",
       [&](Talk& talk, std::uint32_t stream) {
         talk.headers(stream, 200, html);
         for (int i = 0; i < 8; ++i) talk.data(stream, block);
       },
       "too_large"},
      {"a body that grows", [&](Talk& talk, std::uint32_t stream) { talk.headers(stream, 200, gzip), talk.data(stream, bomb, true); },
       "too_large"},
      {"two codings",
       [&](Talk& talk, std::uint32_t stream) {
         talk.headers(stream, 200, {{"content-encoding", "gzip, gzip"}}), talk.data(stream, "x", true);
       },
       "bad_encoding"},
      {"silence", [](Talk&, std::uint32_t) {}, "timeout"},
      {"silence after the headers", [&](Talk& talk, std::uint32_t stream) { talk.headers(stream, 200, html); }, "timeout"},
      {"silence in the body", [&](Talk& talk, std::uint32_t stream) { talk.headers(stream, 200, html), talk.data(stream, "a few"); },
       "timeout"},
      {"interim answers without end",
       [](Talk& talk, std::uint32_t stream) {
         for (int i = 0; i < 200; ++i) talk.headers(stream, 103, {{"link", std::string(4000, 'l')}});
       },
       "done"},  // libcurl takes 64 KiB of headers by HTTP/2; more is a fault, and the page comes by HTTP/1.1
      {"headers that are too large",
       [](Talk& talk, std::uint32_t stream) {
         Http2Server::Headers many;
         for (int i = 0; i < 80; ++i) many.emplace_back("x-" + std::to_string(i), std::string(4000, 'h'));
         talk.headers(stream, 200, many, true);
       },
       "done"},
  };
  std::vector<std::unique_ptr<Http2Server>> servers;
  std::vector<std::string> urls;
  for (const Limit& each : limits) {
    servers.push_back(std::make_unique<Http2Server>(each.script));
    urls.push_back(servers.back()->url("/page"));
  }
  const FetchRun run = fetch_all({.client = trusting(authority, ", slow_for: 1s"), .node = ", max_bytes: 1MiB"}, urls);
  for (std::size_t i = 0; i < urls.size(); ++i) {
    CAPTURE(limits[i].name);
    CHECK(run.outcomes.at(urls[i]) == limits[i].outcome);
    CHECK(servers[i]->requests("http/1.1") == (limits[i].outcome == "done" ? 1 : 0));  // over a limit nobody asks again
  }
}
