#include "tests/nodes/fetch/http2_server.hpp"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/support/tls_identity.hpp"

namespace headrace::testing {

namespace {

constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::size_t longest_frame = 16384;
enum : std::uint8_t { data_frame = 0, headers_frame = 1, reset_frame = 3, settings_frame = 4, goaway_frame = 7, continuation_frame = 9 };
enum : std::uint8_t { ack = 1, end_stream = 1, end_headers = 4 };

std::string big_endian(std::uint32_t value, int bytes) {
  std::string out;
  while (bytes-- > 0) out += static_cast<char>(value >> (8 * bytes));
  return out;
}

std::string frame_of(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string out = big_endian(static_cast<std::uint32_t>(payload.size()), 3);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  return (out += big_endian(stream, 4)).append(payload);
}

// HPACK without its tables and without Huffman: a length in seven bits and more, then the letters.
std::string hpack_string(const std::string& text) {
  std::string out;
  std::size_t size = text.size();
  if (size < 127) return out += static_cast<char>(size), out + text;
  out += '\x7f';
  for (size -= 127; size >= 128; size /= 128) out += static_cast<char>(size % 128 | 128);
  return out += static_cast<char>(size), out + text;
}

std::string hpack_field(const std::string& name, const std::string& value) {
  return std::string(1, '\0') + hpack_string(name) + hpack_string(value);
}

}  // namespace

// ---- talking -----------------------------------------------------------------------------------------------------------

void Http2Server::Talk::frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  send(frame_of(type, flags, stream, payload));
}

void Http2Server::Talk::headers(std::uint32_t stream, int status, const Headers& fields, bool last) {
  std::string block = hpack_field(":status", std::to_string(status));
  for (const auto& [name, value] : fields) block += hpack_field(name, value);
  std::string_view left = block;
  for (std::uint8_t type = headers_frame, flags = last ? end_stream : 0; type == headers_frame || !left.empty(); flags = 0) {
    const std::string_view piece = left.substr(0, longest_frame);
    left.remove_prefix(piece.size());
    frame(std::exchange(type, continuation_frame), flags | (left.empty() ? end_headers : 0), stream, piece);
  }
}

void Http2Server::Talk::data(std::uint32_t stream, std::string_view bytes, bool last) {
  do {
    const std::string_view piece = bytes.substr(0, longest_frame);
    bytes.remove_prefix(piece.size());
    frame(data_frame, last && bytes.empty() ? end_stream : 0, stream, piece);
  } while (!bytes.empty());
}

void Http2Server::Talk::answer(std::uint32_t stream, std::string_view body) {
  headers(stream, 200, {{"content-type", "text/html"}});
  data(stream, body, true);
}

void Http2Server::Talk::reset(std::uint32_t stream, std::uint32_t error) { frame(reset_frame, 0, stream, big_endian(error, 4)); }

void Http2Server::Talk::goaway(std::uint32_t last_stream, std::uint32_t error) {
  frame(goaway_frame, 0, 0, big_endian(last_stream, 4) + big_endian(error, 4));
}

std::string Http2Server::empty_settings() { return frame_of(settings_frame, 0, 0, ""); }

std::string Http2Server::html_answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

// ---- serving -----------------------------------------------------------------------------------------------------------

namespace {

// TLS over a socket. Sends and receives whole pieces, or says that the client has gone.
class TlsTalk final : public Http2Server::Talk {
 public:
  TlsTalk(int socket, gnutls_certificate_credentials_t credentials, gnutls_priority_t priorities) {
    gnutls_init(&session_, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
    gnutls_priority_set(session_, priorities);
    gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(session_, socket);
    char h2[] = "h2", http1[] = "http/1.1";
    const std::array<gnutls_datum_t, 2> protocols{
        {{reinterpret_cast<unsigned char*>(h2), 2}, {reinterpret_cast<unsigned char*>(http1), 8}}};
    gnutls_alpn_set_protocols(session_, protocols.data(), protocols.size(), GNUTLS_ALPN_SERVER_PRECEDENCE);
    int code = 0;
    do code = gnutls_handshake(session_);
    while (code < 0 && gnutls_error_is_fatal(code) == 0);
    open_ = code == GNUTLS_E_SUCCESS;
  }
  ~TlsTalk() override { gnutls_deinit(session_); }
  TlsTalk(const TlsTalk&) = delete;

  bool is_open() const { return open_; }
  std::string protocol() const {
    gnutls_datum_t chosen{};
    if (gnutls_alpn_get_selected_protocol(session_, &chosen) != GNUTLS_E_SUCCESS) return "http/1.1";
    return {reinterpret_cast<const char*>(chosen.data), chosen.size};
  }
  void send(std::string_view bytes) override {
    while (open_ && !bytes.empty()) {
      const ssize_t count = gnutls_record_send(session_, bytes.data(), bytes.size());
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
      else open_ = gnutls_error_is_fatal(static_cast<int>(count)) == 0;
    }
  }
  void close() override {
    if (std::exchange(open_, false)) gnutls_bye(session_, GNUTLS_SHUT_WR);
  }
  // Exactly `size` bytes, or empty.
  std::string receive(std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t done = 0; done < size;) {
      const ssize_t count = open_ ? gnutls_record_recv(session_, out.data() + done, size - done) : 0;
      if (count > 0) done += static_cast<std::size_t>(count);
      else if (count == 0 || gnutls_error_is_fatal(static_cast<int>(count)) != 0) return open_ = false, std::string();
    }
    return out;
  }

