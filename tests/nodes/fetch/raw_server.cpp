#include "tests/nodes/fetch/raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace headrace::testing {

// A thread for each connection: there are few, and each is told what to do in a few lines.
struct RawServer::Impl {
  int listener = -1;
  std::mutex mutex;
  std::condition_variable released_now;
  std::map<std::string, Answer> answers;
  std::list<int> open;
  std::list<std::jthread> talks;
  bool released = false, ending = false;
  std::atomic<std::uint64_t> sent{0};
  std::jthread accepting;

  void accept_all() {
    for (int socket = ::accept(listener, nullptr, nullptr); socket >= 0; socket = ::accept(listener, nullptr, nullptr)) {
      const std::lock_guard lock(mutex);
      if (ending) return void(::close(socket));
      open.push_back(socket);
      talks.emplace_back([this, at = std::prev(open.end())] { talk(at); });
    }
  }

  void talk(std::list<int>::iterator at) {
    const int socket = *at;
    const std::string path = read_path(socket);
    const Answer answer = take_answer(path);
    bool on = send_all(socket, answer.bytes);
    while (on && answer.then == Then::repeat) on = send_all(socket, answer.more);
    if (answer.then == Then::stay) wait_for_end(socket);
    if (answer.then == Then::reset) {
      const linger at_once{1, 0};
      ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else {
      ::shutdown(socket, SHUT_WR);
    }
    const std::lock_guard lock(mutex);
    open.erase(at);
    ::close(socket);
  }

  static std::string read_path(int socket) {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const auto count = ::recv(socket, buffer, sizeof buffer, 0);
      if (count <= 0 || request.size() > 100'000 || buffer[0] == '\x16') break;  // 22: TLS says hello
      request.append(buffer, static_cast<std::size_t>(count));
    }
    const auto first = request.find(' ');
    return first == std::string::npos ? "" : request.substr(first + 1, request.find(' ', first + 1) - first - 1);
  }

  Answer take_answer(const std::string& path) {
    std::unique_lock lock(mutex);
    const auto found = answers.find(path);
    if (found == answers.end()) return {.bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"};
    if (found->second.held) released_now.wait(lock, [&] { return released || ending; });
    return found->second;
  }

  bool send_all(int socket, const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
      const auto count = ::send(socket, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
      sent += static_cast<std::uint64_t>(count);
    }
    return true;
  }

  static void wait_for_end(int socket) {
    char buffer[256];
    while (::recv(socket, buffer, sizeof buffer, 0) > 0) {}
  }
};

RawServer::RawServer() : impl_(std::make_unique<Impl>()) {
  impl_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(impl_->listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(impl_->listener, 256) != 0)
    throw std::runtime_error("the test server does not start");
  impl_->accepting = std::jthread([impl = impl_.get()] { impl->accept_all(); });
}

RawServer::~RawServer() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->ending = true;
    for (const int socket : impl_->open) ::shutdown(socket, SHUT_RDWR);
  }
  impl_->released_now.notify_all();
  ::shutdown(impl_->listener, SHUT_RDWR);
  impl_->accepting.join();
  impl_->talks.clear();
  ::close(impl_->listener);
}

void RawServer::answer(const std::string& path, Answer answer) {
  const std::lock_guard lock(impl_->mutex);
  impl_->answers[path] = std::move(answer);
}

void RawServer::release() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->released = true;
  }
  impl_->released_now.notify_all();
}

int RawServer::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(impl_->listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}
std::string RawServer::url(const std::string& path, const std::string& host) const {
  return "http://" + host + ":" + std::to_string(port()) + path;
}
std::uint64_t RawServer::sent() const { return impl_->sent; }

}  // namespace headrace::testing
