#include "tests/soak/web.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <new>
#include <queue>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

namespace headrace::soak {
namespace {

using Instant = std::chrono::steady_clock::time_point;

volatile std::sig_atomic_t told_to_stop = 0;

std::string answer_of(int status, const std::string& headers, const std::string& body, std::size_t length) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + headers + "Content-Length: " + std::to_string(length) + "\r\n\r\n" + body;
}
std::string answer_of(int status, const std::string& headers, const std::string& body = "") {
  return answer_of(status, headers, body, body.size());
}

const std::string html = "Content-Type: text/html; charset=utf-8\r\n";

// Words enough for an article, others on each page.
std::string page_of(int number, const std::string& head) {
  std::string out = "<!doctype html><html><head><title>Page " + std::to_string(number) + "</title>" + head + "</head><body><nav><a href=/>Home</a></nav><article><h1>Page " +
                    std::to_string(number) + "</h1>";
  for (int paragraph = 0; paragraph < 3; ++paragraph) {
    out += "<p>";
    for (int word = 0; word < 40; ++word) out += "word" + std::to_string((number * 31 + paragraph * 40 + word) % 9973) + (word % 13 == 12 ? ", " : " ");
    out += "and so it went on.</p>";
  }
  return out + "</article></body></html>";
}

// What is sent, and whether the connection ends with it.
struct Answer {
  std::string bytes;
  bool close = false, reset = false;
};

// The feeds of all hosts. They show their last links, answer 304 when nothing is new, and now and then have a fault: they come
// cut, as a page, or not at all; some change the guids of all their entries halfway.
class Feeds {
 public:
  Feeds(const Sites& sites, double last) : sites_(sites), last_(last), polls_(static_cast<std::size_t>(sites.hosts())) {}

  Answer answer(int host, const std::string& head) {
    const double share = std::min(1.0, std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count() / std::max(last_, 1e-9));
    const int known = static_cast<int>(share * sites_.links_of_host());
    const std::string version = host % 20 == 3 && share > 0.5 ? "b" : "a", tag = '"' + version + std::to_string(known) + '"';
    const int poll = ++polls_[static_cast<std::size_t>(host)];
    if (poll % 11 == 7) return {"", true, true};
    if (poll % 13 == 9) return {answer_of(200, html, "<!doctype html><title>Soon back</title><p>We are at work.")};
    if (head.find("If-None-Match: " + tag) != head.npos) return {answer_of(304, "ETag: " + tag + "\r\n")};
    std::string body = "<?xml version='1.0'?><rss version='2.0'><channel><title>Host " + std::to_string(host) + "</title>";
    for (int n = known - 1; n >= std::max(0, known - shown); --n) body += item(host, n, version);
    const bool cut = poll % 5 == 3;
    if (cut) body.resize(body.size() - body.size() / 3);
    else body += "</channel></rss>";
    return {answer_of(200, "Content-Type: application/rss+xml\r\n" + (cut ? "" : "ETag: " + tag + "\r\n"), body)};
  }

 private:
  static constexpr int shown = 20;

  std::string item(int host, int n, const std::string& version) const {
    const Link link = sites_.link(sites_.link_of_host(host, n));
    const double at = last_ * (n + 1) / sites_.links_of_host();
    const std::time_t time = began_at_ + static_cast<std::time_t>(at);
    char date[64];
    std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&time));
    // The link comes last: of an entry that is cut the guid is known before it.
    return "<item><guid isPermaLink='false'>" + version + std::to_string(link.number) + "</guid><pubDate>" + date + "</pubDate><title>Page " +
           std::to_string(link.number) + "</title><link>" + link.url + "</link></item>";
  }

  const Sites& sites_;
  const double last_;
  std::vector<int> polls_;
  const Instant began_ = std::chrono::steady_clock::now();
  const std::time_t began_at_ = std::time(nullptr);
};

class Server {
 public:
  Server(const Sites& sites, int listener, std::atomic<int>& served, double feeds_last)
      : sites_(sites), listener_(listener), loop_(::epoll_create1(0)), served_(served), feeds_(sites, feeds_last) {
    watch(listener_);
  }

  void run() {
    epoll_event events[256];
    while (!told_to_stop) {
      const int ready = ::epoll_wait(loop_, events, 256, due_.empty() ? 100 : 1);
      for (int i = 0; i < ready; ++i) events[i].data.fd == listener_ ? accept_all() : receive(events[i].data.fd);
      send_due();
    }
  }

  void write_log(const std::string& path) const {
    std::ofstream log(path);
    for (const auto& [what, count] : requests_) log << "requests " << what << ' ' << count << '\n';
    for (const auto& [host, most] : most_) log << "at_once " << host << ' ' << most << '\n';
  }

 private:
  struct Connection {
    std::string received;
    std::uint64_t born = 0;
  };
  struct Due {
    Instant at;
    int socket;
    std::uint64_t born;
    std::string host;
    Answer answer;
    bool operator<(const Due& other) const { return at > other.at; }
  };

  void watch(int socket) const {
    epoll_event add{.events = EPOLLIN, .data = {.fd = socket}};
    ::epoll_ctl(loop_, EPOLL_CTL_ADD, socket, &add);
  }

