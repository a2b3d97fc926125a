// Mocks: another node under the key of an old one. The old node is never built and what it needed is not asked for.
#include "core/graph/compile_draft.hpp"

namespace headrace::compile {

namespace {

void use_replacement(Draft& draft, Item& item, std::shared_ptr<const NodeSpec> spec, const Place& at) {
  const auto refuse = [&](const std::string& why) {
    draft.diagnostics.error(codes::bad_mock, "the mock of '" + item.key + "' " + why, at);
    item.spec = nullptr;
  };
  item.replaced = true;
  item.ports.clear();
  if (item.role == Role::resource) {
    if (spec->kind != Kind::resource) return refuse("is not a resource");
    if (item.spec && *item.spec->provides->id != *spec->provides->id) return refuse("is a " + spec->provides->name + ", and the resource a " + item.spec->provides->name);
  } else if (item.role == Role::sink) {
    if (spec->kind != Kind::sink) return refuse("is not a sink");
  } else {
    if (spec->kind == Kind::sink || spec->kind == Kind::resource) return refuse("gives no value");
    if (item.type && !(*item.type == *spec->output)) return refuse("gives " + spec->output->name() + ", and the key is " + item.type->name());
    item.role = spec->kind == Kind::source ? Role::source : Role::key;
    if (spec->kind != Kind::stateful) item.decorators.ordered = false;
    else item.decorators.max = 0;
    if (spec->kind != Kind::async && !spec->takes_deadline) item.decorators.timeout = Duration::max();
  }
  item.spec = std::move(spec);
  item.type = item.spec->output;
  item.config = ConfigTree();
  item.config.kind = ConfigTree::Kind::map;
  read_ports(draft, item);
}

}  // namespace

void apply_replacements(Draft& draft) {
  if (draft.options->replace.empty()) return;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < draft.items.size(); ++i) index.emplace(draft.items[i].key, i);
  for (const Replacement& replacement : draft.options->replace) {
    const auto found = index.find(replacement.key);
    if (found == index.end()) {
      std::vector<std::string> keys;
      for (const Item& item : draft.items) keys.push_back(item.key);
      std::string hint = draft.diagnostics.worth_a_hint() ? did_you_mean(replacement.key, keys) : "";
      if (hint.empty()) hint = "keys: " + join(keys).substr(0, 300);
      draft.diagnostics.error(codes::unknown_mock, "there is no key '" + replacement.key.substr(0, 80) + "' to mock", replacement.at, std::move(hint));
      continue;
    }
    Item& item = draft.items[found->second];
    const bool value = item.role != Role::sink && item.role != Role::resource;
    if (value && !item.type && item.spec == nullptr) continue;  // its node is not known, and that is reported
    std::vector<Diagnostic> problems;
    const auto& make = item.expands() && replacement.make_each ? replacement.make_each : replacement.make;
    const auto spec = make(value ? item.type : nullptr, problems);
    draft.diagnostics.add(std::move(problems));
    if (spec) use_replacement(draft, item, spec, replacement.at);
    else item.spec = nullptr;
  }
}

}  // namespace headrace::compile
