// The way from a configuration to a Plan: see compile_draft.hpp for the passes.
#include "core/graph/compile_draft.hpp"

namespace headrace {

namespace {

using namespace compile;

Compiled finish(Draft& draft) {
  bind(draft);
  resolve_resources(draft);
  prune(draft);
  put_in_order(draft);
  Compiled out;
  if (!draft.diagnostics.has_errors()) out.plan = lay_out(draft);
  const bool failed = draft.diagnostics.has_errors();
  out.diagnostics = draft.diagnostics.take();
  // What seems unused may be what a mistake keeps from being found.
  if (failed) std::erase_if(out.diagnostics, [](const Diagnostic& each) { return each.severity == Severity::warning; });
  return out;
}

Compiled compile_parsed(ParsedConfig parsed, const std::string& path, const CompileOptions& options) {
  Draft draft;
  draft.options = &options;
  declare_file(draft, std::move(parsed), path);
  apply_replacements(draft);
  add_fallbacks(draft);
  return finish(draft);
}

// The inputs of a lone node: one for each port, under the port's name.
void add_port_inputs(Draft& draft, int index) {
  const std::string key = draft.items[index].key;
  for (DraftPort& port : draft.items[index].ports) {
    if (!port.port.type) port.port.type = &type_of<Json>();
    port.port.from = {port.port.name};
    Item input;
    input.role = Role::input;
    input.key = input.name = port.port.name;
    input.type = port.port.type;
    draft.scopes[0].names.emplace(input.name, Scope::Name{static_cast<int>(draft.items.size()), -1, {}, "inputs"});
    draft.scopes[0].keys.push_back(input.name);
    draft.items.push_back(std::move(input));
  }
}

}  // namespace

Compiled compile_file(const std::string& path, const CompileOptions& options) { return compile_parsed(load_config(path), path, options); }

Compiled compile_config(ParsedConfig parsed, const CompileOptions& options) {
  const std::string path = parsed.root.at.source ? parsed.root.at.source->name : "";
  return compile_parsed(std::move(parsed), path, options);
}

Compiled compile_node(std::shared_ptr<const NodeSpec> spec, ConfigTree config) {
  const CompileOptions options;
  Draft draft;
  draft.options = &options;
  draft.scopes.emplace_back();
  draft.name = spec->name;
  draft.trees.push_back(std::move(config));
  Item item;
  item.role = role_of(spec->kind);
  item.key = item.name = spec->name;
  item.at = item.node_at = draft.trees.front().at;
  item.entry = &draft.trees.front();
  use_node(draft, item, std::move(spec), draft.trees.front());
  read_decorators(draft, item, draft.trees.front());
  const auto taken = std::find_if(item.ports.begin(), item.ports.end(), [&](const DraftPort& port) { return port.port.name == item.key; });
  if (taken != item.ports.end()) item.key += ".value";  // the input of this name keeps it
  draft.items.push_back(std::move(item));
  add_fallbacks(draft);
  add_port_inputs(draft, 0);
  return finish(draft);
}

int Plan::find_slot(std::string_view key) const {
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i].key == key) return static_cast<int>(i);
  return -1;
}

}  // namespace headrace
