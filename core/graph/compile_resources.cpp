// Use fields to resources, and the order in which resources open.
#include "core/graph/compile_draft.hpp"
#include "core/state/store.hpp"

namespace headrace::compile {

namespace {

class Resources {
 public:
  explicit Resources(Draft& draft) : draft_(draft) {}

  void run() {
    // Resources that fields bring along are items too, at the end of the list, and have fields of their own.
    for (std::size_t i = 0; i < draft_.items.size(); ++i) {
      const auto spec = draft_.items[i].spec;
      if (!spec || draft_.items[i].role == Role::input) continue;
      for (const FieldSpec& field : spec->fields)
        if (field.resource) use(static_cast<int>(i), field);
    }
    find_store();
    put_in_order();
  }

 private:
  void use(int user, const FieldSpec& field) {
    const ConfigTree* value = draft_.items[user].config.member(field.name);
    const bool given = value && value->kind != ConfigTree::Kind::null;
    if (given && is_unset(*value)) return;
    const int found = given ? written(user, field, *value) : unwritten(user, field);
    if (found < 0) return;
    const Item& resource = draft_.items[found];
    if (resource.spec && *resource.spec->provides->id != *field.resource->id) {
      draft_.diagnostics.error(codes::wrong_resource,
                               "'" + draft_.items[user].key + "' needs a " + field.resource->name + " as '" + field.name + "', and '" +
                                   resource.key + "' is a " + resource.spec->provides->name,
                               given ? value->at : draft_.items[user].node_at, "name another resource: " + field.name + ": NAME");
      return;
    }
    draft_.items[user].resources[field.name] = found;
  }

  // The resource of a name, in the scope of its user or around it.
  int named(int user, const std::string& name) const {
    for (int scope = draft_.items[user].scope; scope >= 0; scope = draft_.scopes[scope].parent) {
      const auto found = draft_.scopes[scope].names.find(name);
      if (found != draft_.scopes[scope].names.end() && found->second.item >= 0 && found->second.item != user &&
          draft_.items[found->second.item].role == Role::resource)
        return found->second.item;
    }
    return -1;
  }

  std::vector<std::string> names(int user) const {
    std::vector<std::string> out;
    for (const Item& item : draft_.items) {
      if (item.role != Role::resource || item.name.empty()) continue;
      for (int scope = draft_.items[user].scope; scope >= 0; scope = draft_.scopes[scope].parent)
        if (item.scope == scope) out.push_back(item.name);
    }
    return out;
  }

  int written(int user, const FieldSpec& field, const ConfigTree& value) {
    const std::string key = draft_.items[user].key + "." + field.name;
    if (value.is_map()) return add_anonymous(draft_.items[user].scope, key, value);
    if (!value.is_scalar()) {
      draft_.diagnostics.error(codes::wrong_shape,
                               "'" + field.name + "' of '" + draft_.items[user].spec->name + "' is a resource, a file, or {node: ...}",
                               value.at, field.doc);
      return -1;
    }
    if (const int found = named(user, value.text); found >= 0) return found;
    const std::string near = nearest_name(value.text, names(user));
    const bool looks_like_a_name = value.text.find_first_of("./") == std::string::npos;
    if (field.resource->file_node.empty() || (looks_like_a_name && !near.empty())) {
      const auto known = names(user);
      draft_.diagnostics.error(codes::missing_resource, "there is no resource '" + value.text.substr(0, 80) + "'", value.at,
                               !near.empty()   ? "did you mean '" + near + "'?"
                               : known.empty() ? "declare it under 'resources'"
                                               : "resources: " + join(known));
      return -1;
    }
    return opened_file(key, field, value);
  }

  int add_anonymous(int scope, const std::string& key, const ConfigTree& entry) {
    const int index = add_item(draft_, Role::resource, scope, {key, entry.at, entry});
    Item& item = draft_.items[index];
    item.key = key;
    item.name.clear();  // nobody can name it
    item.entry = item.gate = nullptr;
    return index;
  }

  // One file is opened once, however many nodes name it.
  int opened_file(const std::string& key, const FieldSpec& field, const ConfigTree& value) {
    const std::string& node = field.resource->file_node;
    const std::string path = Codec<Path>::read(value.view()).text;
    if (const auto known = files_.find({node, path}); known != files_.end()) return known->second;
    if (!find_node(node)) {
      draft_.diagnostics.error(codes::missing_resource,
                               "a " + field.resource->name + " is opened from a file by the node '" + node + "', which is not there",
                               value.at);
      return -1;
    }
    ConfigTree entry = map_at(value.at);
    entry.members.push_back({"node", value.at, scalar_at(node, value.at)});
    entry.members.push_back({"path", value.at, value});
    return files_[{node, path}] = add_anonymous(0, key, entry);
  }

