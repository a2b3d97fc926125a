// The statistics of a run on a drawing, and the words that the formats put on nodes and edges.
#include <algorithm>
#include <cstdio>

#include "core/graph/drawing.hpp"

namespace headrace {

namespace {

using Line = Drawing::Line;

std::uint64_t number(const ValueView& object, std::string_view name) {
  const auto member = object.member(name);
  if (!member) object.fail("'" + std::string(name) + "' is missing");
  const std::int64_t value = member->integer();
  if (value < 0) member->fail("'" + std::string(name) + "' is below zero");
  return static_cast<std::uint64_t>(value);
}

ValueView section(const ValueView& statistics, std::string_view name) {
  const auto found = statistics.member(name);
  if (!found) statistics.fail("there is no '" + std::string(name) + "': these are not the statistics of a run");
  return *found;
}

struct Timed {
  Drawing::Count count;
  double total_ns;
};

std::map<std::string, Timed> counts_of(const ValueView& nodes) {
  std::map<std::string, Timed> out;
  double all = 0;
  for (const auto& [key, each] : nodes.members()) {
    const auto ns = static_cast<double>(number(each, "total_ns"));
    all += ns;
    out.insert_or_assign(std::string(key), Timed{{number(each, "calls"), number(each, "dropped"), number(each, "errors"), 0}, ns});
  }
  for (auto& [key, timed] : out) timed.count.permille = all > 0 ? static_cast<int>(timed.total_ns / all * 1000 + 0.5) : 0;
  return out;
}

}  // namespace

std::vector<std::string> count(Drawing& drawing, const ValueView& statistics) {
  auto counts = counts_of(section(statistics, "nodes"));
  for (Drawing::Node& node : drawing.nodes)
    if (const auto found = counts.find(node.key); found != counts.end()) {
      node.count = found->second.count;
      counts.erase(found);
    }
  // Each call of the reader took one value; how often an optional one was there, the statistics do not say.
  for (Drawing::Edge& edge : drawing.edges)
    if (const auto& reader = drawing.nodes[static_cast<std::size_t>(edge.to)].count;
        reader && (edge.line == Line::value || edge.line == Line::after))
      edge.values = reader->calls;
  std::vector<std::string> strangers;
  for (const auto& [key, timed] : counts) strangers.push_back(key);
  return strangers;
}

std::string format_share(int permille) { return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + "%"; }

std::vector<std::string> label_lines(const Drawing::Node& node) {
  std::vector<std::string> lines{node.key, node.node};
  if (!node.count) return lines;
  std::string counts = std::to_string(node.count->calls) + " calls";
  if (node.count->dropped) counts += ", " + std::to_string(node.count->dropped) + " dropped";
  if (node.count->failed) counts += ", " + std::to_string(node.count->failed) + " failed";
  lines.push_back(counts);
  lines.push_back(format_share(node.count->permille) + " of the time");
  return lines;
}

std::vector<std::string> label_lines(const Drawing::Edge& edge) {
  std::vector<std::string> lines = edge.labels;
  if (edge.line == Line::after) lines.insert(lines.begin(), "after");
  if (edge.values) lines.push_back(std::to_string(*edge.values));
  return lines;
}

std::string shade(const Drawing::Node& node) {
  if (!node.count) return "";
  char text[8];
  const unsigned share = static_cast<unsigned>(std::clamp(node.count->permille, 0, 1000));
  std::snprintf(text, sizeof text, "#ff%02x%02x", 255 - 115 * share / 1000, 255 - 195 * share / 1000);
  return text;
}

}  // namespace headrace
