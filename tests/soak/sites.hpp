// A made-up web of hosts hN.localhost: what lies at each address, which faults stand before it, and what must become of whoever
// asks for it. The server and the judge of a soak both ask here, so that neither is told what the other saw.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::soak {

enum class What {
  page,
  moved,        // redirects to a page of its host
  away,         // ... of the next host
  circle,       // ... to itself
  inner,        // ... to a private network
  missing,      // 404
  gone,         // 410
  forbidden,    // robots.txt says so
  fails_once,   // 500 before the page
  resets_once,  // a reset connection before the page
  cut_once,     // half of the page before the page
  cut_always,
  busy_once,  // 503 with Retry-After before the page
  huge,       // says that a terabyte follows, and begins
  picture,
  odd,      // in an encoding that nobody knows
  twin,     // another address of the page behind it: its canonical link says so
  spelled,  // the address of the page behind it, with a tracking parameter
};

enum class Host { usual, without_robots, broken_robots, dead };

struct Link {
  int number = 0;
  What what = What::page;
  Host host_kind = Host::usual;
  Host next_kind = Host::usual;  // of the host that it leads away to
  std::string host, path;  // of the request; a tracking parameter is none of the server's business
  std::string url;         // as a feed would give it
};

class Sites {
 public:
  Sites(int links, int hosts, int port) : links_(links), hosts_(hosts), port_(port) {}
  int size() const { return links_; }
  Link link(int number) const;
  std::string host(int number) const { return "h" + std::to_string(number % hosts_) + ".localhost"; }
  Host host_kind(int number) const;
  int behind(int number) const { return number + hosts_; }  // the page that a twin or another spelling stands for
  // Of a host: how many links it has in all, and the number of the n-th.
  int links_of_host() const { return links_ / hosts_; }
  int link_of_host(int host, int n) const { return n * hosts_ + host % hosts_; }
  int hosts() const { return hosts_; }
  std::string address(const std::string& host, const std::string& path) const { return "http://" + host + ":" + std::to_string(port_) + path; }

 private:
  What what(int number) const;
  int links_, hosts_, port_;
};

// The number and kind of a path, as link() makes it; false for others.
bool read_path(std::string_view path, int& number, What& what);
std::string_view name_of(What what);

// The kind with which a link fails; empty: it does not.
std::string failure_of(const Link& link);
// How often its path is asked for when nobody is killed, with `retries` after a failure that may pass.
int requests_of(const Link& link, int retries);

}  // namespace headrace::soak