  void accept_all() {
    for (int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK); socket >= 0; socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) {
      const int at_once = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
      connections_[socket] = {"", ++born_};
      watch(socket);
    }
  }

  void receive(int socket) {
    char piece[8192];
    const auto count = ::recv(socket, piece, sizeof piece, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return drop(socket);
    Connection& connection = connections_[socket];
    connection.received.append(piece, static_cast<std::size_t>(count));
    const auto end = connection.received.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const std::string head = connection.received.substr(0, end);
    connection.received.erase(0, end + 4);
    const auto path_at = head.find(' ') + 1;
    std::string path = head.substr(path_at, head.find(' ', path_at) - path_at);
    path = path.substr(0, path.find('?'));
    const auto host_at = head.find("Host: ") + 6;
    const std::string host = head.substr(host_at, head.find_first_of(":\r", host_at) - host_at);
    ++requests_[host + path];
    ++served_;
    most_[host] = std::max(most_[host], ++now_[host]);
    const int late = static_cast<int>(std::hash<std::string>()(path) % 5);
    due_.push({std::chrono::steady_clock::now() + std::chrono::milliseconds(late), socket, connection.born, host, answer(host, path, head)});
  }

  Answer answer(const std::string& host, const std::string& path, const std::string& head) {
    const int host_number = std::atoi(host.c_str() + 1);
    const Host kind = sites_.host_kind(host_number);
    if (kind == Host::dead) return {"", true, true};
    if (path == "/feed.xml") return feeds_.answer(host_number, head);
    if (path == "/robots.txt") {
      if (kind == Host::without_robots) return {answer_of(404, "")};
      if (kind == Host::broken_robots) return {answer_of(503, "")};
      return {answer_of(200, "Content-Type: text/plain\r\n", "User-agent: *\nDisallow: /forbidden/\n")};
    }
    int number = 0;
    What what = What::page;
    if (!read_path(path, number, what)) return {answer_of(404, "")};
    const std::string page = page_of(number, what == What::twin ? "<link rel=canonical href='/page/" + std::to_string(sites_.behind(number)) + "'>" : "");
    const bool again = !asked_.insert(path).second;
    switch (what) {
      case What::moved: return {answer_of(301, "Location: /page/" + std::to_string(number) + "\r\n")};
      case What::away: return {answer_of(301, "Location: " + sites_.address(sites_.host(number + 1), "/page/" + std::to_string(number)) + "\r\n")};
      case What::circle: return {answer_of(302, "Location: " + path + "\r\n")};
      case What::inner: return {answer_of(302, "Location: http://10.0.0.7/\r\n")};
      case What::missing: return {answer_of(404, html, page)};
      case What::gone: return {answer_of(410, html, page)};
      case What::fails_once: return again ? Answer{answer_of(200, html, page)} : Answer{answer_of(500, html)};
      case What::resets_once: return again ? Answer{answer_of(200, html, page)} : Answer{"", true, true};
      case What::cut_once: return again ? Answer{answer_of(200, html, page)} : Answer{answer_of(200, html, page.substr(0, 99), page.size()), true};
      case What::cut_always: return {answer_of(200, html, page.substr(0, 99), page.size()), true};
      case What::busy_once: return again ? Answer{answer_of(200, html, page)} : Answer{answer_of(503, "Retry-After: 1\r\n")};
      case What::huge: return {answer_of(200, html, page, std::size_t(1) << 40), true};
      case What::picture: return {answer_of(200, "Content-Type: image/png\r\n", page)};
      case What::odd: return {answer_of(200, html + "Content-Encoding: snappy\r\n", page)};
      default: return {answer_of(200, html, page)};
    }
  }

  void send_due() {
    const Instant now = std::chrono::steady_clock::now();
    for (; !due_.empty() && due_.top().at <= now; due_.pop()) {
      const Due& due = due_.top();
      --now_[due.host];
      const auto connection = connections_.find(due.socket);
      if (connection == connections_.end() || connection->second.born != due.born) continue;
      const bool sent = due.answer.bytes.empty() || ::send(due.socket, due.answer.bytes.data(), due.answer.bytes.size(), MSG_NOSIGNAL) >= 0;
      if (due.answer.reset) {
        const linger at_once{1, 0};
        ::setsockopt(due.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      }
      if (!sent || due.answer.close) drop(due.socket);
    }
  }

  void drop(int socket) {
    ::close(socket);
    connections_.erase(socket);
  }

  const Sites& sites_;
  int listener_, loop_;
  std::atomic<int>& served_;
  Feeds feeds_;
  std::unordered_map<int, Connection> connections_;
  std::uint64_t born_ = 0;
  std::priority_queue<Due> due_;
  std::unordered_set<std::string> asked_;
  std::map<std::string, int> requests_, now_, most_;
};

}  // namespace

Web::Web(const std::string& log_path)
    : log_path_(log_path), served_(new (::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) std::atomic<int>(0)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 1024) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the server does not start");
  port_ = ntohs(address.sin_port);
}

Web::~Web() {
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  if (listener_ >= 0) ::close(listener_);
  ::munmap(served_, sizeof *served_);
}

void Web::start(const Sites& sites, double feeds_last) {
  child_ = ::fork();
  if (child_ < 0) throw std::runtime_error("the server does not start");
  if (child_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGTERM, [](int) { told_to_stop = 1; });
  Server server(sites, listener_, *served_, feeds_last);
  server.run();
  server.write_log(log_path_);
  ::_exit(0);
}

WebLog Web::stop() {
  ::kill(child_, SIGTERM);
  int status = 0;
  ::waitpid(child_, &status, 0);
  child_ = -1;
  if (status != 0) throw std::runtime_error("the server died");
  WebLog out;
  std::ifstream log(log_path_);
  std::string what, where;
  for (int count = 0; log >> what >> where >> count;) (what == "requests" ? out.requests : out.at_once)[where] = count;
  return out;
}

}  // namespace headrace::soak
