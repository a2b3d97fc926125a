// From names to references: ports, `in:`, `after:`, subgraph inputs, the identity.
#include <set>

#include "core/graph/compile_draft.hpp"

namespace headrace::compile {

namespace {

const std::vector<TypeInfo::Member>& members_of(const TypeInfo& type) {
  static thread_local std::unordered_map<const TypeInfo*, std::vector<TypeInfo::Member>> known;
  const auto found = known.find(&type);
  return found != known.end() ? found->second : known.emplace(&type, type.members()).first->second;
}

const TypeInfo::Member* member_of(const TypeInfo& type, std::string_view name) {
  for (const auto& member : members_of(type))
    if (member.name == name) return &member;
  return nullptr;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (;;) {
    const auto dot = text.find('.');
    out.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    text.remove_prefix(dot + 1);
  }
}

// What the first words of a dotted name stand for: `used` of them name a key or an input, the rest are fields.
struct Head {
  enum class Kind { missing, keys, subgraph, not_a_value, broken };
  Kind kind = Kind::missing;
  std::vector<Reference> references;
  std::size_t used = 0;
  int scope = 0;             // where the search ended
  std::string_view section;  // of something that is not a value
};

Head find_head(const Draft& draft, int scope, const std::vector<std::string>& words, int self) {
  Head head;
  head.scope = scope;
  for (;;) {
    const Scope& at = draft.scopes[head.scope];
    const std::string& word = words[head.used];
    const auto found = at.names.find(word);
    if (found != at.names.end() && (found->second.item < 0 || found->second.item != self)) {
      ++head.used;
      if (const int item = found->second.item; item >= 0) {
        const Item& target = draft.items[item];
        head.section = found->second.section;
        head.kind =
            target.role == Role::sink || target.role == Role::resource || target.fills() ? Head::Kind::not_a_value : Head::Kind::keys;
        head.references = {{item, {}, target.type, target.key}};
        return head;
      }
      head.scope = found->second.scope;
      if (draft.scopes[head.scope].broken) return head.kind = Head::Kind::broken, head;
      if (head.used == words.size()) return head.kind = Head::Kind::subgraph, head;
      continue;
    }
    if (head.used == 0 && at.inputs.contains(word)) {
      ++head.used;
      const auto bound = at.bound.find(word);
      head.kind = bound == at.bound.end() || bound->second.empty() ? Head::Kind::broken : Head::Kind::keys;
      if (head.kind == Head::Kind::keys) head.references = bound->second;
    }
    return head;
  }
}

// Follows fields into a reference; false when one of them does not exist.
bool follow(Reference& reference, const std::vector<std::string>& words, std::size_t from, std::size_t& failed, const TypeInfo*& holder) {
  for (std::size_t i = from; i < words.size(); ++i) {
    if (!reference.type) return true;
    const auto* member = member_of(*reference.type, words[i]);
    if (!member) return failed = i, holder = reference.type, false;
    reference.path.push_back(member->get);
    reference.type = member->type;
    reference.text += "." + words[i];
  }
  return true;
}

std::string possessive(const std::string& owner) { return "'" + owner + "'"; }

void report_missing_member(Draft& draft, const std::string& text, const std::string& word, const TypeInfo& holder, const std::string& owner,
                           const Place& at) {
  std::vector<std::string> names;
  for (const auto& member : members_of(holder)) names.emplace_back(member.name);
  std::string hint = names.empty() ? holder.name() + " has no fields" : did_you_mean(word, names);
  if (!names.empty()) hint += (hint.empty() ? "fields: " : " (fields: ") + join(names) + (hint.empty() ? "" : ")");
  draft.diagnostics.error(codes::missing_member,
                          possessive(owner) + " needs '" + text + "', and " + holder.name() + " has no field '" + word + "'", at,
                          std::move(hint));
}

std::vector<std::string> value_names(const Draft& draft, int scope) {
  std::vector<std::string> out = draft.scopes[scope].keys;
  for (const auto& [name, input] : draft.scopes[scope].inputs) out.push_back(name);
  for (const auto& [name, what] : draft.scopes[scope].names)
    if (what.scope >= 0) out.push_back(name);
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(draft.scopes[scope].keys.size()), out.end());
  return out;
}

// Keys, and fields of keys, that have a type: what a missing key could have been bound to.
std::vector<std::string> values_of_type(const Draft& draft, int scope, const TypeInfo& type, int self) {
  std::vector<std::string> out;
  const auto look_at = [&](const std::string& name, const TypeInfo* has) {
    if (!has || out.size() >= 8) return;
    if (*has == type) out.push_back(name);
    for (const auto& member : members_of(*has))
      if (*member.type == type && out.size() < 8) out.push_back(name + "." + std::string(member.name));
  };
  for (const auto& name : draft.scopes[scope].keys)
    if (const int item = draft.scopes[scope].names.at(name).item; item >= 0 && item != self) look_at(name, draft.items[item].type);
  for (const auto& [name, input] : draft.scopes[scope].inputs) look_at(name, input.first);
  return out;
}

void report_missing_key(Draft& draft, int scope, const Head& head, const std::vector<std::string>& words, const std::string& owner,
                        const Place& at, const TypeInfo* type, int self) {
  std::string text;
  for (std::size_t i = 0; i <= head.used && i < words.size(); ++i) text += (i ? "." : "") + words[i];
  std::string hint;
  if (draft.diagnostics.worth_a_hint()) {
    hint = did_you_mean(words[head.used], value_names(draft, head.scope));
    if (hint.empty() && type) {
      const auto same = values_of_type(draft, scope, *type, self);
      hint = same.empty() ? "nothing here is " + type->name() + "; declare it under 'inputs', or bind it under 'in'"
                          : "of that type (" + type->name() + "): " + join(same);
    }
    if (hint.empty()) hint = "keys: " + join(value_names(draft, head.scope)).substr(0, 300);
  }
  draft.diagnostics.error(codes::missing_key, possessive(owner) + " needs key '" + text + "', which nothing produces", at, std::move(hint));
}

struct Wanted {  // who asks for a name, for what they say when it is not there
  std::string owner;
  Place at;
  const TypeInfo* type = nullptr;
  int self = -1;   // an item that must not be found: a key is not its own default
  int asker = -1;  // an item not to be suggested
};

std::vector<Reference> resolve_name(Draft& draft, int scope, const std::string& text, const Wanted& wanted) {
  const std::vector<std::string> words = split(text);
  Head head = find_head(draft, scope, words, wanted.self);
  switch (head.kind) {
    case Head::Kind::broken: return {{-1, {}, nullptr, text}};
    case Head::Kind::missing:
      return report_missing_key(draft, scope, head, words, wanted.owner, wanted.at, wanted.type, std::max(wanted.self, wanted.asker)),
             std::vector<Reference>{};
    case Head::Kind::subgraph: {
      std::vector<std::string> inner = value_names(draft, head.scope);
      for (auto& name : inner) name = text + "." + name;
      draft.diagnostics.error(codes::missing_key,
                              possessive(wanted.owner) + " needs '" + text + "', which is a subgraph and has no value of its own",
                              wanted.at, "its keys: " + join(inner).substr(0, 300));
      return {};
    }
    case Head::Kind::not_a_value:
      draft.diagnostics.error(codes::missing_key,
                              possessive(wanted.owner) + " needs key '" + words[head.used - 1] + "', which stands under '" +
                                  std::string(head.section) + "' and has no value",
                              wanted.at, "keys: " + join(value_names(draft, head.scope)).substr(0, 300));
      return {};
    case Head::Kind::keys: break;
  }
  for (Reference& reference : head.references) {
    std::size_t failed = 0;
    const TypeInfo* holder = nullptr;
    if (follow(reference, words, head.used, failed, holder)) continue;
    report_missing_member(draft, text, words[failed], *holder, wanted.owner, wanted.at);
    return {};
  }
  return std::move(head.references);
}

// The scalars of a binding: `key`, or `[key, key.field]`; nothing, and a diagnostic, for anything else.
std::vector<const ConfigTree*> alternatives(Draft& draft, const ConfigTree& value) {
  std::vector<const ConfigTree*> out;
  if (value.is_scalar()) out.push_back(&value);
  for (const auto& item : value.items) out.push_back(&item);
  const bool fits =
      !out.empty() && std::all_of(out.begin(), out.end(), [](const ConfigTree* each) { return each->is_scalar() && !each->text.empty(); });
  if (fits) return out;
  draft.diagnostics.error(codes::wrong_shape, "a binding is a key, a field of a key, or a list of them", value.at,
                          "in: {title: [article.title, entry.title]}");
  return {};
}

const ConfigTree* find_text(const ConfigTree& tree, const std::string& text) {
  if (tree.is_scalar() && tree.text == text) return &tree;
  for (const auto& item : tree.items)
    if (const auto* found = find_text(item, text)) return found;
  for (const auto& member : tree.members)
    if (const auto* found = find_text(member.value, text)) return found;
  return nullptr;
}

// The member of this name, wherever in the entry it stands.
const ConfigTree::Member* find_name(const ConfigTree& tree, const std::string& name) {
  for (const auto& member : tree.members) {
    if (member.name == name) return &member;
    if (const auto* found = find_name(member.value, name)) return found;
  }
  return nullptr;
}

class Binder {
 public:
  explicit Binder(Draft& draft) : draft_(draft) {}

