// A plan as a picture: what stands in it, what leads to what, and what is grouped.
//
//   Drawing drawing = draw(*compiled.plan);
//   count(drawing, JsonDocument(text_of("stats.json")).root());   // if a run has left its statistics
//   std::cout << draw_text(drawing);
//
// Two files that say the same in another order give the same drawing, and so the same bytes in each format.
#pragma once
#include <functional>

#include "core/graph/plan.hpp"

namespace headrace {

struct Drawing {
  enum class Shape { input, source, key, expanding, sink, resource };
  enum class Line { value, optional, after, resource };

  struct Count {  // of one key, as `run --stats` tells it
    std::uint64_t calls = 0, dropped = 0, failed = 0;
    int permille = 0;  // of the time that all keys took
  };
  struct Node {
    std::string key, node;  // of an input, `node` is its type
    Shape shape = Shape::key;
    int depth = 0;                   // steps from the inputs and sources; 0 for a resource
    int cluster = -1;                // index; -1: the pipeline itself
    std::vector<std::string> reads;  // for people: "article.title or entry.title", "article.language?", "after admitted"
    std::optional<Count> count{};
  };
  struct Edge {  // a resource leads to what uses it
    int from = -1, to = -1;
    Line line = Line::value;
    std::vector<std::string> labels;        // the fields that are read ("article.title"), or the field that takes the resource
    std::optional<std::uint64_t> values{};  // how many values the reader took, where the statistics can tell
  };
  struct Cluster {  // a subgraph
    std::string key;
    int parent = -1;
  };

  std::string name, path;         // of the pipeline
  std::vector<Node> nodes;        // by depth, then by key; resources last, by key
  std::vector<Edge> edges;        // by from, to and line
  std::vector<Cluster> clusters;  // each after its parent and next to what else is in it
};

Drawing draw(const Plan& plan);

// Puts the statistics of a run on nodes and edges. Gives the keys that the drawing lacks; throws BadValue when `statistics` are none.
std::vector<std::string> count(Drawing& drawing, const ValueView& statistics);

std::string draw_text(const Drawing& drawing);     // for a terminal of 100 columns
std::string draw_mermaid(const Drawing& drawing);  // a flowchart
std::string draw_dot(const Drawing& drawing);      // Graphviz

// ---- what the formats share --------------------------------------------------------------------------------------------

// Visits nodes and clusters so that each cluster stands between its open and its close; `depth` counts the open ones.
struct ClusterVisitor {
  std::function<void(int node, int depth)> node;
  std::function<void(int cluster, int depth)> open;
  std::function<void(int depth)> close;
};
void visit_clusters(const Drawing& drawing, const ClusterVisitor& visitor);

std::vector<std::string> label_lines(const Drawing::Node& node);  // key, node, and its counts if there are any
std::vector<std::string> label_lines(const Drawing::Edge& edge);  // fields, then how many values; "after"
std::string format_share(int permille);                           // "12.5%"
std::string shade(const Drawing::Node& node);                     // "#ffd8b0": the redder, the more time; empty without statistics

}  // namespace headrace
