// A server that says whatever it is told, byte by byte: for answers that no honest library would give.
//
//   RawServer server;
//   server.answer("/bad", {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"});
//   ... server.url("/bad") ...
//
// A path without a script gets a 404. Connections serve one request each. Members may be called from any thread.
#pragma once
#include <map>
#include <memory>
#include <string>

namespace headrace::testing {

class RawServer {
 public:
  enum class Then {
    close,
    reset,
    stay,    // the connection stays open, and nothing more comes
    repeat,  // the bytes of `more`, again and again, until the client goes
  };
  struct Answer {
    std::string bytes{};
    Then then = Then::close;
    std::string more{};
    bool held = false;  // not before release()
  };
  RawServer();
  ~RawServer();
  RawServer(const RawServer&) = delete;

  void answer(const std::string& path, Answer answer);
  void release();  // for now and for good
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const;
  int port() const;
  std::uint64_t sent() const;  // bytes, in all

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headrace::testing
