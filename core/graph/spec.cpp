#include "core/graph/spec.hpp"

#include <map>

namespace headrace {

namespace {
std::map<std::string, NodeSpec, std::less<>>& registry() {
  static std::map<std::string, NodeSpec, std::less<>> nodes;
  return nodes;
}
std::vector<std::string>& conflicts() {
  static std::vector<std::string> all;
  return all;
}
std::string place(const NodeSpec& spec) { return spec.file + ":" + std::to_string(spec.line); }
}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::pure: return "pure";
    case Kind::stateful: return "stateful";
    case Kind::async: return "asynchronous";
    case Kind::source: return "source";
    case Kind::sink: return "sink";
    case Kind::resource: return "resource";
  }
  return "";
}

bool register_node(NodeSpec spec) {
  const std::string name = spec.name;
  const std::string here = place(spec);
  const auto [known, fresh] = registry().emplace(name, std::move(spec));
  if (!fresh) conflicts().push_back("node '" + name + "' is registered twice: " + place(known->second) + " and " + here);
  return fresh;
}

const NodeSpec* find_node(std::string_view name) {
  const auto found = registry().find(name);
  return found == registry().end() ? nullptr : &found->second;
}

std::vector<const NodeSpec*> registered_nodes() {
  std::vector<const NodeSpec*> all;
  for (const auto& [name, spec] : registry()) all.push_back(&spec);
  return all;
}

std::vector<std::string> registry_conflicts() { return conflicts(); }

}  // namespace headrace
