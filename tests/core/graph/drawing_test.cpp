// Drawings are interfaces: tests/golden/drawings/NAME.txt, .mmd and .dot hold each pipeline that ships, and `everything.yaml`, as
// it is drawn. With HEADRACE_GOLDEN=write in the environment they are written anew; look at them before committing.
#include "core/graph/drawing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "tests/core/run/random_graph.hpp"

using namespace headrace;
namespace fs = std::filesystem;

namespace {

using Line = Drawing::Line;

constexpr std::pair<const char*, std::string (*)(const Drawing&)> formats[] = {
    {"txt", draw_text}, {"mmd", draw_mermaid}, {"dot", draw_dot}};

// Drawings name files as they were named: from inside the project that is the same everywhere.
class Inside {
 public:
  Inside() : before_(fs::current_path()) { fs::current_path(HEADRACE_SOURCE_DIR); }
  ~Inside() { fs::current_path(before_); }

 private:
  fs::path before_;
};

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Drawing drawing_of(Compiled compiled) {
  std::string problems;
  for (const Diagnostic& each : compiled.diagnostics) problems += format_diagnostic(each);
  REQUIRE_MESSAGE(compiled.plan, problems);
  return draw(*compiled.plan);
}

Drawing drawing_of_file(const std::string& path) {
  CompileOptions options;
  options.check_only = true;
  return drawing_of(compile_file(path, options));
}

Drawing drawing_of_text(const std::string& text) { return drawing_of(compile_config(parse_config(text, "drawn.yaml"))); }

std::vector<std::string> pipelines() {
  std::vector<std::string> out{"tests/golden/drawings/everything.yaml"};
  for (const auto& entry : fs::directory_iterator("pipelines")) {
    const std::string path = entry.path().string();
    if (path.ends_with(".yaml") && !path.ends_with("_test.yaml") && contains(contents(path), "\ngraph:")) out.push_back(path);
  }
  std::sort(out.begin() + 1, out.end());
  return out;
}

std::size_t columns_of(const std::string& line) {  // of what the drawings have in them: nothing wide, nothing combining
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The words of DOT with strings as one word each; empty when a string or a bracket is not closed, or a name stands bare.
std::vector<std::string> dot_words(const std::string& text) {
  std::vector<std::string> words;
  std::vector<char> open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      const std::size_t begin = i++;
      while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      if (i >= text.size()) return {};
      words.push_back(text.substr(begin, i + 1 - begin));
    } else if (c == '{' || c == '[') {
      open.push_back(c == '{' ? '}' : ']');
      words.emplace_back(1, c);
    } else if (c == '}' || c == ']') {
      if (open.empty() || open.back() != c) return {};
      open.pop_back();
      words.emplace_back(1, c);
    } else if (std::isalnum(static_cast<unsigned char>(c))) {
      const std::size_t begin = i;
      while (i + 1 < text.size() && (std::isalnum(static_cast<unsigned char>(text[i + 1])) || text[i + 1] == '_')) ++i;
      words.push_back(text.substr(begin, i + 1 - begin));
    }
  }
  return open.empty() ? words : std::vector<std::string>{};
}

const Drawing::Node& node_of(const Drawing& drawing, const std::string& key) {
  const auto found = std::find_if(drawing.nodes.begin(), drawing.nodes.end(), [&](const auto& node) { return node.key == key; });
  REQUIRE_MESSAGE(found != drawing.nodes.end(), key);
  return *found;
}

std::vector<std::string> edges_of(const Drawing& drawing) {
  constexpr const char* names[] = {"value", "optional", "after", "resource"};
  std::vector<std::string> out;
  for (const auto& edge : drawing.edges)
    out.push_back(drawing.nodes[static_cast<std::size_t>(edge.from)].key + " " + names[static_cast<int>(edge.line)] + " " +
                  drawing.nodes[static_cast<std::size_t>(edge.to)].key);
  return out;
}

