// `fallback:` of a key: a value, another key, or a node. Each becomes an item that is built with its key and called in its
// stead when the key has failed; a value and a key are nodes of our own.
#include "core/graph/compile_draft.hpp"
#include "core/graph/constant.hpp"
#include "core/graph/copy_node.hpp"

namespace headrace::compile {

namespace {

constexpr const char* shapes = "fallback: {value: VALUE}, fallback: {key: KEY} or fallback: {node: NODE, in: {...}, field: value}";

// Why a node cannot stand in for another; empty when it can.
std::string misfit(const NodeSpec& spec) {
  if (spec.kind == Kind::stateful || spec.takes_state) return "it is stateful, and it would see only some of the records";
  if (spec.expands) return "it expands, and a fallback gives one value";
  return {};
}

class Fallbacks {
 public:
  explicit Fallbacks(Draft& draft) : draft_(draft) {}

  void run() {
    for (std::size_t i = 0; i < draft_.items.size(); ++i)  // fallbacks join the list behind the others, and have none
      if (draft_.items[i].covered_by && draft_.items[i].type) add(static_cast<int>(i), *draft_.items[i].covered_by);
  }

 private:
  void add(int covered, const ConfigTree::Member& written) {
    Item& owner = draft_.items[covered];
    Item item;
    item.role = Role::fallback;
    item.name = owner.name;
    item.key = owner.key + ".fallback";
    item.scope = owner.scope;
    item.at = item.node_at = written.at;
    item.entry = &written.value;
    item.covers = covered;
    if (find_unset(written.value)) return;
    const bool good = written.value.find("node") ? read_node(item, owner, written) : read_short(item, owner, written);
    if (!good) return;
    owner.fallback = static_cast<int>(draft_.items.size());
    draft_.items.push_back(std::move(item));
  }

  bool read_node(Item& item, const Item& owner, const ConfigTree::Member& written) {
    read_entry(draft_, item, written);
    if (!item.spec) return false;
    std::string why = misfit(*item.spec);
    if (why.empty() && item.type && !(*item.type == *owner.type))
      why = "it gives " + item.type->name() + ", and the key is " + owner.type->name();
    if (why.empty()) return true;
    draft_.diagnostics.error(codes::decorator_refused, "'" + item.spec->name + "' cannot be the fallback of '" + owner.key + "': " + why,
                             item.node_at);
    return false;
  }

  bool read_short(Item& item, const Item& owner, const ConfigTree::Member& written) {
    const ConfigTree& tree = written.value;
    const bool one = tree.is_map() && tree.members.size() == 1;
    if (one && tree.members[0].name == "value") return read_value(item, owner, tree);
    if (one && tree.members[0].name == "key") return read_key(item, owner, tree.members[0]);
    draft_.diagnostics.error(codes::wrong_shape, "'fallback' of '" + owner.key + "' must name a value, a key or a node",
                             tree.at.line ? tree.at : written.at, shapes);
    return false;
  }

  bool read_value(Item& item, const Item& owner, const ConfigTree& tree) {
    use_node(draft_, item, constant_node(*owner.type), tree);
    return true;
  }

  bool read_key(Item& item, const Item& owner, const ConfigTree::Member& key) {
    if (!owner.type->copy) {
      draft_.diagnostics.error(codes::decorator_refused,
                               "'" + owner.key + "' cannot have a key as its fallback: " + owner.type->name() + " cannot be copied", key.at,
                               "fallback: {node: ...}");
      return false;
    }
    Port port{"key", owner.type, false, {}};
    if (key.value.is_scalar()) port.from.push_back(key.value.text);
    for (const ConfigTree& each : key.value.items) port.from.push_back(each.text);
    if (std::any_of(port.from.begin(), port.from.end(), [](const std::string& text) { return text.empty(); })) port.from.clear();
    if (port.from.empty()) {
      draft_.diagnostics.error(codes::wrong_shape, "a fallback key is a key, a field of a key, or a list of them",
                               key.value.at.line ? key.value.at : key.at, shapes);
      return false;
    }
    item.spec = copy_node(*owner.type);
    item.type = owner.type;
    item.config.kind = ConfigTree::Kind::map;
    item.ports.push_back({std::move(port), {}});
    return true;
  }

  Draft& draft_;
};

}  // namespace

void add_fallbacks(Draft& draft) { Fallbacks(draft).run(); }

}  // namespace headrace::compile
