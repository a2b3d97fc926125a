#include "core/cli/new.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>

#include "core/cli/common.hpp"
#include "core/cli/verbs.hpp"

namespace headrace::cli {

namespace {

namespace fs = std::filesystem;

std::vector<const NodeSpec*> nodes_of(const std::vector<std::string>& names) {
  std::vector<const NodeSpec*> out;
  for (const auto& name : names) {
    const NodeSpec* spec = find_node(name);
    std::vector<std::string> known;
    for (const NodeSpec* each : registered_nodes()) known.push_back(each->name);
    if (!spec) throw UsageError("there is no node '" + name + "'" + did_you_mean(name, known) + " (see headrace list nodes)");
    out.push_back(spec);
  }
  return out;
}

// What is printed has been checked; a warning (a key that nobody reads yet) is for whoever goes on writing.
int print_pipeline(const Args& args, const Console& console) {
  const std::string text = new_pipeline(nodes_of({args.operands.begin() + 1, args.operands.end()}));
  console.out << text;
  CompileOptions options;
  options.check_only = true;
  const auto diagnostics = compile_config(parse_config(text, "new.yaml"), options).diagnostics;
  if (!has_errors(diagnostics)) return fine;
  print(diagnostics, console);
  return negative;
}

NewNode::Kind kind_of(const Args& args) {
  const std::string name = args.value("--kind").value_or("pure");
  using enum NewNode::Kind;
  constexpr std::pair<std::string_view, NewNode::Kind> kinds[] = {
      {"pure", pure}, {"drop", drop}, {"async", async}, {"sink", sink}, {"source", source}};
  for (const auto& [each, kind] : kinds)
    if (each == name) return kind;
  throw UsageError("--kind takes pure, drop, async, sink or source, not '" + name + "'");
}

NewNode node_of(const Args& args) {
  NewNode node;
  node.name = args.operands[1];
  node.kind = kind_of(args);
  std::istringstream reads(args.value("--in").value_or(""));
  for (std::string read; std::getline(reads, read, ',');) node.reads.push_back(read);
  if (const auto gives = args.value("--out")) {
    if (node.kind == NewNode::Kind::sink) throw UsageError("a sink gives nothing: leave out --out");
    node.gives = *gives;
  }
  return node;
}

// Nothing is written when one of the files is there.
int write_files(const std::vector<NewFile>& files, const std::string& folder, const Console& console) {
  for (const NewFile& file : files)
    if (std::error_code error; fs::exists(fs::path(folder) / file.name, error))
      throw UsageError("'" + (fs::path(folder) / file.name).string() + "' is there already: name another folder");
  std::error_code error;
  fs::create_directories(folder, error);
  for (const NewFile& file : files) {
    const std::string path = (fs::path(folder) / file.name).string();
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    out.flush();
    if (!out) {
      console.err << "headrace: cannot write '" << path << "'\n";
      return sink_failed;
    }
    console.out << path << "\n";
  }
  return fine;
}

// One after the other, each below a comment with its name.
void print_files(const std::vector<NewFile>& files, const Console& console) {
  for (const NewFile& file : files)
    console.out << (&file == &files.front() ? "" : "\n") << (file.name == "CMakeLists.txt" ? "# " : "// ") << file.name << "\n"
                << file.text;
}

int create(const Args& args, const Console& console) {
  const std::string& what = args.operands[0];
  const auto option = [&](std::string_view name) { return args.flag(name); };
  if (what == "pipeline") {
    if (option("--in") || option("--out") || option("--kind") || option("--folder")) throw UsageError("only 'new node' takes options");
    return print_pipeline(args, console);
  }
  if (what != "node")
    throw UsageError("there is nothing called '" + what + "' to make" + did_you_mean(what, {"pipeline", "node"}) + " (pipeline, node)");
  if (args.operands.size() > 2) throw UsageError("'" + args.operands[2] + "' is one too many: headrace new node NAME");
  const std::vector<NewFile> files = new_node(node_of(args));
  if (const auto folder = args.value("--folder")) return write_files(files, *folder, console);
  print_files(files, console);
  return fine;
}

}  // namespace

const Verb& new_verb() {
  static const Verb verb{
      "new",
      "pipeline NODE... | node NAME",
      "prints a pipeline of some nodes, or a node with its test",
      "A pipeline is bound by the names of keys, and passes 'headrace check' as it is printed. A node comes with a test and a\n"
      "CMakeLists.txt that builds both outside this project; with --folder they are written, and nothing is overwritten.",
      "headrace new pipeline fetch extract_article label_topics",
      {{"--in", "KEY,...", "of a node: the keys that it reads; 'language?' may be absent, 'tide:double' is a new key"},
       {"--out", "TYPE", "of a node: what it gives (default: string): a C++ type, a key, or a new struct"},
       {"--kind", "KIND", "pure (default), drop, async, sink or source"},
       {"--folder", "DIR", "of a node: write its files there"}},
      2,
      SIZE_MAX,
      create};
  return verb;
}

}  // namespace headrace::cli
