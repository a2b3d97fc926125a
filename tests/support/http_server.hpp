// A scripted HTTP server on loopback, for tests of whatever speaks HTTP.
//
//   HttpServer server;
//   server.answer("/moved", {.status = 301, .headers = {{"Location", "/new"}}});
//   server.answer("/busy", {{.status = 503}, {.body = "now"}});   // one after the other; the last one stays
//   server.answer("/slow", {.body = "x", .how = HttpServer::How::held});
//   ... server.url("/slow") ...; server.release("/slow");
//
// Names like h17.localhost lead to it as well. A path without a script is a 404. All members may be called from any thread.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/run/clock.hpp"
#include "tests/support/tls_identity.hpp"

namespace headrace::testing {

class HttpServer {
 public:
  enum class How {
    plain,
    held,     // answered after release()
    reset,    // the connection is reset instead of answered
    endless,  // the body, again and again, for ever
    chunked,  // without a length
  };
  struct Answer {
    int status = 200;
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{};
    How how = How::plain;
  };
  struct Request {
    std::string method, host, path, query;
    std::map<std::string, std::string> headers;  // names in lower case
    Duration at;                                 // by the clock given to the constructor, else zero
    std::uintptr_t connection = 0;               // its number, from 1 in the order in which they were opened
  };

  explicit HttpServer(Clock* clock = nullptr, const TlsIdentity* tls = nullptr);  // with an identity: over TLS
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;

  void answer(const std::string& path, Answer answer);
  void answer(const std::string& path, std::initializer_list<Answer> one_after_the_other);
  void release(const std::string& path);  // for now and for good
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const;
  void wait_for(const std::string& path) const;  // until somebody has asked for it, or a guard against hanging has run out
  void wait_for(std::size_t requests) const;     // until as many have come, or that guard has run out
  int port() const;
  std::vector<Request> requests() const;  // in the order of arrival, without those for /robots.txt
  std::vector<Request> all_requests() const;
  std::vector<Request> requests(const std::string& path) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// `size` times the letter a, compressed with gzip to about a 158th of it.
std::string gzip_of_letters(std::size_t size);

}  // namespace headrace::testing