  void run() {
    for (std::size_t scope = 1; scope < draft_.scopes.size(); ++scope) bind_subgraph(static_cast<int>(scope));
    for (std::size_t item = 0; item < draft_.items.size(); ++item) bind_item(static_cast<int>(item));
    bind_identity();
  }

 private:
  // ---- subgraphs ----
  void bind_subgraph(int index) {
    Scope& scope = draft_.scopes[index];
    if (scope.broken) return;
    const ConfigTree* in = scope.entry->member("in");
    if (in && in->kind != ConfigTree::Kind::null && !in->is_map()) {
      draft_.diagnostics.error(codes::wrong_shape, "'in' must be a map of inputs and keys", in->at);
      in = nullptr;
    }
    if (in)
      check_port_names(
          *in, scope.key, [&](const std::string& name) { return scope.inputs.contains(name); },
          [&] {
            std::vector<std::string> names;
            for (const auto& [name, input] : scope.inputs) names.push_back(name);
            return names;
          });
    for (const auto& [name, input] : scope.inputs) {
      const ConfigTree* value = in ? in->member(name) : nullptr;
      auto& bound = scope.bound[name];
      if (!value) bound = resolve_name(draft_, scope.parent, name, {scope.key, scope.at, input.first, -1});
      else
        for (const ConfigTree* each : alternatives(draft_, *value))
          append(bound, resolve_name(draft_, scope.parent, each->text, {scope.key, each->at, input.first, -1}));
      if (!check_types(bound, input.first, scope.key, name, value ? value->at : scope.at)) bound.clear();
    }
  }

