// What `new` prints is right as it is printed: pipelines pass `check`, and the files of a node build outside this project.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "core/graph/spec.hpp"
#include "core/run/random.hpp"
#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;
using Words = std::vector<std::string>;

namespace {

void check_pipeline(const Words& nodes) {
  Words arguments{"new", "pipeline"};
  arguments.insert(arguments.end(), nodes.begin(), nodes.end());
  const Outcome made = command(arguments);
  const Folder folder;
  const Outcome checked = command({"check", folder.write("new.yaml", made.out)});
  CHECK_MESSAGE(made.code == 0, made.out << made.err);
  CHECK_MESSAGE(checked.code == 0, made.out << checked.err);
}

std::string program() {
  if (const char* named = std::getenv("HEADRACE_BIN")) return named;
  return HEADRACE_BINARY_DIR "/headrace";
}

// Builds the project in `folder`; its tests must pass.
void build_and_test(const std::string& folder) {
  const std::string prefix = std::filesystem::path(program()).parent_path().string();
  const std::string script = "cd '" + folder + "' && (cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH='" + prefix +
                             "' -DCMAKE_CXX_FLAGS='-Wall -Wextra -Wpedantic -Werror' && cmake --build build && ctest --test-dir build "
                             "--output-on-failure) >log 2>&1";
  const int status = std::system(script.c_str());
  std::ifstream log(folder + "/log");
  CHECK_MESSAGE((WIFEXITED(status) && WEXITSTATUS(status) == 0), std::string(std::istreambuf_iterator<char>(log), {}));
}

// A node of a newcomer's is built as they build it: its program would lack what instrumented libraries need.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool instrumented = true;
#else
constexpr bool instrumented = false;
#endif

bool missing() {
  if (instrumented) {
    MESSAGE("skipped: this build is instrumented");
    return true;
  }
  if (::access(program().c_str(), X_OK) == 0) return false;
  MESSAGE("skipped: there is no program " << program());
  return true;
}

}  // namespace

TEST_CASE("new pipeline binds by the names of keys, and leaves open what nobody gives") {
  CHECK(command({"new", "pipeline", "extract_article", "fetch", "label_topics"}).out ==
        R"(# headrace new pipeline extract_article fetch label_topics
params:
  model: !required "A resource, or the file of one."
inputs: [url]
graph:
  page:    fetch
  article: extract_article
  topics:  {node: label_topics, in: {language: article.language}, model: "${model}"}
)");
}

TEST_CASE("new pipeline puts sources, sinks and resources where they belong") {
  const Outcome made =
      command({"new", "pipeline", "http_client", "poll_feeds", "canonical_url", "fetch", "extract_article", "write_jsonl"});
  CHECK(made.out == R"(# headrace new pipeline http_client poll_feeds canonical_url fetch extract_article write_jsonl
params:
  path: !required "The file; its folder is made. '-' is standard output."
resources:
  http: http_client
sources:
  entry: poll_feeds
graph:
  canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
  page:      {node: fetch, in: {url: canonical.url}}
  article:   extract_article
sinks:
  write_jsonl: {node: write_jsonl, path: "${path}", keys: {entry: entry, canonical: canonical, page: page, article: article}}
)");
  check_pipeline({"http_client", "poll_feeds", "canonical_url", "fetch", "extract_article", "write_jsonl"});
}

TEST_CASE("new pipeline of each node alone passes check as printed") {
  for (const headrace::NodeSpec* spec : headrace::registered_nodes()) {
    CAPTURE(spec->name);
    check_pipeline({spec->name});
  }
}

TEST_CASE("new pipeline of any nodes, also of the same one twice, passes check as printed") {
  const auto specs = headrace::registered_nodes();
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    headrace::RandomNumbers random(seed);
    Words nodes;
    bool expands = false;  // no sink can read two keys that expand beside each other
    for (std::uint64_t i = 0, size = 1 + random.below(7); i < size; ++i) {
      const headrace::NodeSpec& spec = *specs[random.below(specs.size())];
      if (spec.expands && std::exchange(expands, true)) continue;
      nodes.push_back(spec.name);
    }
    check_pipeline(nodes);
  }
}

TEST_CASE("new says what is wrong") {
  CHECK(command({"new"}).code == 2);
  CHECK(command({"new", "pipline", "fetch"}).err ==
        "headrace: there is nothing called 'pipline' to make, did you mean 'pipeline'? (pipeline, node)\n");
  CHECK(command({"new", "pipeline", "fetsh"}).err ==
        "headrace: there is no node 'fetsh', did you mean 'fetch'? (see headrace list nodes)\n");
  CHECK(command({"new", "node", "fetch"}).err == "headrace: there is a node 'fetch' already (see headrace show fetch)\n");
  CHECK(command({"new", "node", "CountWords"}).code == 2);
  CHECK(contains(command({"new", "node", "x", "--in", "../y"}).err, "cannot be a key"));
  CHECK(contains(command({"new", "node", "x", "--in", "text,text"}).err, "twice"));
  CHECK(contains(command({"new", "node", "x", "--in", "text:int"}).err, "is in the vocabulary"));
  CHECK(contains(command({"new", "node", "x", "--out", "in t"}).err, "is no type"));
  CHECK(contains(command({"new", "node", "x", "--kind", "pur"}).err, "pure, drop, async, sink or source"));
  CHECK(command({"new", "node", "x", "--kind", "sink", "--out", "int"}).code == 2);
  CHECK(command({"new", "node", "x", "--kind", "source", "--in", "text"}).code == 2);
  CHECK(command({"new", "node", "x", "y"}).code == 2);
  CHECK(command({"new", "pipeline", "fetch", "--folder", "x"}).code == 2);
}

