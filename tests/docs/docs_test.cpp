// The documentation is a test. In README.md and docs/:
//   ```yaml          with `graph:` at its top passes `headrace check`; ```yaml broken does not
//   ```sh            runs, in a folder that has pipelines/ and tests/ in it, with `headrace` on the PATH; a page has one folder,
//                    and its blocks run in order; ```sh fails does not exit with 0
//   ```output        is what the block above wrote to standard output, ```error to standard error; "..." in a line of either
//                    stands for anything, such as a time
//   a block whose first line is a comment with a file name in it ("# CMakeLists.txt") becomes that file
//   ```mermaid       whose first line is a comment with the name of a pipeline shows all its keys, sources and sinks, with their nodes
//   a link to a file leads to one, and so does the suite that a guarantee names
#include <algorithm>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "tests/docs/docs_support.hpp"

using namespace headrace::docs_test;
namespace fs = std::filesystem;

namespace {

struct Block {
  std::string info, text;
  int line;
};

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

// "# pipelines/reader.yaml", "// count_words.cpp" and "%% pipelines/news.yaml" name a file.
std::string file_name(const Block& block) {
  static const std::regex named(R"(^(?:#|//|%%) ([\w./-]+\.[a-z]+)\n)");
  std::smatch match;
  return std::regex_search(block.text, match, named) ? match[1].str() : "";
}

// A folder in which the commands of one page run.
class Workspace {
 public:
  Workspace() {
    fs::remove_all(path_);
    fs::create_directories(path_ / "pipelines");
    for (const auto& entry : fs::directory_iterator(root / "pipelines"))
      fs::create_symlink(entry.path(), path_ / "pipelines" / entry.path().filename());
    fs::create_symlink(root / "tests", path_ / "tests");
  }
  ~Workspace() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

  int run(const std::string& script) const {
    write(path_ / "block.sh", script);
    const fs::path bin = program();
    const std::string line = "cd '" + path_.string() + "' && PATH='" + bin.parent_path().string() + "':\"$PATH\" CMAKE_PREFIX_PATH='" +
                             bin.parent_path().string() + "' sh -eu block.sh >stdout 2>stderr";
    return run_shell(line);
  }
  std::string out() const { return read(path_ / "stdout"); }
  std::string err() const { return read(path_ / "stderr"); }

 private:
  fs::path path_ = fs::temp_directory_path() / ("headrace-docs-" + std::to_string(::getpid()));
};

// Whether `line` is `pattern`, in which "..." stands for anything.
bool line_matches(std::string_view pattern, std::string_view line) {
  constexpr std::string_view anything = "...";
  std::size_t gap = pattern.find(anything);
  if (gap == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, gap))) return false;
  line.remove_prefix(gap);
  while (true) {
    pattern.remove_prefix(gap + anything.size());
    gap = pattern.find(anything);
    if (gap == std::string_view::npos) return line.ends_with(pattern);
    const std::size_t at = line.find(pattern.substr(0, gap));
    if (at == std::string_view::npos) return false;
    line.remove_prefix(at + gap);
  }
}

void check_text(const std::string& wanted, const std::string& text) {
  std::istringstream patterns(wanted), lines(text);
  std::string pattern, line;
  bool same = true;
  while (std::getline(patterns, pattern)) same = std::getline(lines, line) && line_matches(pattern, line) && same;
  CHECK_MESSAGE((same && !std::getline(lines, line)), "the page says\n" << wanted << "but it is\n" << text);
}

// What the boxes of a picture say, resources left out.
std::set<std::string> boxes_of(const std::string& mermaid) {
  static const std::regex box(R"re((?:\[|\(|")(\w+<br>\w+))re");
  std::set<std::string> out;
  std::istringstream lines(mermaid);
  for (std::string line; std::getline(lines, line);)
    if (line.find("{{") == line.npos)
      for (auto at = std::sregex_iterator(line.begin(), line.end(), box); at != std::sregex_iterator(); ++at) out.insert((*at)[1]);
  return out;
}

void check_picture(const Workspace& work, const Block& block) {
  const std::string file = file_name(block);
  if (file.empty()) return;
  const int code = work.run("headrace draw " + file + " --set feeds=any --format mermaid");
  CHECK_MESSAGE(code == 0, work.err());
  CHECK(boxes_of(block.text) == boxes_of(work.out()));
}

// Relative names start from pipelines/, or else from the root.
bool passes_check(const Workspace& work, const Block& block) {
  for (const std::string folder : {"pipelines/", ""}) {
    write(work.path() / (folder + "block.yaml"), block.text);
    if (work.run("headrace check " + folder + "block.yaml") == 0) return true;
  }
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
      if (block.info == "mermaid") check_picture(work, block);
      else if (const std::string name = file_name(block); !name.empty()) write(work.path() / name, block.text);
      if (block.info == "sh" || block.info == "sh fails") {
        const int code = work.run(block.text);
        CHECK_MESSAGE((code == 0) == (block.info == "sh"), "exit " << code << "\n" << work.out() << work.err());
      }
      if (block.info == "output") check_text(block.text, work.out());
      if (block.info == "error") check_text(block.text, work.err());
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

TEST_CASE("docs: every suite that a guarantee names is there") {
  static const std::regex suite(R"(tests/[\w./]+)");
  const std::string text = read(root / "docs/guarantees.md");
  for (auto at = std::sregex_iterator(text.begin(), text.end(), suite); at != std::sregex_iterator(); ++at) {
    CAPTURE(at->str());
    CHECK(fs::exists(root / at->str()));
  }
}
