// pipelines/pages.yaml over a made-up web of faulty hosts. Without kills the ledger, the server's log, the output and the dead
// letters have to agree with what lies at each address; with kills (and a restart after each) the output has to.
#pragma once
#include <string>
#include <vector>

namespace headrace::soak {

struct Settings {
  std::string headrace, pipelines, work;
  int links = 2000, hosts = 100, kills = 0;
};

std::vector<std::string> soak_pages(const Settings& settings);  // the disagreements

}  // namespace headrace::soak
