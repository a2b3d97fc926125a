// A drawing as a Mermaid flowchart. Names of Mermaid's own ("end") and odd characters stand in labels only: nodes are numbered.
#include "core/graph/drawing.hpp"

namespace headrace {

namespace {

using Shape = Drawing::Shape;
using Line = Drawing::Line;

std::string quoted(const std::vector<std::string>& lines) {
  std::string out = "\"";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "<br>";
    for (const char c : lines[i]) {
      switch (c) {
        case '"': out += "#quot;"; break;
        case '#': out += "#35;"; break;
        case '&': out += "#amp;"; break;
        case '<': out += "#lt;"; break;
        case '>': out += "#gt;"; break;
        case '`': out += "#96;"; break;
        default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      }
    }
  }
  return out + "\"";
}

std::string id_of(int node) { return "n" + std::to_string(node); }

std::string node_text(const Drawing::Node& node) {
  const std::string label = quoted(label_lines(node));
  switch (node.shape) {
    case Shape::input: return "[/" + label + "/]";
    case Shape::source: return "([" + label + "])";
    case Shape::key: return "[" + label + "]";
    case Shape::expanding: return "[[" + label + "]]";
    case Shape::sink: return "[(" + label + ")]";
    case Shape::resource: return "{{" + label + "}}";
  }
  return label;
}

std::string_view arrow_of(Line line) {
  switch (line) {
    case Line::value: return "-->";
    case Line::optional:
    case Line::after: return "-.->";
    case Line::resource: return "---";
  }
  return "-->";
}

// Mermaid has one kind of broken line; the length of its dashes tells optional ports from `after`.
std::string_view style_of(Line line) {
  switch (line) {
    case Line::value: return "";
    case Line::optional: return "stroke-dasharray:7 4";
    case Line::after: return "stroke-dasharray:2 4";
    case Line::resource: return "stroke:#999";
  }
  return "";
}

std::string edge_text(const Drawing::Edge& edge) {
  const auto lines = label_lines(edge);
  return "  " + id_of(edge.from) + " " + std::string(arrow_of(edge.line)) + (lines.empty() ? "" : "|" + quoted(lines) + "|") + " " +
         id_of(edge.to) + "\n";
}

// One line for each style, with the numbers of its edges.
std::string link_styles(const Drawing& drawing) {
  std::string out;
  for (const Line line : {Line::optional, Line::after, Line::resource}) {
    std::string numbers;
    for (std::size_t i = 0; i < drawing.edges.size(); ++i)
      if (drawing.edges[i].line == line) numbers += (numbers.empty() ? "" : ",") + std::to_string(i);
    if (!numbers.empty()) out += "  linkStyle " + numbers + " " + std::string(style_of(line)) + "\n";
  }
  return out;
}

}  // namespace

std::string draw_mermaid(const Drawing& drawing) {
  std::string out = "flowchart TD\n";
  const auto indent = [](int depth) { return std::string(static_cast<std::size_t>(2 * depth + 2), ' '); };
  visit_clusters(drawing, {[&](int node, int depth) {
                             out += indent(depth) + id_of(node) + node_text(drawing.nodes[static_cast<std::size_t>(node)]) + "\n";
                           },
                           [&](int cluster, int depth) {
                             const std::string& key = drawing.clusters[static_cast<std::size_t>(cluster)].key;
                             out += indent(depth) + "subgraph s" + std::to_string(cluster) + "[" + quoted({key}) + "]\n";
                           },
                           [&](int depth) { out += indent(depth) + "end\n"; }});
  for (const Drawing::Edge& edge : drawing.edges) out += edge_text(edge);
  out += link_styles(drawing);
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i)
    if (const std::string colour = shade(drawing.nodes[i]); !colour.empty())
      out += "  style " + id_of(static_cast<int>(i)) + " fill:" + colour + ",color:#000\n";
  return out;
}

}  // namespace headrace
