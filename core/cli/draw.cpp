#include <fstream>
#include <iterator>
#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/verbs.hpp"
#include "core/graph/drawing.hpp"

namespace headrace::cli {

namespace {

using Drawer = std::string (*)(const Drawing&);

Drawer drawer_of(const Args& args) {
  const std::string name = args.value("--format").value_or("text");
  constexpr std::pair<std::string_view, Drawer> drawers[] = {{"text", draw_text}, {"mermaid", draw_mermaid}, {"dot", draw_dot}};
  for (const auto& [each, drawer] : drawers)
    if (each == name) return drawer;
  throw UsageError("--format takes text, mermaid or dot, not '" + name + "'" + did_you_mean(name, {"text", "mermaid", "dot"}));
}

std::string read_statistics(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || text.empty())
    throw UsageError("cannot read the statistics '" + path + "': name a file that 'headrace run --stats FILE' has written");
  return text;
}

void add_statistics(Drawing& drawing, const std::string& path, const Console& console) {
  const std::string text = read_statistics(path);
  try {
    const JsonDocument document(text);
    const auto strangers = count(drawing, document.root());
    if (!strangers.empty())
      console.err << "headrace: '" << path << "' is of another pipeline, or an older one: it has the keys " << join(strangers) << "\n";
  } catch (const BadValue& error) {
    throw UsageError("'" + path + "': " + (error.path.empty() ? "" : error.path + ": ") + error.message +
                     "; name a file that 'headrace run --stats FILE' has written");
  }
}

int draw_file(const Args& args, const Console& console) {
  const Drawer drawer = drawer_of(args);
  CompileOptions options;
  options.params = settings_of(args);
  options.check_only = true;
  const auto plan = take_plan(compile_file(args.operands[0], options), console);
  if (!plan) return bad_config;
  Drawing drawing = draw(*plan);
  if (const auto statistics = args.value("--stats")) add_statistics(drawing, *statistics, console);
  console.out << drawer(drawing);
  return fine;
}

}  // namespace

const Verb& draw_verb() {
  static const Verb verb{"draw",
                         "FILE",
                         "draws a pipeline, with the counts and times of a run if asked",
                         "The drawing does not depend on the order in which the file names things.",
                         "headrace draw pipelines/news.yaml",
                         {option::set,
                          {"--format", "FORMAT", "text (default), mermaid or dot"},
                          {"--stats", "FILE", "what 'run --stats FILE' wrote: counts on the edges, shades by time"}},
                         1,
                         1,
                         draw_file};
  return verb;
}

}  // namespace headrace::cli
