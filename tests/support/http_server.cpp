#include "tests/support/http_server.hpp"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>

namespace headrace::testing {

struct HttpServer::Impl {
  struct Exchange {  // one request on its way
    std::string path;
    std::optional<Answer> answer{};
  };

  Clock* clock = nullptr;
  MHD_Daemon* daemon = nullptr;
  bool tls = false;
  std::uintptr_t connections = 0;  // of the daemon's thread
  mutable std::mutex mutex;
  std::map<std::string, std::deque<Answer>> scripts;
  std::vector<Request> requests;
  mutable std::condition_variable asked;
  std::set<std::string> released;
  bool all_released = false;
  std::multimap<std::string, MHD_Connection*> held;

  static void* begin(void*, const char*, MHD_Connection*) { return new Exchange; }
  static void end(void*, MHD_Connection*, void** exchange, MHD_RequestTerminationCode) {
    delete static_cast<Exchange*>(std::exchange(*exchange, nullptr));
  }

  static void connected(void* self, MHD_Connection*, void** number, MHD_ConnectionNotificationCode code) {
    if (code == MHD_CONNECTION_NOTIFY_STARTED) *number = reinterpret_cast<void*>(++static_cast<Impl*>(self)->connections);
  }

  static MHD_Result handle(void* self, MHD_Connection* connection, const char* url, const char* method, const char*, const char*,
                           std::size_t*, void** exchange) {
    return static_cast<Impl*>(self)->handle(connection, method, url, *static_cast<Exchange*>(*exchange));
  }

  MHD_Result handle(MHD_Connection* connection, const char* method, const char* path, Exchange& exchange) {
    if (exchange.path.empty()) return exchange.path = path, MHD_YES;  // the first call comes before the request is complete
    if (!exchange.answer) {
      const std::lock_guard lock(mutex);
      record(connection, method, path);
      exchange.answer = next_answer(path);
      if (exchange.answer->how == How::held && !all_released && !released.contains(path)) {
        MHD_suspend_connection(connection);
        held.emplace(path, connection);
        return MHD_YES;
      }
    }
    return give(connection, *exchange.answer);
  }

  Answer next_answer(const std::string& path) {
    const auto found = scripts.find(path);
    if (found == scripts.end()) return {.status = 404, .body = "not found"};
    Answer answer = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    return answer;
  }

  void record(MHD_Connection* connection, const char* method, const char* path) {
    Request request{method, "", path, "", {}, clock ? clock->elapsed() : Duration::zero(), 0};
    const auto add_header = [](void* to, MHD_ValueKind, const char* name, const char* value) {
      std::string lower(name);
      for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c |= 32;
      (*static_cast<std::map<std::string, std::string>*>(to))[lower] = value ? value : "";
      return MHD_YES;
    };
    const auto add_argument = [](void* to, MHD_ValueKind, const char* name, const char* value) {
      auto& query = *static_cast<std::string*>(to);
      query += (query.empty() ? "" : "&") + std::string(name) + (value ? "=" + std::string(value) : "");
      return MHD_YES;
    };
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &request.headers);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, &request.query);
    request.host = request.headers["host"];
    const MHD_ConnectionInfo* number = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    request.connection = reinterpret_cast<std::uintptr_t>(number->socket_context);
    requests.push_back(std::move(request));
    asked.notify_all();
  }

  static MHD_Result give(MHD_Connection* connection, const Answer& answer) {
    if (answer.how == How::reset) {
      const linger at_once{1, 0};
      ::setsockopt(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, SOL_SOCKET, SO_LINGER, &at_once,
                   sizeof at_once);
      return MHD_NO;
    }
    const auto repeat = [](void* text, std::uint64_t position, char* buffer, std::size_t size) -> ssize_t {
      const auto& body = *static_cast<const std::string*>(text);
      for (std::size_t i = 0; i < size; ++i) buffer[i] = body[(position + i) % body.size()];
      return static_cast<ssize_t>(size);
    };
    const auto once = [](void* text, std::uint64_t position, char* buffer, std::size_t size) -> ssize_t {
      const auto& body = *static_cast<const std::string*>(text);
      return position == body.size() ? ssize_t{MHD_CONTENT_READER_END_OF_STREAM} : static_cast<ssize_t>(body.copy(buffer, size, position));
    };
    const bool endless = answer.how == How::endless;
    MHD_Response* response =
        endless || answer.how == How::chunked
            ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64 << 10, endless ? +repeat : +once, new std::string(answer.body),
                                                [](void* text) { delete static_cast<std::string*>(text); })
            : MHD_create_response_from_buffer(answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY);
    for (const auto& [name, value] : answer.headers) MHD_add_response_header(response, name.c_str(), value.c_str());
    const MHD_Result result = MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
    MHD_destroy_response(response);
    return result;
  }
};

