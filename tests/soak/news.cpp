#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "tests/soak/command.hpp"
#include "tests/soak/judge.hpp"
#include "tests/soak/soak.hpp"

namespace headrace::soak {

std::vector<std::string> soak_news(const Settings& settings) {
  const std::string& work = settings.work;
  Web web(work + "/web.log");
  const Sites sites(settings.links / settings.hosts * settings.hosts, settings.hosts, web.port());
  {
    std::ofstream feeds(work + "/feeds.txt");
    for (int host = 0; host < sites.hosts(); ++host) feeds << sites.address(sites.host(host), "/feed.xml") << '\n';
  }
  web.start(sites, settings.seconds * 0.5);
  const std::vector<std::string> arguments = {"run",     settings.pipelines + "/news.yaml",
                                              "--set",   "feeds=" + work + "/feeds.txt",
                                              "--set",   "out=" + work + "/out",
                                              "--set",   "allow=[127.0.0.1]",
                                              "--set",   "per_host_delay=0s",
                                              "--set",   "backoff=50ms",
                                              "--set",   "max_wait=10s",
                                              "--set",   "min_interval=1s",
                                              "--set",   "max_interval=3s",
                                              "--stats", work + "/stats.json"};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(settings.seconds);
  const auto share = std::chrono::milliseconds(1000) * settings.seconds / (settings.kills + 1);
  for (int kill = 1; kill <= settings.kills; ++kill) {
    Command run(settings.headrace, arguments, work + "/run.log");
    // Kills come while feeds still bring something: in the first part of the time.
    std::this_thread::sleep_for(share / 2);
    if (run.ended()) break;
    run.kill();
    std::printf("killed after %d requests\n", web.served());
  }
  Command last(settings.headrace, arguments, work + "/run.log");
  while (!last.ended() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  last.stop();

  Judge judge(sites, LinksCome::from_feeds);
  judge.same("exit code", last.wait(), 0);
  web.stop();
  judge.check_output(urls_of(work + "/out/documents.jsonl"));
  judge.check_failures(letters_of(work + "/out/dead_letters.jsonl").kinds);
  judge.check_sum(JsonDocument(text_of(work + "/stats.json")).root());
  std::printf("%zu documents of %d links from %d feeds in %d s\n", judge.pages(), sites.size(), sites.hosts(), settings.seconds);
  return judge.disagreements();
}

}  // namespace headrace::soak