  template <class Known, class Names> void check_port_names(const ConfigTree& in, const std::string& owner, Known known, Names names) {
    for (const auto& member : in.members) {
      if (known(member.name)) continue;
      const std::vector<std::string> all = names();
      std::string hint = did_you_mean(member.name, all);
      const std::string list = all.empty() ? "it has none" : "ports: " + join(all);
      draft_.diagnostics.error(codes::unknown_port, "'" + owner + "' has no port '" + member.name + "'", member.at,
                               hint.empty() ? list : hint + " (" + list + ")");
    }
  }

  // ---- ports ----
  void bind_item(int index) {
    Item& item = draft_.items[index];
    if (!item.spec) return;
    if (item.fills()) return check_filled(item);
    const ConfigTree* in = item.entry && item.entry->is_map() ? item.entry->member("in") : nullptr;
    if (in && in->kind != ConfigTree::Kind::null && !in->is_map()) {
      draft_.diagnostics.error(codes::wrong_shape, "'in' must be a map of ports and keys", in->at, "in: {PORT: KEY}");
      in = nullptr;
    }
    if (in)
      check_port_names(
          *in, item.spec->name, [&](const std::string& name) { return find_port(item, name) != nullptr; },
          [&] {
            std::vector<std::string> names;
            for (const auto& port : item.ports) names.push_back(port.port.name);
            return names;
          });
    for (DraftPort& port : item.ports) bind_port(index, port, in ? in->member(port.port.name) : nullptr);
    if (item.by) bind_alternative(index, item.shard.emplace(DraftPort{{"by.key", nullptr, false, {}}, {}}), item.by->text, item.by->at);
    bind_after(index);
  }