HttpServer::HttpServer(Clock* clock, const TlsIdentity* tls) : impl_(std::make_unique<Impl>()) {
  impl_->clock = clock;
  impl_->tls = tls != nullptr;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<MHD_OptionItem> options;
  if (tls) options.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, const_cast<char*>(tls->key)});
  if (tls) options.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, const_cast<char*>(tls->certificate)});
  options.push_back({MHD_OPTION_END, 0, nullptr});
  const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | (tls ? unsigned{MHD_USE_TLS} : 0u);
  impl_->daemon = MHD_start_daemon(flags, 0, nullptr, nullptr, &Impl::handle, impl_.get(), MHD_OPTION_SOCK_ADDR, &address,
                                   MHD_OPTION_CONNECTION_MEMORY_LIMIT, std::size_t{1} << 20, MHD_OPTION_URI_LOG_CALLBACK, &Impl::begin,
                                   nullptr, MHD_OPTION_NOTIFY_COMPLETED, &Impl::end, nullptr, MHD_OPTION_NOTIFY_CONNECTION,
                                   &Impl::connected, impl_.get(), MHD_OPTION_ARRAY, options.data(), MHD_OPTION_END);
  if (!impl_->daemon) throw std::runtime_error("the test server does not start");
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->all_released = true;
    for (const auto& [path, connection] : impl_->held) MHD_resume_connection(connection);
    impl_->held.clear();
  }
  MHD_stop_daemon(impl_->daemon);
}

void HttpServer::answer(const std::string& path, Answer answer) { this->answer(path, {std::move(answer)}); }
void HttpServer::answer(const std::string& path, std::initializer_list<Answer> one_after_the_other) {
  const std::lock_guard lock(impl_->mutex);
  impl_->scripts[path] = one_after_the_other;
}

void HttpServer::release(const std::string& path) {
  const std::lock_guard lock(impl_->mutex);
  impl_->released.insert(path);
  const auto [first, last] = impl_->held.equal_range(path);
  for (auto each = first; each != last; ++each) MHD_resume_connection(each->second);
  impl_->held.erase(first, last);
}

void HttpServer::wait_for(const std::string& path) const {
  std::unique_lock lock(impl_->mutex);
  impl_->asked.wait_for(lock, std::chrono::minutes(3), [&] {
    return std::any_of(impl_->requests.begin(), impl_->requests.end(), [&](const Request& request) { return request.path == path; });
  });
}

void HttpServer::wait_for(std::size_t requests) const {
  std::unique_lock lock(impl_->mutex);
  impl_->asked.wait_for(lock, std::chrono::minutes(3), [&] { return impl_->requests.size() >= requests; });
}

int HttpServer::port() const { return MHD_get_daemon_info(impl_->daemon, MHD_DAEMON_INFO_BIND_PORT)->port; }
std::string HttpServer::url(const std::string& path, const std::string& host) const {
  return (impl_->tls ? "https://" : "http://") + host + ":" + std::to_string(port()) + path;
}

std::vector<HttpServer::Request> HttpServer::all_requests() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->requests;
}
std::vector<HttpServer::Request> HttpServer::requests() const {
  auto out = all_requests();
  std::erase_if(out, [](const Request& request) { return request.path == "/robots.txt"; });
  return out;
}
std::vector<HttpServer::Request> HttpServer::requests(const std::string& path) const {
  auto out = all_requests();
  std::erase_if(out, [&](const Request& request) { return request.path != path; });
  return out;
}

// One letter, then 258 copies of the letter before at a time, in one block of fixed Huffman codes (RFC 1951, 3.2.6).
std::string gzip_of_letters(std::size_t size) {
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  unsigned bits = 0, count = 0;
  const auto put = [&](unsigned code, unsigned length) {  // Huffman codes begin with their highest bit
    while (length-- > 0) {
      bits |= (code >> length & 1) << count;
      if (++count == 8) out += static_cast<char>(bits), bits = count = 0;
    }
  };
  put(0b110, 3);  // the last block; type 1, lowest bit first
  put(0x30 + 'a', 8);
  for (std::size_t done = 1; done + 258 <= size; done += 258) put(0b11000101, 8), put(0, 5);
  put(0, 7 + 8);                      // the end of the block, and bits to fill a byte
  return out + std::string(8, '\0');  // a checksum that nobody gets to look at
}

}  // namespace headrace::testing