std::size_t times(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t count = 0;
  for (const auto& part : parts)
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

// The row of a key in the text, with the lines below it that go on saying what it reads; empty when there is none.
std::string row_of(const std::string& text, const std::string& key) {
  const std::vector<std::string> marks{"▷", "▶", "●", "✱", "■"};
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (!out.empty() && (line.empty() || times(line, marks) > 0)) return out;
    if (!out.empty()) out += line + "\n";
    else if (times(line, marks) == 1 && contains(line, " " + key + " ")) out = line + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("each pipeline is drawn as its golden file says") {
  const Inside inside;
  const bool write = std::getenv("HEADRACE_GOLDEN") && std::string(std::getenv("HEADRACE_GOLDEN")) == "write";
  for (const std::string& path : pipelines()) {
    const Drawing drawing = drawing_of_file(path);
    for (const auto& [ending, format] : formats) {
      const std::string file = "tests/golden/drawings/" + fs::path(path).stem().string() + "." + ending;
      CAPTURE(file);
      const std::string found = format(drawing);
      if (write) std::ofstream(file, std::ios::binary) << found;
      CHECK(found == contents(file));
    }
  }
}

TEST_CASE("a drawing does not depend on the order of the file") {
  const Inside inside;
  const Drawing ordered = drawing_of_file("tests/golden/drawings/everything.yaml");
  Drawing shuffled = drawing_of_file("tests/golden/drawings/everything_shuffled.yaml");
  shuffled.path = ordered.path;
  for (const auto& [ending, format] : formats) CHECK(format(ordered) == format(shuffled));
}

TEST_CASE("a drawing knows what each thing is, and how it hangs together") {
  const Inside inside;
  const Drawing drawing = drawing_of_file("tests/golden/drawings/everything.yaml");
  CHECK(node_of(drawing, "t_number").shape == Drawing::Shape::input);
  CHECK(node_of(drawing, "word").shape == Drawing::Shape::source);
  CHECK(node_of(drawing, "words").shape == Drawing::Shape::expanding);
  CHECK(node_of(drawing, "asked").shape == Drawing::Shape::key);
  CHECK(node_of(drawing, "file").shape == Drawing::Shape::sink);
  CHECK(node_of(drawing, "model").shape == Drawing::Shape::resource);
  CHECK(node_of(drawing, "model.under").cluster == -1);
  REQUIRE(drawing.clusters.size() == 2);
  CHECK(drawing.clusters[0].key == "pair");
  CHECK(drawing.clusters[1].key == "pair.deep");
  CHECK(drawing.clusters[1].parent == 0);
  CHECK(node_of(drawing, "pair.left").cluster == 0);
  CHECK(node_of(drawing, "pair.deep.only").cluster == 1);
  const auto edges = edges_of(drawing);
  for (const std::string edge :
       {"t_number value checked", "words optional said", "word optional said", "pair.left after said", "words optional file",
        "asked value pair.left", "model resource asked", "model.under resource model", "pair.right value pair.deep.only"})
    CHECK_MESSAGE(std::find(edges.begin(), edges.end(), edge) != edges.end(), edge);
  CHECK(std::adjacent_find(edges.begin(), edges.end()) == edges.end());
}

TEST_CASE("a resource of two nodes is named after the same one in any order") {
  const std::string head = "inputs: [t_number]\ngraph:\n", a = "  a: {node: t_ask, model: pick.txt}\n",
                    b = "  b: {node: t_ask, model: pick.txt}\n";
  CHECK(draw_text(drawing_of_text(head + a + b)) == draw_text(drawing_of_text(head + b + a)));
}

TEST_CASE("the drawings of random graphs have every key and every edge, and do not depend on their order") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    testing::RandomGraphOptions options;
    options.keys = 4 + static_cast<int>(seed % 5) * 7;
    const std::string text = testing::random_graph(seed, 0, options);
    if (!testing::compiles(text)) continue;
    CAPTURE(text);
    const Drawing drawing = drawing_of_text(text), shuffled = drawing_of_text(testing::random_graph(seed, seed, options));
    for (const auto& [ending, format] : formats) CHECK(format(drawing) == format(shuffled));

    const std::string lines = draw_text(drawing), mermaid = draw_mermaid(drawing), dot = draw_dot(drawing);
    std::vector<std::set<int>> producers(drawing.nodes.size());
    for (const Drawing::Edge& edge : drawing.edges) producers[static_cast<std::size_t>(edge.to)].insert(edge.from);
    for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
      const Drawing::Node& node = drawing.nodes[i];
      const std::string row = row_of(lines, node.key);
      CHECK_FALSE(row.empty());
      for (const auto& read : node.reads) CHECK_MESSAGE(contains(row, read), row << " lacks " << read);
      const std::size_t joined = times(row.substr(0, row.find('\n')), {"├", "╰", "┤", "╯", "┼", "┴"});  // and one may end in the mark
      CHECK_MESSAGE((joined == producers[i].size() || joined + 1 == producers[i].size()), row);
      CHECK(contains(mermaid, "n" + std::to_string(i) + "["));
      CHECK(contains(mermaid, "\"" + node.key + "<br>" + node.node + "\""));
      CHECK(contains(dot, "\n  \"" + node.key + "\" [shape="));
    }
    for (const Drawing::Edge& edge : drawing.edges) {
      const auto key = [&](int node) { return "\"" + drawing.nodes[static_cast<std::size_t>(node)].key + "\""; };
      CHECK(contains(dot, "\n  " + key(edge.from) + " -> " + key(edge.to)));
      CHECK((contains(mermaid, "\n  n" + std::to_string(edge.from) + " --> n" + std::to_string(edge.to) + "\n") ||
             contains(mermaid, "\n  n" + std::to_string(edge.from) + " -.-> n" + std::to_string(edge.to) + "\n")));
    }
  }
}

TEST_CASE("every binding of a plan is an edge of its drawing") {
  for (std::uint64_t seed = 100; seed < 130; ++seed) {
    const std::string text = testing::random_graph(seed, 0, {});
    const Compiled compiled = compile_config(parse_config(text, "drawn.yaml"));
    if (!compiled.plan) continue;
    const auto edges = edges_of(draw(*compiled.plan));
    for (const Step& step : compiled.plan->steps)
      for (const BoundPort& port : step.ports)
        for (const Binding& from : port.from) {
          const std::string edge =
              compiled.plan->slots[static_cast<std::size_t>(from.slot)].key + (port.port.optional ? " optional " : " value ") + step.key;
          CHECK_MESSAGE(std::find(edges.begin(), edges.end(), edge) != edges.end(), edge << " of\n" << text);
        }
  }
}

