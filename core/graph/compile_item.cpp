// One entry of a pipeline file: its node, its fields, its ports.
#include "core/graph/compile_draft.hpp"
#include "core/graph/constant.hpp"

namespace headrace::compile {

namespace {

std::string article_of(Kind kind) {
  return kind == Kind::async ? "an asynchronous node" : "a " + std::string(kind_name(kind)) + (role_of(kind) == Role::key ? " node" : "");
}

// Where an entry names its node: the entry itself, or its member `node`; null after reporting that there is none.
const ConfigTree* node_name_of(Draft& draft, const ConfigTree::Member& member) {
  const ConfigTree& entry = member.value;
  const ConfigTree* name = entry.is_map() ? entry.member("node") : &entry;
  if (name && is_unset(*name)) return nullptr;
  if (name && name->is_scalar() && !name->text.empty()) return name;
  const std::string_view shape = entry.is_list() ? "a list is not a node" : "no node is named";
  draft.diagnostics.error(
      codes::no_node, "'" + member.name + "': " + std::string(shape), name && name->kind != ConfigTree::Kind::null ? name->at : member.at,
      "write " + member.name.substr(0, 80) + ": NODE, or " + member.name.substr(0, 80) + ": {node: NODE, field: value}");
  return nullptr;
}

void report_unknown_node(Draft& draft, const ConfigTree& name, Role role) {
  std::string hint;
  if (name.text.ends_with(".yaml") || name.text.ends_with(".yml")) hint = "a file is written {graph: " + name.text + "}";
  else if (draft.diagnostics.worth_a_hint()) {
    std::vector<std::string> fitting;
    for (const NodeSpec* spec : registered_nodes())
      if (role_of(spec->kind) == (role == Role::fallback ? Role::key : role)) fitting.push_back(spec->name);
    hint = did_you_mean(name.text, fitting);
    if (hint.empty()) hint = "'headrace list' shows all nodes";
  }
  draft.diagnostics.error(codes::unknown_node, "there is no node '" + name.text.substr(0, 80) + "'", name.at, std::move(hint));
}

void check_vocabulary(Draft& draft, Item& item) {
  const KeyInfo* known = find_key(item.name);
  if (!known || !item.type || *known->type == *item.type) return;
  draft.diagnostics.error(codes::vocabulary_mismatch,
                          "'" + item.name + "' is " + describe_type(known->type) + " in the vocabulary, and '" + item.spec->name +
                              "' gives " + describe_type(item.type),
                          item.node_at, "give the key another name");
  item.type = known->type;  // what its readers expect
}

// The configuration without members that stand for unset parameters: `check` knows no more.
ConfigTree without_unset(const ConfigTree& config) {
  ConfigTree out = config;
  std::erase_if(out.members, [](const ConfigTree::Member& member) { return find_unset(member.value) != nullptr; });
  return out;
}

std::vector<Port> dynamic_ports(Draft& draft, const Item& item) {
  const bool unset = find_unset(item.config) != nullptr;
  try {
    return item.spec->ports(item.config.view());
  } catch (const std::exception& error) {
    if (!unset) {
      if (!draft.diagnostics.has_errors())
        draft.diagnostics.error(codes::bad_value, "'" + item.spec->name + "': " + error.what(), item.node_at);
      return {};
    }
  }
  try {
    return item.spec->ports(without_unset(item.config).view());
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

Role role_of(Kind kind) {
  switch (kind) {
    case Kind::source: return Role::source;
    case Kind::sink: return Role::sink;
    case Kind::resource: return Role::resource;
    default: return Role::key;
  }
}

std::string describe_type(const TypeInfo* type) { return type ? type->name() : "unknown"; }

std::shared_ptr<const NodeSpec> registered(std::string_view name) {
  return {std::shared_ptr<void>(), find_node(name)};  // the registry lives for ever
}

void read_ports(Draft& draft, Item& item) {
  item.ports.clear();
  if (!item.spec) return;
  const std::vector<Port> ports = item.spec->ports ? dynamic_ports(draft, item) : item.spec->inputs;
  for (const Port& port : ports) item.ports.push_back({port, {}});
}

void use_node(Draft& draft, Item& item, std::shared_ptr<const NodeSpec> spec, const ConfigTree& entry) {
  item.spec = std::move(spec);
  item.config = ConfigTree();
  item.config.kind = ConfigTree::Kind::map;
  item.config.at = entry.at;
  item.config.base = entry.base;
  const std::vector<std::string> decorators = decorator_names(item.role);
  std::vector<std::string> allowed{"node"};
  allowed.insert(allowed.end(), decorators.begin(), decorators.end());
  const auto& fields = item.spec->fields;
  for (const auto& member : entry.members) {
    const bool own = std::any_of(fields.begin(), fields.end(), [&](const FieldSpec& field) { return field.name == member.name; });
    if (own && member.name != "node") item.config.members.push_back(member);
  }
  check_fields(entry, fields, item.spec->name, item.node_at, allowed, draft.diagnostics);
  item.type = item.spec->output;
  read_ports(draft, item);
}

void read_entry(Draft& draft, Item& item, const ConfigTree::Member& member) {
  const ConfigTree* name = node_name_of(draft, member);
  if (!name) return;
  item.node_at = name->at.line ? name->at : member.at;
  const NodeSpec* spec = find_node(name->text);
  if (!spec) return report_unknown_node(draft, *name, item.role);
  if (role_of(spec->kind) != (item.role == Role::fallback ? Role::key : item.role)) {
    return draft.diagnostics.error(
        codes::wrong_section,
        "'" + spec->name + "' is " + article_of(spec->kind) + ": it does not stand under '" + std::string(section_of(item.role)) + "'",
        item.node_at, "move it to '" + std::string(section_of(role_of(spec->kind))) + "'");
  }
  const KeyInfo* known = find_key(item.name);
  static const ConfigTree short_form;
  auto chosen = name->text == constant_name && item.role != Role::fallback ? constant_node(known ? *known->type : type_of<Json>())
                                                                           : registered(name->text);
  use_node(draft, item, std::move(chosen), member.value.is_map() ? member.value : short_form);
  read_decorators(draft, item, member.value);
  if (item.role == Role::key || item.role == Role::source) check_vocabulary(draft, item);
}

int add_item(Draft& draft, Role role, int scope, const ConfigTree::Member& member) {
  Item item;
  item.role = role;
  item.name = member.name;
  item.key = draft.scopes[scope].prefix + member.name;
  item.scope = scope;
  item.at = item.node_at = member.at;
  item.entry = item.gate = &member.value;
  const KeyInfo* known = find_key(item.name);
  if (known && (role == Role::key || role == Role::source)) item.type = known->type;  // until the node says so itself
  read_entry(draft, item, member);
  draft.items.push_back(std::move(item));
  return static_cast<int>(draft.items.size()) - 1;
}

}  // namespace headrace::compile
