// The soaks of headrace-soak: each runs the command over a made-up web and gives what disagrees with what lies there.
#pragma once
#include <string>
#include <vector>

namespace headrace::soak {

struct Settings {
  std::string headrace, pipelines, work;
  int links = 2000, hosts = 100, kills = 0, seconds = 20;
};

// pipelines/pages.yaml over a list of links. Without kills the ledger, the server's log, the output and the dead letters have to
// agree with the web; with kills, and a restart after each, the output has to.
std::vector<std::string> soak_pages(const Settings& settings);

// pipelines/news.yaml over the feeds of all hosts, which bring their links one after the other and have faults of their own, for so
// many seconds, with kills on the way and a signal at the end. Output and dead letters have to agree with the web.
std::vector<std::string> soak_news(const Settings& settings);

}  // namespace headrace::soak