  // A filling source takes nothing: the names that it speaks of must be inputs, or fields of inputs.
  void check_filled(Item& item) {
    std::vector<std::string> inputs;
    for (const Item& each : draft_.items)
      if (each.role == Role::input) inputs.push_back(each.key);
    if (inputs.empty())
      draft_.diagnostics.error(codes::nothing_to_run, "'" + item.spec->name + "' fills the inputs of its pipeline, and there are none",
                               item.node_at, "inputs: [url]");
    for (const DraftPort& port : std::exchange(item.ports, {})) {
      const ConfigTree::Member* place = item.entry ? find_name(*item.entry, port.port.name) : nullptr;
      const Place& at = place && place->at.line ? place->at : item.node_at;
      for (const Reference& each : resolve_name(draft_, item.scope, port.port.name, {item.key, at, port.port.type, -1, -1}))
        if (each.item >= 0 && draft_.items[each.item].role != Role::input)
          draft_.diagnostics.error(codes::missing_key, "'" + item.key + "' fills '" + port.port.name + "', which is not an input", at,
                                   "inputs: " + join(inputs));
    }
  }

  static const DraftPort* find_port(const Item& item, const std::string& name) {
    for (const auto& port : item.ports)
      if (port.port.name == name) return &port;
    return nullptr;
  }

  void bind_port(int index, DraftPort& port, const ConfigTree* written) {
    const Item& item = draft_.items[index];
    if (written && written->kind == ConfigTree::Kind::null && port.port.optional) {  // `in: {language: ~}` takes nothing
      if (!port.port.type) port.port.type = &type_of<Json>();
      return;
    }
    const Place& at = item.node_at;
    const int self = item.covers >= 0 ? item.covers : index;  // what stands in for a key does not wait for it
    const Wanted wanted{item.key, at, port.port.type, self, self};
    if (written) {
      for (const ConfigTree* each : alternatives(draft_, *written)) bind_alternative(index, port, each->text, each->at);
    } else if (!port.port.from.empty()) {
      for (const std::string& text : port.port.from) {
        const ConfigTree* place = item.entry ? find_text(*item.entry, text) : nullptr;
        bind_alternative(index, port, text, place && place->at.line ? place->at : at);
      }
    } else if (!port.port.optional || can_resolve(draft_, item.scope, port.port.name, self)) {
      port.from = resolve_name(draft_, item.scope, port.port.name, wanted);
      check_types(port.from, port.port.type, item.key, port.port.name, at);
    }
    if (!port.port.type) port.port.type = &type_of<Json>();
  }

  // A port without a type takes that of its first binding; the others must then agree with it.
  void bind_alternative(int index, DraftPort& port, const std::string& text, const Place& at) {
    const Item& item = draft_.items[index];
    auto found = resolve_name(draft_, item.scope, text, {item.key, at, port.port.type, -1, index});
    check_types(found, port.port.type, item.key, port.port.name, at);
    if (!port.port.type) port.port.type = first_type(found);
    append(port.from, std::move(found));
  }

  static const TypeInfo* first_type(const std::vector<Reference>& references) {
    for (const auto& each : references)
      if (each.type) return each.type;
    return nullptr;
  }

  static void append(std::vector<Reference>& to, std::vector<Reference> more) {
    for (auto& each : more) to.push_back(std::move(each));
  }

