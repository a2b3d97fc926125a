#include "core/graph/drawing.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace headrace {

namespace {

using Shape = Drawing::Shape;
using Line = Drawing::Line;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class Sketch {
 public:
  explicit Sketch(const Plan& plan)
      : plan_(plan),
        node_of_slot_(plan.slots.size(), -1),
        node_of_resource_(plan.resources.size(), -1),
        least_field_(plan.resources.size()) {}

  Drawing take() {
    drawing_.name = plan_.name;
    drawing_.path = plan_.path;
    add_nodes();
    add_resources();
    for (const auto& [ends, labels] : edges_) drawing_.edges.push_back({ends.from, ends.to, ends.line, {labels.begin(), labels.end()}, {}});
    measure_depth();
    put_in_order();
    add_clusters();
    return std::move(drawing_);
  }

 private:
  struct Ends {
    int from, to;
    Line line;
    auto operator<=>(const Ends&) const = default;
  };

  int add(std::string key, std::string node, Shape shape) {
    drawing_.nodes.push_back({std::move(key), std::move(node), shape, 0, -1, {}, {}});
    return static_cast<int>(drawing_.nodes.size()) - 1;
  }

  void add_nodes() {
    for (const int input : plan_.inputs) {
      const Slot& slot = plan_.slots[at(input)];
      node_of_slot_[at(input)] = add(slot.key, slot.type->name(), Shape::input);
    }
    for (const SourceStep& source : plan_.sources) {
      const int node = add(source.key, source.spec->name, Shape::source);
      if (source.slot >= 0) node_of_slot_[at(source.slot)] = node;
      add_user(source, node);
    }
    for (const Step& step : plan_.steps) {
      const int node = node_of_slot_[at(step.slot)] = add(step.key, step.spec->name, step.child_level >= 0 ? Shape::expanding : Shape::key);
      add_user(step, node);
      add_ports(node, step.ports);
      add_after(node, step);
    }
    for (const SinkStep& sink : plan_.sinks) {
      const int node = add(sink.key, sink.spec->name, Shape::sink);
      add_user(sink, node);
      add_ports(node, sink.ports);
    }
  }

  void add_ports(int node, const std::vector<BoundPort>& ports) {
    std::set<std::string> reads;
    for (const BoundPort& port : ports) {
      std::string read;
      for (const Binding& from : port.from) {
        read += (read.empty() ? "" : " or ") + from.text;
        auto& labels = edges_[{node_of_slot_[at(from.slot)], node, port.port.optional ? Line::optional : Line::value}];
        if (!from.path.empty()) labels.insert(from.text);
      }
      if (!read.empty()) reads.insert(read + (port.port.optional ? "?" : ""));
    }
    drawing_.nodes[at(node)].reads.assign(reads.begin(), reads.end());
  }

  // Of what a step comes after, its required ports say the most.
  void add_after(int node, const Step& step) {
    std::set<std::string> keys;
    for (const int slot : step.after) {
      const int from = node_of_slot_[at(slot)];
      if (edges_.contains({from, node, Line::value})) continue;
      edges_[{from, node, Line::after}];
      keys.insert("after " + plan_.slots[at(slot)].key);
    }
    auto& reads = drawing_.nodes[at(node)].reads;
    reads.insert(reads.end(), keys.begin(), keys.end());
  }

  void add_user(const Build& build, int node) {
    users_.emplace_back(&build, node);
    const std::string& key = drawing_.nodes[at(node)].key;
    keys_.insert(key);
    for (const auto& [field, resource] : build.resources) {
      if (resource < 0) continue;
      std::string& least = least_field_[at(resource)];
      if (const std::string name = key + "." + field; least.empty() || name < least) least = name;
    }
  }

  // Users before what they use, so that their names are settled.
  void add_resources() {
    for (const Build& resource : plan_.resources) keys_.insert(resource.key);
    for (std::size_t i = plan_.resources.size(); i-- > 0;) {
      const Build& resource = plan_.resources[i];
      node_of_resource_[i] = add(anonymous(resource) ? least_field_[i] : resource.key, resource.spec->name, Shape::resource);
      add_user(resource, node_of_resource_[i]);
    }
    for (const auto& [build, node] : users_)
      for (const auto& [field, resource] : build->resources) {
        if (resource < 0) continue;
        const int from = node_of_resource_[at(resource)];
        auto& labels = edges_[{from, node, Line::resource}];
        if (field != drawing_.nodes[at(from)].key && !anonymous(plan_.resources[at(resource)])) labels.insert(field);
      }
  }

  // A resource that a field brought along is named after the first field that asked for it ("page.http"); which one that was
  // depends on the order of the file, so here it is the least.
  bool anonymous(const Build& resource) const {
    const std::size_t dot = resource.key.rfind('.');
    return dot != std::string::npos && keys_.contains(resource.key.substr(0, dot));
  }

  // The nodes of steps stand in an order in which each comes after what it needs; sinks come after them.
  void measure_depth() {
    std::vector<std::vector<int>> from(drawing_.nodes.size());
    for (const Drawing::Edge& edge : drawing_.edges)
      if (edge.line != Line::resource) from[at(edge.to)].push_back(edge.from);
    for (std::size_t i = 0; i < drawing_.nodes.size(); ++i)
      for (const int each : from[i]) drawing_.nodes[i].depth = std::max(drawing_.nodes[i].depth, drawing_.nodes[at(each)].depth + 1);
  }

  void put_in_order() {
    auto& nodes = drawing_.nodes;
    std::vector<int> order(nodes.size()), place(nodes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    const auto rank = [&](int i) {
      return std::tuple(nodes[at(i)].shape == Shape::resource, nodes[at(i)].depth, std::string_view(nodes[at(i)].key));
    };
    std::sort(order.begin(), order.end(), [&](int a, int b) { return rank(a) < rank(b); });
    std::vector<Drawing::Node> sorted;
    for (const int i : order) {
      place[at(i)] = static_cast<int>(sorted.size());
      sorted.push_back(std::move(nodes[at(i)]));
    }
    nodes = std::move(sorted);
    for (Drawing::Edge& edge : drawing_.edges) edge.from = place[at(edge.from)], edge.to = place[at(edge.to)];
    const auto ends = [](const Drawing::Edge& edge) { return std::tuple(edge.from, edge.to, edge.line); };
    std::sort(drawing_.edges.begin(), drawing_.edges.end(), [&](const auto& a, const auto& b) { return ends(a) < ends(b); });
  }

  // Subgraphs are what stands before the dots of keys, as far as it is no key itself ("page.http" is a resource of page).
  void add_clusters() {
    std::set<std::string, std::less<>> keys;
    for (const auto& node : drawing_.nodes) keys.insert(node.key);
    std::map<std::vector<std::string>, int> clusters;  // by the parts of the name: what is inside comes next
    std::vector<std::vector<std::string>> home(drawing_.nodes.size());
    for (std::size_t i = 0; i < drawing_.nodes.size(); ++i) {
      std::string prefix;
      for (std::string_view rest = drawing_.nodes[i].key; rest.find('.') != rest.npos; rest.remove_prefix(rest.find('.') + 1)) {
        const std::string part(rest.substr(0, rest.find('.')));
        prefix += (prefix.empty() ? "" : ".") + part;
        if (keys.contains(prefix)) break;
        home[i].push_back(part);
        clusters.emplace(home[i], -1);
      }
    }
    for (auto& [parts, index] : clusters) {
      index = static_cast<int>(drawing_.clusters.size());
      const int parent = parts.size() == 1 ? -1 : clusters.at({parts.begin(), parts.end() - 1});
      drawing_.clusters.push_back({join(parts, "."), parent});
    }
    for (std::size_t i = 0; i < home.size(); ++i)
      if (!home[i].empty()) drawing_.nodes[i].cluster = clusters.at(home[i]);
  }

  const Plan& plan_;
  Drawing drawing_;
  std::vector<int> node_of_slot_, node_of_resource_;
  std::map<Ends, std::set<std::string>> edges_;
  std::vector<std::pair<const Build*, int>> users_;  // of resources, with their nodes
  std::vector<std::string> least_field_;             // of each resource: "page.http"
  std::unordered_set<std::string> keys_;             // of all but the inputs
};

}  // namespace

Drawing draw(const Plan& plan) { return Sketch(plan).take(); }

void visit_clusters(const Drawing& drawing, const ClusterVisitor& visitor) {
  const auto visit_nodes = [&](int cluster, int depth) {
    for (std::size_t i = 0; i < drawing.nodes.size(); ++i)
      if (drawing.nodes[i].cluster == cluster) visitor.node(static_cast<int>(i), depth);
  };
  visit_nodes(-1, 0);
  std::vector<int> open;
  const auto close_until = [&](int parent) {
    while (!open.empty() && open.back() != parent) {
      open.pop_back();
      visitor.close(static_cast<int>(open.size()));
    }
  };
  for (std::size_t i = 0; i < drawing.clusters.size(); ++i) {
    close_until(drawing.clusters[i].parent);
    visitor.open(static_cast<int>(i), static_cast<int>(open.size()));
    open.push_back(static_cast<int>(i));
    visit_nodes(static_cast<int>(i), static_cast<int>(open.size()));
  }
  close_until(-1);
}

}  // namespace headrace
