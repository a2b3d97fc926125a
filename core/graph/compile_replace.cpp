// Mocks: another node under the key of an old one. The old node is never built and what it needed is not asked for.
#include "core/graph/compile_draft.hpp"

namespace headrace::compile {

namespace {

bool is_value(Role role) { return role != Role::sink && role != Role::resource; }

// Why `spec` cannot stand in for an item; empty when it can.
std::string refusal(const Item& item, const NodeSpec& spec) {
  if (item.role == Role::sink) return spec.kind == Kind::sink ? "" : "is not a sink";
  if (item.role == Role::resource) {
    if (spec.kind != Kind::resource) return "is not a resource";
    const bool fits = !item.spec || *item.spec->provides->id == *spec.provides->id;
    return fits ? "" : "is a " + spec.provides->name + ", and the resource is a " + item.spec->provides->name;
  }
  if (item.fills()) return spec.fills ? "" : "gives a value, and the source fills the inputs: give those";
  if (!spec.output) return "gives no value";
  return !item.type || *item.type == *spec.output ? "" : "gives " + spec.output->name() + ", and the key is " + item.type->name();
}

// A mock keeps those decorators of the key that make sense for it.
void keep_decorators(Item& item) {
  if (item.spec->kind != Kind::stateful) item.decorators.ordered = false;
  else item.decorators.max = 0;
  if (item.spec->kind != Kind::async && !item.spec->takes_deadline) item.decorators.timeout = Duration::max();
  if (!decorator_refusal("fallback", *item.spec).empty()) item.covered_by.reset();
  if (!decorator_refusal("cache", *item.spec).empty()) item.decorators.cache.reset();
  if (!decorator_refusal("by", *item.spec).empty()) {
    item.decorators.shards = 0;
    item.by.reset();
  }
}

void use_spec(Draft& draft, Item& item, std::shared_ptr<const NodeSpec> spec, const Place& at) {
  if (const std::string why = refusal(item, *spec); !why.empty()) {
    item.spec = nullptr;
    return draft.diagnostics.error(codes::bad_mock, "the mock of '" + item.key + "' " + why, at);
  }
  if (is_value(item.role)) item.role = role_of(spec->kind);
  item.entry = nullptr;
  item.spec = std::move(spec);
  item.type = item.spec->output;
  item.config = ConfigTree();
  item.config.kind = ConfigTree::Kind::map;
  item.node_at = at;
  if (item.role == Role::key) keep_decorators(item);
  read_ports(draft, item);
}

void use_entry(Draft& draft, Item& item, const Replacement& replacement) {
  draft.trees.push_back(*replacement.entry);
  const ConfigTree& entry = draft.trees.back();
  const ConfigTree* name = entry.is_map() ? entry.member("node") : nullptr;
  const NodeSpec* spec = name ? find_node(name->text) : nullptr;
  Item stand_in = item;
  if (spec && is_value(item.role) && is_value(role_of(spec->kind))) stand_in.role = role_of(spec->kind);
  stand_in.spec = nullptr;
  stand_in.decorators = {};  // those of the old node spoke of the old node
  stand_in.covered_by.reset();
  stand_in.by.reset();
  stand_in.entry = &entry;
  stand_in.ports.clear();
  read_entry(draft, stand_in, {item.name, replacement.at, entry});
  if (!stand_in.spec) return;
  if (const std::string why = refusal(item, *stand_in.spec); !why.empty())
    return draft.diagnostics.error(codes::bad_mock, "the mock of '" + item.key + "' " + why, replacement.at);
  item = std::move(stand_in);
}

void replace(Draft& draft, Item& item, const Replacement& replacement) {
  if (replacement.entry) return use_entry(draft, item, replacement);
  if (item.fills())
    return draft.diagnostics.error(codes::bad_mock, "'" + item.key + "' fills the inputs and has no value of its own: give those",
                                   replacement.at);
  if (is_value(item.role) && !item.type) return;  // its node is not known, and that is reported
  std::vector<Diagnostic> problems;
  const auto& make = item.expands() && replacement.make_each ? replacement.make_each : replacement.make;
  const auto spec = make(is_value(item.role) ? item.type : nullptr, problems);
  draft.diagnostics.add(std::move(problems));
  if (spec) return use_spec(draft, item, spec, replacement.at);
  item.spec = nullptr;  // what the old node lacks need not be heard of as well
}

void report_unknown(Draft& draft, const Replacement& replacement) {
  std::vector<std::string> keys;
  for (const Item& item : draft.items) keys.push_back(item.key);
  std::string hint = draft.diagnostics.worth_a_hint() ? did_you_mean(replacement.key, keys) : "";
  if (hint.empty()) hint = "keys: " + join(keys).substr(0, 300);
  draft.diagnostics.error(codes::unknown_mock, "there is no key '" + replacement.key.substr(0, 80) + "' to mock", replacement.at,
                          std::move(hint));
}

}  // namespace

void apply_replacements(Draft& draft) {
  if (draft.options->replace.empty()) return;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < draft.items.size(); ++i) index.emplace(draft.items[i].key, i);
  for (const Replacement& replacement : draft.options->replace) {
    const auto found = index.find(replacement.key);
    if (found == index.end()) report_unknown(draft, replacement);
    else replace(draft, draft.items[found->second], replacement);
  }
}

}  // namespace headrace::compile
