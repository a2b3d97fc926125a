// The text of a diagnostic is an interface: each tests/golden/NAME.yaml gives exactly NAME.expected. With HEADRACE_GOLDEN=write in
// the environment the expected files are written anew; read the difference before committing it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "core/graph/plan.hpp"

using namespace headrace;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(HEADRACE_SOURCE_DIR) / "tests" / "golden";

// Messages name files as they were named: from inside the folder that is the bare name.
class Inside {
 public:
  Inside() : before_(fs::current_path()) { fs::current_path(folder); }
  ~Inside() { fs::current_path(before_); }

 private:
  fs::path before_;
};

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Files in folders below are parts of others.
std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

std::string answer(const Compiled& compiled) {
  std::string out;
  for (const auto& each : compiled.diagnostics) out += format_diagnostic(each);
  return compiled.plan ? out + "compiles\n" : out;
}

// A change that a slip of the hand, or of a program, could make.
std::string mutated(const std::string& text, const std::vector<std::string>& all, std::mt19937_64& random) {
  std::string out = text;
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  const auto lines = [&] {
    std::vector<std::string> split;
    for (std::size_t at = 0; at < out.size();) {
      const auto end = std::min(out.find('\n', at), out.size() - 1);
      split.push_back(out.substr(at, end + 1 - at));
      at = end + 1;
    }
    return split;
  };
  const auto put_together = [&](const std::vector<std::string>& split) {
    out.clear();
    for (const auto& each : split) out += each;
  };
  for (std::size_t times = 1 + below(3); times > 0 && !out.empty(); --times) {
    auto split = lines();
    switch (below(8)) {
      case 0: out[below(out.size())] = static_cast<char>(random()); break;
      case 1: out.erase(below(out.size()), 1 + below(4)); break;
      case 2: out.insert(below(out.size()), 1, "{}[]:,&*!|>'\"#%@`-?\t\n ${.~"[below(27)]); break;
      case 3: out.resize(below(out.size())); break;
      case 4: split.erase(split.begin() + static_cast<std::ptrdiff_t>(below(split.size()))), put_together(split); break;
      case 5:
        split.insert(split.begin() + static_cast<std::ptrdiff_t>(below(split.size())), split[below(split.size())]), put_together(split);
        break;
      case 6: std::swap(split[below(split.size())], split[below(split.size())]), put_together(split); break;
      default: {
        const std::string& other = all[below(all.size())];
        if (!other.empty()) out.insert(below(out.size()), other.substr(below(other.size()), 1 + below(30)));
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("each golden file gives its diagnostics") {
  const Inside inside;
  const bool write = std::getenv("HEADRACE_GOLDEN") && std::string(std::getenv("HEADRACE_GOLDEN")) == "write";
  REQUIRE_FALSE(names().empty());
  for (const auto& name : names()) {
    CAPTURE(name);
    const std::string found = answer(compile_file(name + ".yaml"));
    if (write) std::ofstream(name + ".expected", std::ios::binary) << found;
    CHECK(found == contents(name + ".expected"));
  }
}

TEST_CASE("ten thousand mutations of the golden files are all answered") {
  const Inside inside;
  std::vector<std::string> texts;
  for (const auto& name : names()) texts.push_back(contents(name + ".yaml"));
  std::mt19937_64 random(20260301);
  std::size_t compiled = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = mutated(texts[random() % texts.size()], texts, random);
    CAPTURE(text);
    const Compiled answer = compile_config(parse_config(text, "mutation.yaml"));
    REQUIRE((answer.plan != nullptr) != has_errors(answer.diagnostics));
    for (const auto& each : answer.diagnostics) REQUIRE_FALSE(format_diagnostic(each).empty());
    compiled += answer.plan != nullptr;
  }
  MESSAGE(compiled << " of them compile");
}