  bool check_types(const std::vector<Reference>& references, const TypeInfo* type, const std::string& owner, const std::string& port,
                   const Place& at) {
    bool good = true;
    if (!type) type = first_type(references);
    for (const Reference& each : references) {
      if (!each.type || !type || *each.type == *type) continue;
      good = false;
      std::string hint;
      for (const auto& member : members_of(*each.type))
        if (*member.type == *type) hint += (hint.empty() ? "of that type: " : ", ") + each.text + "." + std::string(member.name);
      draft_.diagnostics.error(codes::type_mismatch,
                               "'" + port + "' of '" + owner + "' is " + type->name() + ", and '" + each.text + "' is " + each.type->name(),
                               at, std::move(hint));
    }
    return good;
  }

  // ---- after ----
  void bind_after(int index) {
    Item& item = draft_.items[index];
    if (item.role != Role::key) return;
    if (item.gate && item.gate->is_map()) add_after(item, item.scope, item.gate->member("after"));
    for (int scope = item.scope; scope > 0; scope = draft_.scopes[scope].parent)
      if (draft_.scopes[scope].entry) add_after(item, draft_.scopes[scope].parent, draft_.scopes[scope].entry->member("after"));
  }

  void add_after(Item& item, int scope, const ConfigTree* after) {
    if (!after || after->kind == ConfigTree::Kind::null) return;
    std::vector<const ConfigTree*> names;
    if (after->is_scalar()) names.push_back(after);
    for (const auto& each : after->items) names.push_back(&each);
    if (after->is_map()) report_after(*after, "'after' must be a list of keys");
    for (const ConfigTree* name : names) add_one_after(item, scope, *name);
  }

  void add_one_after(Item& item, int scope, const ConfigTree& name) {
    if (!name.is_scalar() || name.text.empty()) return report_after(name, "'after' must be a list of keys");
    const Head head = find_head(draft_, scope, split(name.text), -1);
    if (head.kind == Head::Kind::broken) return;
    if (head.kind == Head::Kind::missing) {
      if (reported_.insert(&name).second) resolve_name(draft_, scope, name.text, {item.key, name.at, nullptr, -1});
      return;
    }
    const bool whole = head.used == split(name.text).size();
    for (const Reference& each : head.references) {
      if (whole && draft_.items[each.item].role == Role::key) item.after.push_back(each.item);
      else report_after(name, "'after' names '" + name.text + "', which is not a key of the graph");
    }
    if (head.kind == Head::Kind::subgraph) report_after(name, "'after' names the subgraph '" + name.text + "': name one of its keys");
  }

  void report_after(const ConfigTree& at, std::string message) {
    if (reported_.insert(&at).second) draft_.diagnostics.error(codes::bad_after, std::move(message), at.at, "after: [key]");
  }

  // ---- identity ----
  void bind_identity() {
    const ConfigTree* entry = draft_.identity_entry;
    if (!entry || entry->kind == ConfigTree::Kind::null || is_unset(*entry)) return;
    if (!entry->is_scalar()) return draft_.diagnostics.error(codes::bad_identity, "'identity' must be a key or a field of one", entry->at);
    const auto references = resolve_name(draft_, 0, entry->text, {"identity", entry->at, &type_of<std::string>(), -1});
    if (references.empty() || references.front().item < 0) return;
    if (references.front().type && !(*references.front().type == type_of<std::string>()))
      return draft_.diagnostics.error(
          codes::bad_identity, "the identity must be a string, and '" + entry->text + "' is " + references.front().type->name(), entry->at);
    draft_.identity = references.front();
  }

  Draft& draft_;
  std::set<const ConfigTree*> reported_;  // an `after` of a subgraph is read once for each of its keys
};

}  // namespace

bool can_resolve(const Draft& draft, int scope, const std::string& text, int self) {
  const auto words = split(text);
  Head head = find_head(draft, scope, words, self);
  return head.kind == Head::Kind::keys || head.kind == Head::Kind::broken;
}

std::vector<Reference> resolve(Draft& draft, int scope, const std::string& text, int self, const std::string& owner, const Place& at) {
  return resolve_name(draft, scope, text, {owner, at, nullptr, self});
}

void bind(Draft& draft) { Binder(draft).run(); }

}  // namespace headrace::compile
