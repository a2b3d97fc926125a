#include "tests/soak/pages.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "core/value/json.hpp"
#include "tests/soak/command.hpp"
#include "tests/soak/web.hpp"

namespace headrace::soak {
namespace {

constexpr int retries = 2;  // as pages.yaml says

using Counts = std::map<std::string, long>;

class Judge {
 public:
  explicit Judge(const Sites& sites) : sites_(sites) {
    for (int i = 0; i < sites_.size(); ++i) expect(sites_.link(i));
  }

  // Every page once, by its own address; who shares one came as one.
  void check_output(const Counts& urls) {
    for (const auto& [url, count] : urls) {
      if (!pages_.contains(url)) say(url + " is in the output and should not");
      else if (count != 1) say(url + " is in the output " + std::to_string(count) + " times");
    }
    for (const auto& [url, links] : pages_)
      if (!urls.contains(url)) say(url + " is missing in the output");
  }

  void check_ledger(const ValueView& stats) {
    const auto number = [](const ValueView& of, std::string_view name) {
      const auto member = of.member(name);
      return member ? static_cast<long>(member->number()) : 0L;
    };
    const ValueView records = *stats.member("records");
    same("admitted", number(records, "admitted"), sites_.size());
    same("done", number(records, "done"), static_cast<long>(pages_.size()));
    same("failed", number(records, "failed"), total(failures_));
    same("cancelled", number(records, "cancelled"), 0);
    const ValueView dropped = *stats.member("dropped");
    same("dropped: robots", number(dropped, "robots"), forbidden_);
    same("dropped: duplicate, seen or retry_later", number(dropped, "duplicate") + number(dropped, "seen") + number(dropped, "retry_later"), copies_);
    same("dropped", number(records, "dropped"), forbidden_ + copies_);
    const auto failed = stats.member("failed")->member("fetch");
    for (const auto& [kind, count] : failures_) same("failed: " + kind, failed ? number(*failed, kind) : 0, count);
  }

  void check_dead_letters(const std::map<std::string, std::string>& kinds, long lines) {
    same("dead letters", lines, total(failures_));
    for (const auto& [url, kind] : failing_) {
      const auto letter = kinds.find(url);
      if (letter == kinds.end()) say(url + " has no dead letter");
      else if (letter->second != kind) say(url + " failed as '" + letter->second + "', not as '" + kind + "'");
    }
  }

  void check_requests(const WebLog& log, int connections_per_host) {
    for (const auto& [host, most] : log.at_once)
      if (most > connections_per_host) say(host + " had " + std::to_string(most) + " requests at once");
    for (const auto& [what, times] : expected_requests_) {
      const auto asked = log.requests.find(what);
      const int count = asked == log.requests.end() ? 0 : asked->second;
      if (count < times.least || count > times.most)
        say(what + " was asked for " + std::to_string(count) + " times, not " + std::to_string(times.least) + " to " + std::to_string(times.most));
    }
    for (const auto& [what, count] : log.requests)
      if (!expected_requests_.contains(what) && sites_.host_kind(std::atoi(what.c_str() + 1)) != Host::dead) say(what + " was asked for");
  }

  void same(const std::string& what, long got, long expected) {
    if (got != expected) say(what + ": " + std::to_string(got) + ", not " + std::to_string(expected));
  }
  void say(std::string what) { disagreements_.push_back(std::move(what)); }
  std::vector<std::string> disagreements_;

 private:
  struct Times {
    int least = 0, most = 0;
  };

  void expect(const Link& link) {
    if (link.host_kind == Host::usual || link.host_kind == Host::without_robots) expected_requests_[link.host + "/robots.txt"] = {1, 1};
    if (link.host_kind == Host::broken_robots) expected_requests_[link.host + "/robots.txt"] = {1, 1 + retries};
    expect_requests(link);
    if (const std::string kind = failure_of(link); !kind.empty()) {
      failing_.emplace(sites_.address(link.host, link.path), kind).second ? ++failures_[kind] : ++copies_;
      return;
    }
    if (link.what == What::forbidden && link.host_kind == Host::usual) {
      ++forbidden_;
      return;
    }
    if (pages_[page_of(link)]++ > 0) ++copies_;
  }

