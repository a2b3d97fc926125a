// What shells offer, from the candidates themselves and through a real bash.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;
using Words = std::vector<std::string>;

namespace {

Words candidates(Words words) {
  words.insert(words.begin(), {"completion", "words", "--"});
  const Outcome outcome = command(words);
  CHECK(outcome.code == 0);
  CHECK(outcome.err == "");
  return lines_of(outcome.out);
}

bool has(const Words& words, const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); }

std::string program() {
  if (const char* named = std::getenv("HEADRACE_BIN")) return named;
  return HEADRACE_BINARY_DIR "/headrace";
}

// What a person at a bash gets: readline has broken the line into `words` and asks for the last.
Words in_bash(const std::string& folder, const Words& words) {
  std::string array;
  for (const auto& word : words) array += " '" + word + "'";
  const std::string script = "cd '" + folder + "' && source <('" + program() + "' completion bash) && COMP_WORDS=(" + array +
                             ") COMP_CWORD=" + std::to_string(words.size() - 1) + " && _headrace && printf '%s\\n' \"${COMPREPLY[@]}\"";
  const std::string file = folder + "/ask.sh";
  std::ofstream(file) << script;
  std::FILE* pipe = ::popen(("bash --norc '" + file + "' 2>&1").c_str(), "r");
  REQUIRE(pipe);
  std::string text;
  char block[4096];
  for (std::size_t got; (got = std::fread(block, 1, sizeof block, pipe)) > 0;) text.append(block, got);
  ::pclose(pipe);
  return lines_of(text);
}

}  // namespace

TEST_CASE("completion offers verbs, options and what they take") {
  CHECK(has(candidates({""}), "draw"));
  CHECK(candidates({"comp"}) == Words{"completion"});
  CHECK(candidates({"help", "ch"}) == Words{"check"});
  CHECK(candidates({"draw", "--f"}) == Words{"--format"});
  CHECK(candidates({"draw", "--format", ""}) == Words{"dot", "mermaid", "text"});
  CHECK(candidates({"draw", "--format=m"}) == Words{"--format=mermaid"});
  CHECK(candidates({"run", "--log", ""}) == Words{"debug", "error", "info", "off", "warning"});
  CHECK(candidates({"new", ""}) == Words{"node", "pipeline"});
  CHECK(candidates({"new", "node", "x", "--kind", "s"}) == Words{"sink", "source"});
  CHECK(candidates({"completion", ""}) == Words{"bash", "fish", "zsh"});
  CHECK(candidates({"list", "res"}) == Words{"resources"});
  CHECK(candidates({"nonesuch", ""}).empty());
  CHECK(candidates({"check", "--nonesuch=", ""}).size() == candidates({"check", ""}).size());
}

TEST_CASE("completion offers nodes and keys") {
  CHECK(candidates({"call", "cli_sc"}) == Words{"cli_score"});
  CHECK(candidates({"show", "cli_of"}) == Words{"cli_offset"});
  CHECK(candidates({"new", "pipeline", "cli_twice", "cli_sc"}) == Words{"cli_score"});
  CHECK(candidates({"new", "node", "cli_sc"}).empty());
  CHECK(candidates({"new", "node", "x", "--in", "cli_number,cli_of"}) == Words{"cli_number,cli_offset"});
  CHECK(candidates({"call", "cli_score", "--set", ""}) == Words{"factor=", "lenient="});
}

TEST_CASE("completion reads the pipeline that is named") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", input_pipeline);
  CHECK(candidates({"call", file, ""}) == Words{"cli_number", "cli_offset", "cli_score", "twice", "words"});
  CHECK(candidates({"eval", file, ""}) == Words{"cli_number=", "cli_offset="});
  CHECK(candidates({"eval", file, "cli_number=1", "cli_o"}) == Words{"cli_offset="});
  CHECK(candidates({"eval", file, "--want", "twice,w"}) == Words{"twice,words"});
  CHECK(candidates({"run", file, "--set", ""}) == Words{"factor="});
  const std::string broken = folder.write("broken.yaml", "graph: [\n");
  CHECK(candidates({"call", broken, ""}).empty());
  CHECK(candidates({"call", folder.path("none.yaml"), ""}).empty());
}

TEST_CASE("completion offers pipelines and folders, and other files where they belong") {
  const Folder folder;
  folder.write("p.yaml", input_pipeline);
  folder.write("notes.txt", "");
  folder.write(".hidden.yaml", "");
  folder.write("sub/q.yaml", input_pipeline);
  const std::string at = folder.path() + "/";
  CHECK(candidates({"draw", at}) == Words{at + "p.yaml", at + "sub/"});
  CHECK(candidates({"draw", at + "sub/"}) == Words{at + "sub/q.yaml"});
  CHECK(candidates({"draw", at + "p.yaml", "--stats", at + "n"}) == Words{at + "notes.txt"});
  CHECK(candidates({"draw", at + ".h"}) == Words{at + ".hidden.yaml"});
  CHECK(candidates({"check", at + "p.yaml", at + "p"}) == Words{at + "p.yaml"});
  CHECK(candidates({"run", at + "p.yaml", ""}).empty());
  CHECK(candidates({"draw", at + "none/"}).empty());
}

TEST_CASE("completion has a script for each shell") {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = command({"completion", shell});
    CHECK(outcome.code == 0);
    CHECK(contains(outcome.out, "completion words --"));
  }
  CHECK(command({"completion", "bsh"}).err == "headrace: there is no completion for 'bsh', did you mean 'bash'? (bash, zsh, fish)\n");
  CHECK(command({"completion", "bash", "zsh"}).code == 2);
}

TEST_CASE("completion works in bash") {
  if (::access(program().c_str(), X_OK) != 0 || std::system("bash --version >/dev/null 2>&1") != 0) {
    MESSAGE("skipped: it takes bash and the program " << program());
    return;
  }
  const Folder folder;
  folder.write("a pipeline.yaml", "params: {speed: 1}\ninputs: [url]\ngraph: {page: {node: fetch, timeout: \"${speed}\"}}\n");
  folder.write("p.yaml", "params: {speed: 1}\ninputs: [url]\ngraph: {page: {node: fetch, timeout: \"${speed}\"}}\n");
  const std::string headrace = program();
  CHECK(in_bash(folder.path(), {headrace, "dr"}) == Words{"draw"});
  CHECK(in_bash(folder.path(), {headrace, "draw", ""}) == Words{"a pipeline.yaml", "p.yaml"});
  CHECK(in_bash(folder.path(), {headrace, "draw", "p.yaml", "--format", "=", "d"}) == Words{"dot"});
  CHECK(in_bash(folder.path(), {headrace, "draw", "p.yaml", "--format", "="}) == Words{"dot", "mermaid", "text"});
  CHECK(in_bash(folder.path(), {headrace, "run", "p.yaml", "--set", "sp"}) == Words{"speed="});
  CHECK(in_bash(folder.path(), {headrace, "call", "p.yaml", ""}) == Words{"page", "url"});
  CHECK(in_bash(folder.path(), {headrace, "show", "extract_a"}) == Words{"extract_article"});
}
