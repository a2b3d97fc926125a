// The documentation is a test. In README.md and docs/:
//   ```yaml          with `graph:` at its top passes `headrace check`; ```yaml broken does not
//   ```sh            runs, in a folder that has pipelines/ and tests/ in it, with `headrace` on the PATH
//   ```output        is what the block above wrote to standard output
//   a block whose first line is a comment with a file name in it ("# CMakeLists.txt") becomes that file
//   a link to a file leads to one
// The program under test is HEADRACE_BIN, else the one of this build.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path root = HEADRACE_SOURCE_DIR;

struct Block {
  std::string info, text;
  int line;
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<fs::path> pages() {
  std::vector<fs::path> out = {root / "README.md"};
  for (const auto& entry : fs::directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Block> blocks_of(const fs::path& page) {
  std::vector<Block> out;
  std::ifstream file(page);
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const bool fence = line.starts_with("```");
    if (fence && !inside) out.push_back({line.substr(3), "", number});
    else if (!fence && inside) out.back().text += line + "\n";
    if (fence) inside = !inside;
  }
  CHECK_MESSAGE(!inside, "a block of " << page << " is not closed");
  return out;
}

bool has_graph(const Block& block) { return block.text.starts_with("graph:") || block.text.find("\ngraph:") != std::string::npos; }

// "# pipelines/reader.yaml" and "// count_words.cpp" name a file.
std::string file_name(const Block& block) {
  static const std::regex named(R"(^(?:#|//) ([\w./-]+\.[a-z]+)\n)");
  std::smatch match;
  return std::regex_search(block.text, match, named) ? match[1].str() : "";
}

std::string program() {
  if (const char* given = std::getenv("HEADRACE_BIN")) return fs::absolute(given);
#ifdef HEADRACE_BINARY_DIR
  return HEADRACE_BINARY_DIR "/headrace";
#else
  return "";
#endif
}

// A folder in which the commands of one page run.
class Workspace {
 public:
  Workspace() {
    fs::remove_all(path_);
    fs::create_directories(path_ / "pipelines");
    for (const auto& entry : fs::directory_iterator(root / "pipelines")) fs::create_symlink(entry.path(), path_ / "pipelines" / entry.path().filename());
    fs::create_symlink(root / "tests", path_ / "tests");
  }
  ~Workspace() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

  int run(const std::string& script) const {
    write(path_ / "block.sh", script);
    const fs::path bin = program();
    const std::string line = "cd '" + path_.string() + "' && PATH='" + bin.parent_path().string() + "':\"$PATH\" CMAKE_PREFIX_PATH='" +
                             bin.parent_path().string() + "' sh -eu block.sh >stdout 2>stderr";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string out() const { return read(path_ / "stdout"); }
  std::string err() const { return read(path_ / "stderr"); }

 private:
  fs::path path_ = fs::temp_directory_path() / ("headrace-docs-" + std::to_string(::getpid()));
};

// Relative names start from pipelines/, or else from the root.
bool passes_check(const Workspace& work, const Block& block) {
  for (const std::string folder : {"pipelines/", ""}) {
    write(work.path() / (folder + "block.yaml"), block.text);
    if (work.run("headrace check " + folder + "block.yaml") == 0) return true;
  }
  return false;
}

bool has_program() {
  if (::access(program().c_str(), X_OK) == 0) return true;
  MESSAGE("there is no program to run: set HEADRACE_BIN");
  return false;
}

}  // namespace

TEST_CASE("docs: every pipeline is right, every command runs, and says what the page says it says") {
  if (!has_program()) return;
  for (const fs::path& page : pages()) {
    const Workspace work;
    for (const Block& block : blocks_of(page)) {
      CAPTURE(page.filename().string() + ":" + std::to_string(block.line));
      if (block.info == "yaml broken") {
        CHECK_FALSE(passes_check(work, block));
      } else if (block.info == "yaml" && has_graph(block)) {
        const bool passes = passes_check(work, block);
        CHECK_MESSAGE(passes, work.err());
      }
      if (const std::string name = file_name(block); !name.empty()) write(work.path() / name, block.text);
      if (block.info == "sh") {
        const int code = work.run(block.text);
        CHECK_MESSAGE(code == 0, "exit " << code << "\n" << work.out() << work.err());
      }
      if (block.info == "output") CHECK(work.out() == block.text);
    }
  }
}

TEST_CASE("docs: every relative link leads to a file") {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  for (const fs::path& page : pages()) {
    const std::string text = read(page);
    for (auto at = std::sregex_iterator(text.begin(), text.end(), link); at != std::sregex_iterator(); ++at) {
      const std::string target = (*at)[1];
      CAPTURE(page.filename().string() + " -> " + target);
      if (target.find("://") != std::string::npos || target.starts_with("mailto:")) continue;
      const std::string file = target.substr(0, target.find('#'));
      CHECK((file.empty() || fs::exists(page.parent_path() / file)));
    }
  }
}
