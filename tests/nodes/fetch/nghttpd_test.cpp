// HTTP/2 with a server that others have written: nghttpd, which speaks nothing else over TLS. Where it is not installed, the test
// says so and passes.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/nodes/fetch/client_under_test.hpp"
#include "tests/nodes/fetch/traffic_folder.hpp"
#include "tests/support/hang_guard.hpp"
#include "tests/support/tls_identity.hpp"

using namespace headrace;
using headrace::testing::ClientUnderTest;
using headrace::testing::HangGuard;
using headrace::testing::self_signed;

namespace {

constexpr const char* program = "/usr/sbin/nghttpd";

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

// Serves the files that are added to its folder.
class Nghttpd {
 public:
  Nghttpd() : port_(free_port()) {
    add("key.pem", self_signed.key);
    add("certificate.pem", self_signed.certificate);
    const std::string port = std::to_string(port_), key = path("key.pem"), certificate = path("certificate.pem");
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execl(program, program, "-a", "127.0.0.1", "-d", folder_.path.c_str(), port.c_str(), key.c_str(), certificate.c_str(), nullptr);
      ::_exit(127);
    }
    while (!is_listening()) REQUIRE(::waitpid(child_, nullptr, WNOHANG) == 0);
  }
  ~Nghttpd() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Nghttpd(const Nghttpd&) = delete;

  void add(const std::string& name, const std::string& body) const { std::ofstream(path(name), std::ios::binary) << body; }
  std::string path(const std::string& name) const { return folder_.path + "/" + name; }
  std::string url(const std::string& name) const { return "https://localhost:" + std::to_string(port_) + "/" + name; }

 private:
  bool is_listening() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port_);
    const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return connected;
  }

  headrace::testing::TrafficFolder folder_;
  int port_;
  pid_t child_ = -1;
};

// 24 MiB in all. From 32 MiB on one connection libcurl 7.88 stalls now and then, until the request times out.
std::string body_of(int number) { return std::string(static_cast<std::size_t>(number * number) * 9, static_cast<char>('a' + number % 26)); }

}  // namespace

TEST_CASE_FIXTURE(HangGuard, "pages of a real HTTP/2 server come whole, many at a time; limits and absences are as over HTTP/1.1") {
  if (!std::filesystem::exists(program)) {
    MESSAGE("skipped: " << program << " is not installed (package nghttp2-server)");
    return;
  }
  const Nghttpd server;
  constexpr int pages = 200;
  for (int i = 0; i < pages; ++i) server.add(std::to_string(i), body_of(i));
  ClientUnderTest test("{allow: [127.0.0.1], delay: 0s, connections_per_host: 8, ca_file: " + server.path("certificate.pem") + "}");
  for (int i = 0; i < pages; ++i) test.get({.url = server.url(std::to_string(i))});
  test.pump_all();
  for (int i = 0; i < pages; ++i) {
    CAPTURE(i);
    const auto* response = std::get_if<HttpResponse>(&*test.results[static_cast<std::size_t>(i)]);
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == body_of(i));
  }
  CHECK(test.response({.url = server.url("absent")}).status == 404);
  CHECK(test.failure({.url = server.url("199"), .max_bytes = {1000}}).kind == "too_large");
  CHECK(test.response({.url = server.url("198")}).body == body_of(198));
}
