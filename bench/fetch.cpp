// Pages through http_client, all its checks on and its delays off, beside a bare loop over curl's multi interface: the same
// requests, connections and options, to the same server, which is a process of its own on loopback. At 1, 64 and 1,000 names of
// hosts, each asked for its robots.txt; wall time and processor time of this side for each page.
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <set>
#include <stdexcept>

#include "bench/workload.hpp"
#include "core/config/tree.hpp"
#include "core/graph/spec.hpp"
#include "core/run/io_loop.hpp"
#include "nodes/fetch/http_client.hpp"

namespace {

constexpr int connections = 64, connections_per_host = 16;
constexpr std::size_t page_bytes = 16 << 10;

// Answers every request with the same page, for as long as it lives. One process, one thread, connections that stay open.
class Server {
 public:
  Server() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 1024) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("the server does not start");
    port_ = ntohs(address.sin_port);
    child_ = ::fork();
    if (child_ < 0) throw std::runtime_error("the server does not start");
    if (child_ == 0) serve();
    ::close(listener_);
  }
  ~Server() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Server(const Server&) = delete;
  int port() const { return port_; }

 private:
  [[noreturn]] void serve() const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string page = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + std::to_string(page_bytes) +
                             "\r\n\r\n" + std::string(page_bytes, 'p');
    const std::string none = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    const int loop = ::epoll_create1(0);
    epoll_event events[64], add{.events = EPOLLIN, .data = {.fd = listener_}};
    ::epoll_ctl(loop, EPOLL_CTL_ADD, listener_, &add);
    for (;;) {
      const int ready = ::epoll_wait(loop, events, 64, -1);
      for (int i = 0; i < ready; ++i) {
        const int socket = events[i].data.fd;
        if (socket == listener_) {
          add.data.fd = ::accept(listener_, nullptr, nullptr);
          const int at_once = 1;
          ::setsockopt(add.data.fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
          ::epoll_ctl(loop, EPOLL_CTL_ADD, add.data.fd, &add);
          continue;
        }
        char request[4096];  // one of ours comes in one piece
        const auto count = ::recv(socket, request, sizeof request, 0);
        const std::string& answer =
            count > 4 && std::string_view(request, static_cast<std::size_t>(count)).starts_with("GET /r") ? none : page;
        if (count <= 0 || ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) ::close(socket);
      }
    }
  }

  int listener_, port_ = 0;
  pid_t child_ = -1;
};

std::vector<std::string> urls_of(int port, int hosts, int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i)
    out.push_back("http://h" + std::to_string(i % hosts) + ".localhost:" + std::to_string(port) + "/page/" + std::to_string(i));
  return out;
}

// The requests that a client makes who asks each host for its robots.txt first.
std::vector<std::string> with_robots(const std::vector<std::string>& urls) {
  std::vector<std::string> out;
  std::set<std::string> asked;
  for (const std::string& url : urls) {
    const std::string robots = url.substr(0, url.find('/', std::string_view("http://").size())) + "/robots.txt";
    if (asked.insert(robots).second) out.push_back(robots);
    out.push_back(url);
  }
  return out;
}

void require_all(std::size_t bytes, std::size_t pages) {
  if (bytes != pages * page_bytes) throw std::runtime_error("pages are missing");
}

void ours(const std::vector<std::string>& urls) {
  const auto clock = headrace::make_real_clock();
  headrace::IoLoop io(*clock);
  headrace::Services services{*clock, io, headrace::silent_log(), 1};
  const headrace::ParsedConfig config =
      headrace::parse_config("{allow: [127.0.0.1], delay: 0s, connections: " + std::to_string(connections) +
                                 ", connections_per_host: " + std::to_string(connections_per_host) + ", connections_per_site: 64}",
                             "bench");
  headrace::BuildContext context{config.root.view(), [](const headrace::FieldSpec&) { return nullptr; }, services};
  const auto client = std::static_pointer_cast<headrace::HttpClient>(headrace::find_node("http_client")->build_resource(context));
  std::size_t done = 0, bytes = 0;
  for (const std::string& url : urls)
    client->get({.url = url}, {.done = [&](const headrace::HttpResult& result) {
                  ++done;
                  if (const auto* response = std::get_if<headrace::HttpResponse>(&result)) bytes += response->body.size();
                }});
  while (done < urls.size()) io.run_once(std::chrono::seconds(1));
  require_all(bytes, urls.size());
}

std::size_t keep_body(char* data, std::size_t, std::size_t size, void* body) {
  static_cast<std::string*>(body)->append(data, size);
  return size;
}

void bare(const std::vector<std::string>& pages) {
  const std::vector<std::string> urls = with_robots(pages);
  const std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi(curl_multi_init(), curl_multi_cleanup);
  curl_multi_setopt(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(connections_per_host));
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
  std::map<CURL*, std::string> bodies;
  std::size_t next = 0, bytes = 0;
  const auto start = [&](CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_URL, urls[next++].c_str());
    curl_multi_add_handle(multi.get(), easy);
  };
  for (int i = 0; i < connections && next < urls.size(); ++i) {
    CURL* const easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &bodies[easy]);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_IPRESOLVE, static_cast<long>(CURL_IPRESOLVE_V4));
    start(easy);
  }
  for (int running = 1, left = 0; running > 0;) {
    curl_multi_perform(multi.get(), &running);
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      CURL* const easy = message->easy_handle;
      bytes += bodies[easy].size();
      bodies[easy].clear();
      curl_multi_remove_handle(multi.get(), easy);
      if (next < urls.size()) start(easy), running = 1;
    }
    if (running > 0) curl_multi_poll(multi.get(), nullptr, 0, 1000, nullptr);
  }
  for (const auto& [easy, body] : bodies) curl_easy_cleanup(easy);
  require_all(bytes, pages.size());
}

bench::Report run(const bench::Settings& settings) {
  const Server server;
  const int count = settings.quick ? 50 : 4000;
  bench::Report report{"us a page", {}};
  for (const int hosts : {64, 1, 1000}) {
    const auto urls = urls_of(server.port(), hosts, count);
    const std::uint64_t thousands = static_cast<std::uint64_t>(count) * 1000;  // units of a nanosecond make microseconds
    const auto measure = [&](bench::By by, void (*side)(const std::vector<std::string>&)) {
      return [&urls, thousands, by, side] { return bench::time_per(thousands, by, [&] { side(urls); }); };
    };
    const auto times =
        bench::in_turns(std::min(settings.repetitions, 5), {measure(bench::By::wall, ours), measure(bench::By::wall, bare),
                                                            measure(bench::By::thread, ours), measure(bench::By::thread, bare)});
    const std::string name = std::to_string(hosts) + (hosts == 1 ? " host" : " hosts");
    report.rows.push_back({name, times[0], "bare curl", times[1]});
    report.rows.push_back({name + ", processor time", times[2], "bare curl", times[3]});
  }
  return report;
}

[[maybe_unused]] const bool known = bench::add({"fetch", "Pages from loopback through http_client, beside a bare curl loop.", run});

}  // namespace