  void expect_requests(const Link& link) {
    const int times = requests_of(link, retries);
    // Of a twin and its page the second is not asked for when the first has settled before it comes.
    const bool one_of_two = link.what == What::twin || (behind_twin(link));
    Times& path = expected_requests_[link.host + link.path];
    if (link.what == What::spelled) {
      path.most += times;
      path.least = path.most > 0 ? 1 : 0;
      path.most = std::min(path.most, 1);
      return;
    }
    path.least = std::max(path.least, one_of_two ? 0 : times);
    const bool to_dead = link.what == What::away && link.next_kind == Host::dead;
    path.most = std::max(path.most, to_dead ? times + retries : times);
    const bool fetched = times > 0;
    if (fetched && link.what == What::moved) add(link.host + "/page/" + std::to_string(link.number));
    if (fetched && link.what == What::away) expect_away(link);
  }
  bool behind_twin(const Link& link) const {
    const int before = link.number - sites_.behind(0);
    return before >= 0 && sites_.link(before).what == What::twin;
  }
  void expect_away(const Link& link) {
    const Host kind = sites_.host_kind(link.number + 1);
    if (kind == Host::usual || kind == Host::without_robots) add(sites_.host(link.number + 1) + "/page/" + std::to_string(link.number));
  }
  void add(const std::string& what) { expected_requests_[what] = {1, 1}; }

  std::string page_of(const Link& link) const {
    switch (link.what) {
      case What::moved: return sites_.address(link.host, "/page/" + std::to_string(link.number));
      case What::away: return sites_.address(sites_.host(link.number + 1), "/page/" + std::to_string(link.number));
      case What::twin:
      case What::spelled: return sites_.address(link.host, "/page/" + std::to_string(sites_.behind(link.number)));
      default: return sites_.address(link.host, link.path);
    }
  }
  static long total(const Counts& counts) {
    long out = 0;
    for (const auto& [name, count] : counts) out += count;
    return out;
  }

  const Sites& sites_;
  Counts pages_, failures_;
  std::map<std::string, std::string> failing_;  // requested address to kind
  long forbidden_ = 0, copies_ = 0;
  std::map<std::string, Times> expected_requests_;
};

template <typename Visit>
long each_line(const std::string& path, const Visit& visit) {
  std::ifstream file(path);
  long count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const JsonDocument document(line);
    visit(document.root());
  }
  return count;
}

}  // namespace

std::vector<std::string> soak_pages(const Settings& settings) {
  const std::string& work = settings.work;
  Web web(work + "/web.log");
  const Sites sites(settings.links, settings.hosts, web.port());
  {
    std::ofstream links(work + "/links.jsonl");
    for (int i = 0; i < sites.size(); ++i) links << R"({"link": ")" << sites.link(i).url << "\"}\n";
  }
  web.start(sites);
  const std::vector<std::string> arguments = {"run",   settings.pipelines + "/pages.yaml", "--set", "links=" + work + "/links.jsonl",
                                              "--set", "out=" + work + "/out",             "--set", "allow=[127.0.0.1]",
                                              "--set", "per_host_delay=0s",                "--set", "backoff=50ms",
                                              "--set", "max_wait=10s",
                                              "--stats", work + "/stats.json"};
  const auto began = std::chrono::steady_clock::now();
  for (int kill = 1; kill <= settings.kills; ++kill) {
    Command run(settings.headrace, arguments, work + "/run.log");
    const int enough = sites.size() * kill / (settings.kills + 1);
    while (!run.ended() && web.served() < enough) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::printf("killed after %d requests\n", web.served());
    if (!run.ended()) run.kill();
  }
  Judge judge(sites);
  const int code = Command(settings.headrace, arguments, work + "/run.log").wait();
  std::printf("%d links of %d hosts in %.1f s\n", settings.links, settings.hosts,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  judge.same("exit code", code, 0);

  const WebLog log = web.stop();
  Counts urls;
  each_line(work + "/out/documents.jsonl", [&](const ValueView& line) { ++urls[std::string(line.member("url")->string())]; });
  judge.check_output(urls);
  if (settings.kills > 0) return judge.disagreements_;

  std::ifstream stats(work + "/stats.json");
  const std::string text{std::istreambuf_iterator<char>(stats), {}};
  judge.check_ledger(JsonDocument(text).root());
  std::map<std::string, std::string> kinds;
  const long letters = each_line(work + "/out/dead_letters.jsonl", [&](const ValueView& line) {
    const auto inputs = line.member("inputs");
    kinds[std::string(inputs->member("canonical")->member("url")->string())] = std::string(line.member("error")->member("kind")->string());
  });
  judge.check_dead_letters(kinds, letters);
  judge.check_requests(log, 1);
  return judge.disagreements_;
}

}  // namespace headrace::soak
