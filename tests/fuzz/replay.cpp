// Runs files through a fuzz target without a fuzzer, with any compiler: what was found once stays fixed.
//
//   headrace-fuzz-replay TARGET FILE_OR_FOLDER...      the files of a folder, not of those below it
//
// A find ends the process; the last file that it names is the one.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/target.hpp"

namespace fs = std::filesystem;

// CMake gives the entry of each target a name of its own, so that one program holds them all, and lists them in a file.
#define HEADRACE_FUZZ_TARGET(NAME) extern "C" int fuzz_##NAME(const std::uint8_t*, std::size_t);
#include "fuzz_targets.inc"
#undef HEADRACE_FUZZ_TARGET

namespace {

using Target = int(const std::uint8_t*, std::size_t);
constexpr struct {
  std::string_view name;
  Target* run;
} targets[] = {
#define HEADRACE_FUZZ_TARGET(NAME) {#NAME, fuzz_##NAME},
#include "fuzz_targets.inc"
};

constexpr unsigned most_seconds = 60;  // for one file: a guard against hanging, also under sanitizers

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void replay(Target* target, const fs::path& path) {
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  ::alarm(most_seconds);
  target(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  ::alarm(0);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view name = count > 1 ? arguments[1] : "";
  const auto* const target = std::find_if(std::begin(targets), std::end(targets), [&](const auto& each) { return each.name == name; });
  if (target == std::end(targets) || count < 3) return std::fprintf(stderr, "usage: headrace-fuzz-replay TARGET FILE_OR_FOLDER...\n"), 2;
  std::size_t replayed = 0;
  for (int i = 2; i < count; ++i)
    for (const fs::path& path : files_of(arguments[i])) replay(target->run, path), ++replayed;
  std::printf("%zu files replayed\n", replayed);
  return replayed == 0;
}
