// A drawing for Graphviz. Every name stands in quotes, whatever is in it.
#include "core/graph/drawing.hpp"

namespace headrace {

namespace {

using Shape = Drawing::Shape;
using Line = Drawing::Line;

std::string quoted(const std::vector<std::string>& lines) {
  std::string out = "\"";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\\n";
    for (const char c : lines[i]) {
      if (c == '"' || c == '\\') out += '\\';
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out + "\"";
}

std::string_view shape_of(Shape shape) {
  switch (shape) {
    case Shape::input: return "parallelogram";
    case Shape::source: return "oval";
    case Shape::key: return "box";
    case Shape::expanding: return "box3d";
    case Shape::sink: return "cylinder";
    case Shape::resource: return "hexagon";
  }
  return "box";
}

// Resources do not push the flow about: `constraint` leaves their edges out of the ranks.
std::string_view style_of(Line line) {
  switch (line) {
    case Line::value: return "";
    case Line::optional: return "style=dashed";
    case Line::after: return "style=dotted";
    case Line::resource: return "dir=none, color=gray60, constraint=false";
  }
  return "";
}

std::string node_text(const Drawing::Node& node) {
  std::string out = quoted({node.key}) + " [shape=" + std::string(shape_of(node.shape)) + ", label=" + quoted(label_lines(node));
  if (const std::string colour = shade(node); !colour.empty()) out += ", fillcolor=\"" + colour + "\"";
  return out + "];\n";
}

std::string edge_text(const Drawing& drawing, const Drawing::Edge& edge) {
  const auto key = [&](int node) { return quoted({drawing.nodes[static_cast<std::size_t>(node)].key}); };
  std::string attributes(style_of(edge.line));
  if (const auto lines = label_lines(edge); !lines.empty()) attributes += (attributes.empty() ? "label=" : ", label=") + quoted(lines);
  return "  " + key(edge.from) + " -> " + key(edge.to) + (attributes.empty() ? "" : " [" + attributes + "]") + ";\n";
}

}  // namespace

std::string draw_dot(const Drawing& drawing) {
  std::string out = "digraph " + quoted({drawing.name}) + " {\n";
  out += "  node [fontname=\"Helvetica\", style=filled, fillcolor=white];\n  edge [fontname=\"Helvetica\", fontsize=10];\n";
  const auto indent = [](int depth) { return std::string(static_cast<std::size_t>(2 * depth + 2), ' '); };
  visit_clusters(drawing, {[&](int node, int depth) { out += indent(depth) + node_text(drawing.nodes[static_cast<std::size_t>(node)]); },
                           [&](int cluster, int depth) {
                             const std::string& key = drawing.clusters[static_cast<std::size_t>(cluster)].key;
                             out += indent(depth) + "subgraph " + quoted({"cluster_" + key}) + " {\n" + indent(depth + 1) +
                                    "label=" + quoted({key}) + ";\n";
                           },
                           [&](int depth) { out += indent(depth) + "}\n"; }});
  for (const Drawing::Edge& edge : drawing.edges) out += edge_text(drawing, edge);
  return out + "}\n";
}

}  // namespace headrace
