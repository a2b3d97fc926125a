#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "tests/soak/command.hpp"
#include "tests/soak/judge.hpp"
#include "tests/soak/soak.hpp"

namespace headrace::soak {

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
  judge.check_output(urls_of(work + "/out/documents.jsonl"));
  if (settings.kills > 0) return judge.disagreements();
  judge.check_ledger(JsonDocument(text_of(work + "/stats.json")).root());
  const Letters letters = letters_of(work + "/out/dead_letters.jsonl");
  judge.check_dead_letters(letters.kinds, letters.lines);
  judge.check_requests(log, 1);
  return judge.disagreements();
}

}  // namespace headrace::soak
