// Long runs of the whole thing against faults, judged to the last record:
//
//   headrace-soak pages --links 100000 --hosts 1000 --kills 3 [--headrace build/headrace] [--work FOLDER]
//   headrace-soak news --links 6000 --hosts 200 --kills 3 --seconds 600
//
// Prints what it does, and each disagreement; exit 0 when there was none.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "tests/soak/soak.hpp"

int main(int count, char** arguments) {
  using namespace headrace::soak;
  Settings settings;
  settings.headrace = HEADRACE_BINARY_DIR "/headrace";
  settings.pipelines = HEADRACE_SOURCE_DIR "/pipelines";
  std::string work;
  const auto usage = [] {
    std::fprintf(stderr, "usage: headrace-soak pages|news [--links N] [--hosts N] [--kills N] [--seconds N] [--headrace PROGRAM] [--work FOLDER]\n");
    return 2;
  };
  const std::string what = count < 2 ? "" : arguments[1];
  if (count % 2 != 0 || (what != "pages" && what != "news")) return usage();
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string name = arguments[i], value = arguments[i + 1];
    if (name == "--links") settings.links = std::atoi(value.c_str());
    else if (name == "--hosts") settings.hosts = std::atoi(value.c_str());
    else if (name == "--kills") settings.kills = std::atoi(value.c_str());
    else if (name == "--seconds") settings.seconds = std::atoi(value.c_str());
    else if (name == "--headrace") settings.headrace = value;
    else if (name == "--work") work = value;
    else return usage();
  }
  try {
    std::string temporary = (std::filesystem::temp_directory_path() / "headrace-soak-XXXXXX").string();
    settings.work = work.empty() ? ::mkdtemp(temporary.data()) : work;
    std::filesystem::create_directories(settings.work);
    const std::vector<std::string> disagreements = what == "news" ? soak_news(settings) : soak_pages(settings);
    for (std::size_t i = 0; i < disagreements.size() && i < 40; ++i) std::printf("%s\n", disagreements[i].c_str());
    std::printf("%zu disagreements\n", disagreements.size());
    if (disagreements.empty() && work.empty()) std::filesystem::remove_all(settings.work);
    else std::printf("everything is in %s\n", settings.work.c_str());
    return disagreements.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "headrace-soak: %s\n", error.what());
    return 2;
  }
}
