// The command under test, as main() calls it, and files to run it on. Its nodes are registered in cli_nodes.cpp.
#pragma once
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/cli/cli.hpp"

namespace headrace::cli_test {

struct Outcome {
  int code;
  std::string out, err;
};

inline Outcome command(const std::vector<std::string>& arguments, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out, err;
  const int code = cli::run_command(arguments, {in, out, err});
  return {code, out.str(), err.str()};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "headrace-cli-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string path_;
};

// What the sink cli_collect has taken since it was last cleared.
std::vector<std::string>& collected();

// score needs number and may fail or drop; twice needs score; a sink takes both. The source counts up.
inline const std::string counting_pipeline = R"(name: counting
params: {from: -1, to: 3}
sources:
  cli_number: {node: cli_count_up, from: "${from}", to: "${to}"}
graph:
  cli_score: cli_score
  twice: {node: cli_twice, in: {cli_number: cli_score}}
sinks:
  out: {node: cli_collect, in: {cli_number: twice}}
)";

inline const std::string input_pipeline = R"(name: one
params: {factor: 2}
inputs: [cli_number, cli_offset]
graph:
  cli_score: {node: cli_score, factor: "${factor}"}
  twice: {node: cli_twice, in: {cli_number: cli_score}}
  words: {node: cli_words, in: {cli_number: twice}}
)";

}  // namespace headrace::cli_test
