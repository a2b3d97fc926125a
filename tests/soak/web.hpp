// The server of a soak: one process, one thread, connections that stay open, answers a few milliseconds late. It counts what it
// is asked for, and how many requests of a host it had at the same time; stop() gives the log.
//
//   Web web("log.txt");
//   web.start({1000, 10, web.port()});
#pragma once
#include <sys/types.h>

#include <atomic>
#include <map>
#include <string>

#include "tests/soak/sites.hpp"

namespace headrace::soak {

struct WebLog {
  std::map<std::string, int> requests;  // by host and path, as in h7.localhost/page/7
  std::map<std::string, int> at_once;   // by host: most requests under way
};

class Web {
 public:
  explicit Web(const std::string& log_path);
  ~Web();
  Web(const Web&) = delete;
  int port() const { return port_; }
  // Each host has a feed as well, /feed.xml, which brings its links one by one, evenly until `feeds_last` seconds from now.
  void start(const Sites& sites, double feeds_last = 0);
  int served() const { return served_->load(); }
  WebLog stop();

 private:
  std::string log_path_;
  int listener_ = -1, port_ = 0;
  pid_t child_ = -1;
  std::atomic<int>* served_;  // shared with the child
};

}  // namespace headrace::soak