  int unwritten(int user, const FieldSpec& field) {
    if (const int found = named(user, field.name); found >= 0) return found;
    const bool is_store = *field.resource->id == typeid(Store);
    if (const int found = is_store ? named(user, "store") : -1; found >= 0) return found;
    const Item& item = draft_.items[user];
    const std::string& node = field.resource->default_node;
    if (node.empty() || !find_node(node)) {
      const std::string what = field.resource->file_node.empty() ? "" : " (or write " + field.name + ": FILE)";
      draft_.diagnostics.error(
          codes::missing_resource,
          "'" + item.key + "' needs a " + field.resource->name + " as '" + field.name + "', and there is no resource of that name",
          item.node_at, "declare one: resources: {" + field.name + ": {node: ...}}" + what);
      return -1;
    }
    if (const auto known = defaults_.find(node); known != defaults_.end()) return known->second;
    ConfigTree entry = map_at({});
    entry.members.push_back({"node", {}, scalar_at(node, item.node_at)});
    const int added = defaults_[node] = add_anonymous(0, free_name(node), entry);
    if (is_store && draft_.store < 0) draft_.store = added;
    return added;
  }

  std::string free_name(std::string name) const {
    while (draft_.scopes[0].names.contains(name)) name += "_default";
    return name;
  }
  static ConfigTree map_at(const Place& at) {
    ConfigTree tree;
    tree.kind = ConfigTree::Kind::map;
    tree.at = at;
    return tree;
  }
  static ConfigTree scalar_at(std::string text, const Place& at) {
    ConfigTree tree = config_scalar(std::move(text));
    tree.at = at;
    return tree;
  }

  void find_store() {
    const auto declared = draft_.scopes[0].names.find("store");
    if (declared == draft_.scopes[0].names.end() || declared->second.item < 0) return;
    const Item& item = draft_.items[declared->second.item];
    if (item.role != Role::resource || !item.spec) return;
    if (*item.spec->provides->id == typeid(Store)) draft_.store = declared->second.item;
    else
      draft_.diagnostics.error(
          codes::wrong_resource,
          "the resource 'store' keeps the state of the pipeline, and '" + item.spec->name + "' is a " + item.spec->provides->name,
          item.node_at, "give it another name");
  }

  // Depth first over what resources need, with a stack of our own; grey ones are on the path.
  void put_in_order() {
    enum : char { white, grey, black };
    std::vector<char> colour(draft_.items.size(), white);
    for (std::size_t root = 0; root < draft_.items.size(); ++root) {
      if (draft_.items[root].role != Role::resource || colour[root] != white) continue;
      std::vector<std::pair<int, std::map<std::string, int>::const_iterator>> path;
      const auto enter = [&](int item) {
        colour[static_cast<std::size_t>(item)] = grey;
        path.emplace_back(item, draft_.items[item].resources.cbegin());
      };
      enter(static_cast<int>(root));
      while (!path.empty()) {
        auto& [item, next] = path.back();
        if (next == draft_.items[item].resources.cend()) {
          colour[static_cast<std::size_t>(item)] = black;
          draft_.resource_order.push_back(item);
          path.pop_back();
          continue;
        }
        const int needed = (next++)->second;
        if (colour[static_cast<std::size_t>(needed)] == white) enter(needed);
        else if (colour[static_cast<std::size_t>(needed)] == grey) report_cycle(path, needed);
      }
    }
  }

  template <class Path> void report_cycle(const Path& path, int first) {
    std::vector<std::string> keys;
    bool inside = false;
    for (const auto& [item, next] : path) {
      inside = inside || item == first;
      if (inside) keys.push_back("'" + draft_.items[item].key + "'");
    }
    keys.push_back("'" + draft_.items[first].key + "'");
    draft_.diagnostics.error(codes::resource_cycle, "resources need each other in a circle: " + join(keys, " needs "),
                             draft_.items[first].at);
  }

  Draft& draft_;
  std::map<std::pair<std::string, std::string>, int> files_;  // node and path
  std::map<std::string, int> defaults_;                       // node
};

}  // namespace

void resolve_resources(Draft& draft) { Resources(draft).run(); }

}  // namespace headrace::compile
