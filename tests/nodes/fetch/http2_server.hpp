// A server that speaks HTTP/2 over TLS in frames that are made by hand, well or badly, and HTTP/1.1 to whoever asks for that
// instead. Its certificate is that of tls_identity.hpp.
//
//   Http2Server server([](Http2Server::Talk& talk, std::uint32_t stream) {
//     talk.headers(stream, 200, {{"content-type", "text/html"}});
//     talk.goaway(stream, 2);
//   });
//   ... server.url("/page") ...; server.requests("h2");
//
// A script is called once for each request, on the thread of its connection. Members may be called from any thread.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace headrace::testing {

class Http2Server {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // One connection. What it is told to send goes out at once; after the client has gone it is swallowed.
  class Talk {
   public:
    virtual ~Talk() = default;
    virtual void send(std::string_view bytes) = 0;  // whatever they are
    virtual void close() = 0;                       // after the script
    std::vector<std::uint32_t> streams;             // whose requests have come, in their order

    void frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload);
    void headers(std::uint32_t stream, int status, const Headers& fields, bool last = false);
    void data(std::uint32_t stream, std::string_view bytes, bool last = false);
    void answer(std::uint32_t stream, std::string_view body);  // 200, as HTML
    void reset(std::uint32_t stream, std::uint32_t error);
    void goaway(std::uint32_t last_stream, std::uint32_t error);
  };
  using Script = std::function<void(Talk& talk, std::uint32_t stream)>;
  struct Options {
    std::string greeting = empty_settings();         // what an HTTP/2 connection begins with
    std::string http1 = html_answer("by http/1.1");  // to each request of HTTP/1.1, which ends its connection
  };
  explicit Http2Server(Script script) : Http2Server(std::move(script), Options()) {}
  Http2Server(Script script, Options options);
  ~Http2Server();
  Http2Server(const Http2Server&) = delete;

  std::string url(const std::string& path) const;      // of localhost: libcurl takes no certificate for *.localhost
  int requests(const std::string& protocol) const;     // "h2" or "http/1.1"
  int connections(const std::string& protocol) const;  // by what the client and the server agreed on

  static std::string empty_settings();
  static std::string html_answer(const std::string& body);  // of HTTP/1.1

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headrace::testing
