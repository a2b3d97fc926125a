// A folder of recorded traffic: written by hand, or read to see what a client has done and when.
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "nodes/fetch/traffic.hpp"
#include "nodes/url/url.hpp"

namespace headrace::testing {

class TrafficFolder {
 public:
  TrafficFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "headrace-traffic-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path = name;
  }
  ~TrafficFolder() { std::filesystem::remove_all(path); }
  TrafficFolder(const TrafficFolder&) = delete;

  void add(const HttpRequest& request, Duration took, const HttpResponse& response) {
    TrafficWriter(path).write(request, {Duration::zero(), took}, response);
  }

  std::vector<Exchange> exchanges() const {
    std::vector<Exchange> out;
    std::ifstream lines(path + "/traffic.jsonl");
    for (std::string line; std::getline(lines, line);) out.push_back(from_json<Exchange>(line));
    return out;
  }
  // When requests to each host began, in that order; in the clock's time.
  std::map<std::string, std::vector<Duration>> starts_by_host() const {
    std::map<std::string, std::vector<Duration>> out;
    for (const Exchange& each : exchanges()) out[parse_url(each.asked).url->host].push_back(each.began);
    for (auto& [host, starts] : out) std::sort(starts.begin(), starts.end());
    return out;
  }

  std::string path;
};

}  // namespace headrace::testing
