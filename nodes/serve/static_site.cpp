// Resource `static_site`: a small web server over libmicrohttpd for the sample site. It listens on 127.0.0.1 only, answers
// GET and HEAD from memory, and refuses the rest. A client needs no name server: libcurl takes *.localhost for loopback.
#include "nodes/serve/static_site.hpp"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/node.hpp"
#include "nodes/serve/site_folder.hpp"

namespace headrace {

namespace {

constexpr unsigned max_connections = 256, idle_seconds = 30;
constexpr std::size_t memory_per_connection = 32u << 10;

// The port must be known before the first answer, because the pages name it: so the socket is bound before the server starts.
class LoopbackSocket {
 public:
  explicit LoopbackSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(port);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    socklen_t length = sizeof address_;
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd_ < 0 || ::bind(fd_, address, length) != 0 || ::listen(fd_, 128) != 0 || ::getsockname(fd_, address, &length) != 0) {
      const std::string cause = std::strerror(errno);
      if (fd_ >= 0) ::close(fd_);
      throw NodeError("unavailable", "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + cause);
    }
  }
  LoopbackSocket(const LoopbackSocket&) = delete;
  ~LoopbackSocket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  void release() { fd_ = -1; }  // somebody else closes it
  std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  int fd_;
  sockaddr_in address_{};
};

std::string_view header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value ? value : "";
}

// The name in a Host header: lower case, without port and final dot.
std::string host_name(std::string_view host) {
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string name(host);
  for (char& letter : name)
    if (letter >= 'A' && letter <= 'Z') letter += 'a' - 'A';
  return name;
}

// Weak comparison with each tag of an If-None-Match header.
bool lists_tag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    std::string_view one = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), one.size() + 1));
    one.remove_prefix(std::min(one.size(), one.find_first_not_of(" \t")));
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
  }
  return false;
}

// `body` lives longer than the server.
MHD_Result send(MHD_Connection* connection, int status, const SiteAnswer& answer, std::string_view body) {
  MHD_Response* response = MHD_create_response_from_buffer(body.size(), const_cast<char*>(body.data()), MHD_RESPMEM_PERSISTENT);
  if (!response) return MHD_NO;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) MHD_add_response_header(response, name, value.c_str());
  };
  add(MHD_HTTP_HEADER_ETAG, answer.etag);
  add(MHD_HTTP_HEADER_LOCATION, answer.location);
  add(MHD_HTTP_HEADER_CONTENT_TYPE, body.empty() ? std::string() : answer.content_type);
  if (status == MHD_HTTP_METHOD_NOT_ALLOWED) add(MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  const MHD_Result result = MHD_queue_response(connection, static_cast<unsigned>(status), response);
  MHD_destroy_response(response);
  return result;
}

MHD_Result refuse(MHD_Connection* connection, int status) {
  static const SiteAnswer nothing;
  return send(connection, status, nothing, {});
}

MHD_Result answer_from(const SiteFolder& folder, MHD_Connection* connection, const char* path) {
  const std::string_view host = header(connection, MHD_HTTP_HEADER_HOST);
  if (host.empty()) return refuse(connection, MHD_HTTP_BAD_REQUEST);
  const SiteAnswer& answer = folder.find(host_name(host), path);
  if (!answer.etag.empty() && answer.status == 200 && lists_tag(header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH), answer.etag))
    return send(connection, MHD_HTTP_NOT_MODIFIED, answer, {});
  return send(connection, answer.status, answer, answer.body);
}

// libmicrohttpd calls this once with the headers and again when the request is whole. A request with a body is refused at the
// first call, which also closes its connection: nobody can make the server read without end.
MHD_Result handle(void* self, MHD_Connection* connection, const char* path, const char* method, const char*, const char*, std::size_t*,
                  void** seen) {
  try {
    const std::string_view verb = method;
    if (verb != "GET" && verb != "HEAD") return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
    const std::string_view length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if ((!length.empty() && length != "0") || !header(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING).empty())
      return refuse(connection, MHD_HTTP_CONTENT_TOO_LARGE);
    if (!*seen) return *seen = self, MHD_YES;
    return answer_from(*static_cast<const SiteFolder*>(self), connection, path);
  } catch (...) {  // out of memory; nothing may pass through C
    return MHD_NO;
  }
}

class StaticSiteServer final : public StaticSite {
 public:
  struct Config {
    Path folder;
    int port = 0;
    static constexpr auto fields() {
      return std::tuple(field("folder", &Config::folder, "One subfolder a host, and site.yaml.", required()),
                        field("port", &Config::port, "Of 127.0.0.1; 0 takes a free one.", in_range(0, 65535)));
    }
  };

  explicit StaticSiteServer(Config config) : socket_(static_cast<std::uint16_t>(config.port)), folder_(config.folder.text, socket_.port()) {
    server_ = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, nullptr, nullptr, &handle, &folder_, MHD_OPTION_LISTEN_SOCKET,
                               socket_.fd(), MHD_OPTION_CONNECTION_LIMIT, max_connections, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
                               MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_per_connection, MHD_OPTION_END);
    if (!server_) throw NodeError("unavailable", "cannot start a web server on 127.0.0.1:" + std::to_string(port()));
    socket_.release();
  }
  ~StaticSiteServer() override { MHD_stop_daemon(server_); }
  std::uint16_t port() const override { return socket_.port(); }
  std::vector<std::string> feeds() const override { return folder_.feeds(); }

 private:
  LoopbackSocket socket_;
  SiteFolder folder_;
  MHD_Daemon* server_ = nullptr;
};

HEADRACE_RESOURCE(StaticSiteServer, StaticSite, "static_site", "Serves a folder on a loopback port, for demos and tests.")

}  // namespace
}  // namespace headrace