 private:
  gnutls_session_t session_ = nullptr;
  bool open_ = false;
};

}  // namespace

struct Http2Server::Impl {
  Script script;
  Options options;
  int listener = -1;
  gnutls_certificate_credentials_t credentials = nullptr;
  gnutls_priority_t priorities = nullptr;
  std::mutex mutex;
  std::map<std::string, int> connections, requests;
  std::list<int> open;
  std::list<std::jthread> talks;
  bool ending = false;
  std::jthread accepting;

  void accept_all() {
    for (int socket = ::accept(listener, nullptr, nullptr); socket >= 0; socket = ::accept(listener, nullptr, nullptr)) {
      const std::lock_guard lock(mutex);
      if (ending) return void(::close(socket));
      open.push_back(socket);
      talks.emplace_back([this, at = std::prev(open.end())] { serve(at); });
    }
  }

  void serve(std::list<int>::iterator socket) {
    if (TlsTalk talk(*socket, credentials, priorities); talk.is_open()) {
      const std::string protocol = talk.protocol();
      count(connections, protocol);
      if (protocol == "h2") speak_http2(talk);
      else speak_http1(talk);
      talk.close();
    }
    const std::lock_guard lock(mutex);
    ::close(*socket);
    open.erase(socket);
  }

  void count(std::map<std::string, int>& numbers, const std::string& protocol) {
    const std::lock_guard lock(mutex);
    ++numbers[protocol];
  }

  void speak_http1(TlsTalk& talk) {
    std::string request;
    while (!request.ends_with("\r\n\r\n") && talk.is_open()) request += talk.receive(1);
    if (!talk.is_open()) return;
    count(requests, "http/1.1");
    talk.send(options.http1);
  }

  void speak_http2(TlsTalk& talk) {
    talk.send(options.greeting);
    if (talk.receive(preface.size()) != preface) return;
    while (talk.is_open()) {
      const std::string head = talk.receive(9);
      if (head.empty()) return;
      const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(head[i])); };
      const std::size_t size = at(0) << 16 | at(1) << 8 | at(2);
      if (size > 0) talk.receive(size);  // nobody has to know what is asked for
      if (at(3) == settings_frame && at(4) == 0) talk.frame(settings_frame, ack, 0, "");
      if (at(3) == headers_frame) take_request(talk, (at(5) & 127) << 24 | at(6) << 16 | at(7) << 8 | at(8));
    }
  }

  void take_request(TlsTalk& talk, std::uint32_t stream) {
    count(requests, "h2");
    talk.streams.push_back(stream);
    script(talk, stream);
  }
};

Http2Server::Http2Server(Script script, Options options) : impl_(std::make_unique<Impl>()) {
  impl_->script = std::move(script);
  impl_->options = std::move(options);
  const auto datum = [](const char* text) {
    return gnutls_datum_t{reinterpret_cast<unsigned char*>(const_cast<char*>(text)), static_cast<unsigned>(std::strlen(text))};
  };
  const gnutls_datum_t certificate = datum(self_signed.certificate), key = datum(self_signed.key);
  gnutls_certificate_allocate_credentials(&impl_->credentials);
  const bool known = gnutls_certificate_set_x509_key_mem(impl_->credentials, &certificate, &key, GNUTLS_X509_FMT_PEM) >= 0;
  gnutls_priority_init(&impl_->priorities, "NORMAL", nullptr);
  impl_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!known || ::bind(impl_->listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(impl_->listener, 256) != 0)
    throw std::runtime_error("the test server does not start");
  impl_->accepting = std::jthread([impl = impl_.get()] { impl->accept_all(); });
}

Http2Server::~Http2Server() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->ending = true;
    for (const int socket : impl_->open) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(impl_->listener, SHUT_RDWR);
  impl_->accepting.join();
  impl_->talks.clear();
  ::close(impl_->listener);
  gnutls_certificate_free_credentials(impl_->credentials);
  gnutls_priority_deinit(impl_->priorities);
}

std::string Http2Server::url(const std::string& path) const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(impl_->listener, reinterpret_cast<sockaddr*>(&address), &size);
  return "https://localhost:" + std::to_string(ntohs(address.sin_port)) + path;
}

int Http2Server::requests(const std::string& protocol) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->requests[protocol];
}
int Http2Server::connections(const std::string& protocol) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->connections[protocol];
}

}  // namespace headrace::testing
