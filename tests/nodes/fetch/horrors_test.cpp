// Servers that lie, stall, flood and break, beside good ones: each horror has its own outcome in the ledger, within its limits,
// and the good pages are done before any horror has been answered.
#include <doctest/doctest.h>

#include "tests/nodes/fetch/fetch_run.hpp"
#include "tests/nodes/fetch/raw_server.hpp"
#include "tests/support/hang_guard.hpp"
#include "tests/support/http_server.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::AuthorityFile;
using headrace::testing::fetch_all;
using headrace::testing::FetchRun;
using headrace::testing::gzip_of_letters;
using headrace::testing::HangGuard;
using headrace::testing::HttpServer;
using headrace::testing::Outcomes;
using headrace::testing::RawServer;
using headrace::testing::self_signed;
using Then = RawServer::Then;

namespace {

struct Horror {
  std::string name;
  RawServer::Answer answer;
  std::string outcome;  // kind of the failure; "done" where the page comes all the same
};

std::string head(const std::string& fields) { return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + fields + "\r\n"; }

std::string redirect(const std::string& location) {
  return "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n";
}

std::string compressed(const std::string& body, const std::string& coding = "gzip") {
  return head("Content-Encoding: " + coding + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") + body;
}

std::string headers_of(std::size_t size) {
  std::string out = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; out.size() < size; ++i) out += "X-" + std::to_string(i) + ": " + std::string(4000, 'h') + "\r\n";
  return out + "\r\n";
}

std::vector<Horror> horrors() {
  return {
      {"no_http", {.bytes = "these are not the bytes\r\n\r\n"}, "unavailable"},
      {"nothing", {.bytes = ""}, "unavailable"},
      {"bad_chunks", {.bytes = head("Transfer-Encoding: chunked\r\n") + "zz\r\nhello\r\n"}, "unavailable"},
      {"cut_chunks", {.bytes = head("Transfer-Encoding: chunked\r\n") + "ff\r\nhello"}, "unavailable"},
      {"too_short", {.bytes = head("Content-Length: 100\r\n") + "short"}, "unavailable"},
      {"too_long", {.bytes = head("Content-Length: 5\r\n") + "hello, and more than that"}, "done"},
      {"two_lengths", {.bytes = head("Content-Length: 5\r\nContent-Length: 2000000000\r\n") + "hello"}, "too_large"},
      {"reset", {.bytes = head("Content-Length: 100\r\n") + "half", .then = Then::reset}, "unavailable"},
      {"endless", {.bytes = head(""), .then = Then::repeat, .more = std::string(64 << 10, 'x')}, "too_large"},
      {"endless_chunks",
       {.bytes = head("Transfer-Encoding: chunked\r\n"), .then = Then::repeat, .more = "ffff\r\n" + std::string(0xffff, 'x') + "\r\n"},
       "too_large"},
      {"endless_headers", {.bytes = "HTTP/1.1 200 OK\r\n", .then = Then::repeat, .more = "X-More: and more\r\n"}, "too_large"},
      {"endless_hints", {.then = Then::repeat, .more = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"}, "too_large"},
      {"headers", {.bytes = headers_of(10u << 20)}, "too_large"},
      {"one_header", {.bytes = head("X-Long: " + std::string(1u << 20, 'h') + "\r\n")}, "too_large"},
      {"bomb", {.bytes = compressed(gzip_of_letters(1u << 30))}, "too_large"},
      {"empty_gzip", {.bytes = compressed("\x1f\x8b\x08" + std::string(7, '\0'))}, "done"},
      {"nested", {.bytes = compressed("x", "gzip, gzip, gzip")}, "bad_encoding"},
      {"nested_lines", {.bytes = compressed("x", "gzip\r\nContent-Encoding: br")}, "bad_encoding"},
      {"unknown_coding", {.bytes = compressed("x", "sdch")}, "bad_encoding"},
      {"no_gzip", {.bytes = compressed("this is plain text")}, "bad_encoding"},
      {"circle", {.bytes = redirect("/circle")}, "too_many_redirects"},
      {"private", {.bytes = redirect("http://10.0.0.1/")}, "refused_address"},
      {"metadata", {.bytes = redirect("http://169.254.169.254/latest/meta-data/")}, "refused_address"},
      {"number", {.bytes = redirect("http://0x7f000002/")}, "refused_address"},
      {"file", {.bytes = redirect("file:///etc/passwd")}, "bad_url"},
      {"wrong_charset",
       {.bytes = head("Content-Type: text/html; charset=utf-16\r\nContent-Length: 9\r\n") + "caf\xe9 \xff\xfe\x80!"},
       "done"},
      {"nul", {.bytes = head(std::string("X-Nul: a\0b\r\n", 12)) + "hello"}, "unavailable"},
  };
}

constexpr int good_hosts = 20;

std::vector<std::string> good_urls(HttpServer& server) {
  server.answer("/good", {.body = "<p>good", .headers = {{"Content-Type", "text/html"}}});
  std::vector<std::string> out;
  for (int i = 0; i < good_hosts; ++i) out.push_back(server.url("/good", "good" + std::to_string(i) + ".localhost"));
  return out;
}

bool all_done(const std::vector<std::string>& urls, const Outcomes& outcomes) {
  return std::all_of(urls.begin(), urls.end(), [&](const std::string& url) { return outcomes.contains(url); });
}

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "each horror has its outcome, and good hosts are done before it") {
  for (const Executor executor : {Executor::serial, Executor::tbb}) {
    CAPTURE(static_cast<int>(executor));
    HttpServer good, tls(nullptr, &self_signed);
    RawServer raw;
    const std::vector<std::string> fine = good_urls(good);
    Outcomes expected;
    for (const std::string& url : fine) expected[url] = "done";
    std::vector<std::string> urls;
    for (Horror& horror : horrors()) {
      horror.answer.held = true;
      raw.answer("/" + horror.name, horror.answer);
      urls.push_back(raw.url("/" + horror.name, horror.name.substr(0, horror.name.find('_')) + std::to_string(urls.size()) + ".localhost"));
      expected[urls.back()] = horror.outcome;
    }
    urls.insert(urls.end(), fine.begin(), fine.end());
    for (const auto& [url, outcome] : Outcomes{{tls.url("/page", "self-signed.localhost"), "bad_certificate"},
                                               {"https://no-tls.localhost:" + std::to_string(raw.port()) + "/page", "unavailable"},
                                               {"http://127.0.0.1:1/", "unavailable"},
                                               {"http://[::1]:" + std::to_string(raw.port()) + "/", "refused_address"}}) {
      urls.push_back(url);
      expected[url] = outcome;
    }
    bool released = false;
    const auto told = [&](const Outcomes& outcomes) {
      if (released || !all_done(fine, outcomes)) return;
      released = true;
      raw.release();
    };
    const FetchRun run = fetch_all({.client = "allow: [127.0.0.1], slow_for: 1h",
                                    .node = ", max_bytes: 1MiB, transfer_timeout: 1h",
                                    .executor = executor,
                                    .told = told},
                                   urls);
    for (const auto& each : expected) {
      CAPTURE(each.first);
      CHECK(run.outcomes.at(each.first) == each.second);
    }
    CHECK(run.ledger.admitted == expected.size());
    CHECK(run.ledger.admitted == run.ledger.done + run.ledger.dropped + run.ledger.failed);
  }
}

TEST_CASE_FIXTURE(HangGuard, "a host that is too slow is given up, and nobody waits for it") {
  HttpServer good;
  RawServer raw;
  raw.answer("/silent", {.then = Then::stay});
  raw.answer("/slow-header", {.bytes = "HTTP/1.1 200 OK\r\nX-", .then = Then::stay});
  raw.answer("/slow-body", {.bytes = head("Content-Length: 100000\r\n") + "a few", .then = Then::stay});
  const std::vector<std::string> fine = good_urls(good);
  std::vector<std::string> urls, slow;
  for (const std::string path : {"/silent", "/slow-header", "/slow-body"}) slow.push_back(raw.url(path, path.substr(1) + ".localhost"));
  urls = slow;
  urls.insert(urls.end(), fine.begin(), fine.end());
  const FetchRun run = fetch_all({.client = "allow: [127.0.0.1], slow_for: 1s"}, urls);
  for (const std::string& url : slow) CHECK(run.outcomes.at(url) == "timeout");
  for (const std::string& url : fine) CHECK(run.outcomes.at(url) == "done");
}

TEST_CASE_FIXTURE(HangGuard, "a certificate counts when its authority is trusted") {
  HttpServer tls(nullptr, &self_signed);
  tls.answer("/page", {.body = "x", .headers = {{"Content-Type", "text/html"}}});
  const AuthorityFile authority;
  const std::string url = tls.url("/page", "localhost");
  const FetchRun run = fetch_all({.client = "allow: [127.0.0.1], ca_file: " + authority.path}, {url});
  CHECK(run.outcomes.at(url) == "done");
}