TEST_CASE("new node prints its files, each below its name") {
  const Outcome made = command({"new", "node", "count_words", "--in", "text,language?", "--out", "int"});
  CHECK(made.code == 0);
  CHECK(made.out.starts_with(R"(// count_words.cpp
#include "core/node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;

namespace {

class CountWords {
 public:
  int operator()([[maybe_unused]] In<"text"> text, [[maybe_unused]] Opt<"language"> language) const {
    int value{};
    return value;
  }
};

}  // namespace

HEADRACE_NODE(CountWords, "count_words", "Say in one sentence what it does.")

// count_words_test.cpp
)"));
  CHECK(contains(made.out, "\n# CMakeLists.txt\ncmake_minimum_required"));
}

TEST_CASE("new node writes its files, and overwrites none") {
  const Folder folder;
  const std::string at = folder.path("made/here");
  const Outcome made = command({"new", "node", "count_words", "--in", "text", "--out", "WordCount", "--folder", at});
  CHECK(made.code == 0);
  CHECK(made.out == at + "/count_words.hpp\n" + at + "/count_words.cpp\n" + at + "/count_words_test.cpp\n" + at + "/CMakeLists.txt\n");
  std::filesystem::remove(at + "/count_words.cpp");
  std::ofstream(at + "/CMakeLists.txt") << "mine";
  const Outcome again = command({"new", "node", "count_words", "--folder", at});
  CHECK(again.code == 2);
  CHECK(contains(again.err, "is there already"));
  CHECK_FALSE(std::filesystem::exists(at + "/count_words.cpp"));
}

TEST_CASE("a new node builds outside this project, its test passes, and the command has it") {
  if (missing()) return;
  const Folder folder;
  const std::string at = folder.path("tide");
  REQUIRE(
      command({"new", "node", "tide_table", "--kind", "drop", "--in", "text,article?,value:double", "--out", "TideTable", "--folder", at})
          .code == 0);
  build_and_test(at);
  const std::string call = "echo '{\"text\": \"a\", \"value\": 1.5}' | '" + at + "/build/tide_table' call tide_table >'" + at + "/out'";
  CHECK(std::system(call.c_str()) == 0);
  std::ifstream out(at + "/out");
  CHECK(std::string(std::istreambuf_iterator<char>(out), {}) == "{\"value\":{\"text\":\"\"}}\n");
}

TEST_CASE("a new node of any kind builds, and its test passes") {
  if (missing()) return;
  const Folder folder;
  std::string sources;
  for (const Words& each : {Words{"pure", "article"}, Words{"async", "Bytes"}, Words{"sink", ""}, Words{"source", "Article"}}) {
    const std::string name = "made_" + each[0], at = folder.path(name);
    Words arguments{"new", "node", name, "--kind", each[0], "--folder", at};
    if (!each[1].empty()) arguments.insert(arguments.end(), {"--out", each[1]});
    if (each[0] != "source") arguments.insert(arguments.end(), {"--in", "page,published?,default:int"});
    REQUIRE_MESSAGE(command(arguments).code == 0, command(arguments).err);
    // One program for all of them: linking takes longer than compiling.
    std::ifstream in(at + "/" + name + "_test.cpp");
    std::string test{std::istreambuf_iterator<char>(in), {}};
    if (!sources.empty()) test.erase(0, test.find('\n') + 1);  // one main is enough
    std::ofstream(at + "/" + name + "_test.cpp") << test;
    sources += " " + name + "/" + name + ".cpp " + name + "/" + name + "_test.cpp";
  }
  REQUIRE(command({"new", "node", "state", "--in", "story", "--folder", folder.path("state")}).code == 0);  // State is a type of ours
  REQUIRE(command({"new", "node", "out_of_nothing", "--out", "bool", "--folder", folder.path("nothing")}).code == 0);
  sources += " state/state.cpp nothing/out_of_nothing.cpp";
  folder.write(
      "CMakeLists.txt",
      "cmake_minimum_required(VERSION 3.25)\nproject(made LANGUAGES CXX)\nfind_package(headrace REQUIRED)\nfind_package(doctest REQUIRED)\n"
      "enable_testing()\nadd_executable(made" +
          sources + ")\ntarget_link_libraries(made PRIVATE headrace::nodes doctest::doctest)\nadd_test(NAME made COMMAND made)\n");
  build_and_test(folder.path());
}