TEST_CASE("a graph of a thousand keys that are all read at the end is drawn") {
  std::string text = "inputs: [t_number]\ngraph:\n", keys;
  for (int i = 0; i < 1000; ++i) {
    text += "  k" + std::to_string(i) + ": {node: t_increment, in: {t_number: t_number}}\n";
    keys += (i ? ", k" : "k") + std::to_string(i) + ": k" + std::to_string(i);
  }
  const Drawing drawing = drawing_of_text(text + "sinks:\n  all: {node: t_write, path: out, keys: {" + keys + "}}\n");
  CHECK(drawing.edges.size() == 2000);
  for (const auto& [ending, format] : formats) CHECK(contains(format(drawing), "k999"));
}

TEST_CASE("DOT is well formed, whatever the names") {
  const Inside inside;
  Drawing drawing = drawing_of_file("tests/golden/drawings/everything.yaml");
  drawing.nodes[0].key = "a \"b\" \\ {c] \n d\\";
  const auto words = dot_words(draw_dot(drawing));
  REQUIRE_FALSE(words.empty());
  CHECK(words[0] == "digraph");
  CHECK(words[1] == R"("every \"kind\" <of> thing & a \\ more")");
  CHECK(std::find(words.begin(), words.end(), R"("a \"b\" \\ {c]   d\\")") != words.end());
  CHECK(dot_words("digraph { \"a }").empty());
  CHECK(dot_words("digraph { a [ } ]").empty());
}

TEST_CASE("Mermaid hides what it would read as its own") {
  const Inside inside;
  Drawing drawing = drawing_of_file("tests/golden/drawings/everything.yaml");
  drawing.nodes[0].key = "end\"]; #1 <b>`x`</b> &amp;\n";
  CHECK(contains(draw_mermaid(drawing), "\"end#quot;]; #35;1 #lt;b#gt;#96;x#96;#lt;/b#gt; #amp;amp; <br>"));
}

TEST_CASE("the text of a pipeline that ships fits a terminal of 100 columns") {
  const Inside inside;
  for (const std::string& path : pipelines()) {
    std::istringstream lines(draw_text(drawing_of_file(path)));
    for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(columns_of(line) <= 100, line);
  }
}

TEST_CASE("statistics put counts on edges and shades on keys") {
  Drawing drawing = drawing_of_text(
      "inputs: [t_number]\ngraph:\n  a: t_filter\n  b: {node: t_increment, in: {t_number: a}}\n  c: {node: t_say, in: {t_number: b}}\n");
  const JsonDocument statistics(R"({"records": {}, "nodes": {"a": {"calls": 10, "errors": 1, "dropped": 2, "total_ns": 250},
    "b": {"calls": 7, "errors": 0, "dropped": 0, "total_ns": 750}, "gone": {"calls": 1, "errors": 0, "dropped": 0, "total_ns": 0}}})");
  CHECK(count(drawing, statistics.root()) == std::vector<std::string>{"gone"});
  CHECK(node_of(drawing, "a").count->permille == 250);
  CHECK_FALSE(node_of(drawing, "c").count);
  CHECK(shade(node_of(drawing, "a")) == "#ffe3cf");
  CHECK(shade(node_of(drawing, "c")) == "");
  CHECK(drawing.edges[0].values == 10);
  CHECK(drawing.edges[1].values == 7);
  CHECK_FALSE(drawing.edges[2].values);
  CHECK(draw_text(drawing) == R"(drawn: drawn.yaml

                          calls  dropped  failed   time
▷  t_number  integer
●  a         t_filter        10        2       1  25.0%  t_number
●  b         t_increment      7        0       0  75.0%  a
●  c         t_say                                       b

▷ input   ● key
)");
  CHECK(contains(draw_dot(drawing), "label=\"b\\nt_increment\\n7 calls\\n75.0% of the time\", fillcolor=\"#ffa96d\""));
  CHECK(contains(draw_dot(drawing), "\"a\" -> \"b\" [label=\"7\"]"));
  CHECK(contains(draw_mermaid(drawing), "style n2 fill:#ffa96d"));
}

TEST_CASE("what is not the statistics of a run is refused") {
  Drawing drawing = drawing_of_text("inputs: [t_number]\ngraph: {a: t_filter}\n");
  for (const char* text : {"{}", "[]", "1", R"({"nodes": []})", R"({"nodes": {"a": {}}})",
                           R"({"nodes": {"a": {"calls": -1, "errors": 0, "dropped": 0, "total_ns": 1}}})"}) {
    CAPTURE(text);
    const JsonDocument statistics(text);
    CHECK_THROWS_AS(count(drawing, statistics.root()), BadValue);
  }
}
