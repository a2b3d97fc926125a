#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "core/cli/new.hpp"
#include "core/config/tree.hpp"

namespace headrace::cli {

namespace {

struct Entry {
  const NodeSpec* spec;
  std::string key;
  std::vector<std::pair<std::string, std::string>> in, fields;  // port or field, and what it takes
};

struct Value {  // that a port may take
  std::string name;
  const TypeInfo* type;
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return out + "\"";
}

std::vector<Port> ports_of(const NodeSpec& spec) {
  if (!spec.ports) return spec.inputs;
  ConfigTree nothing;
  nothing.kind = ConfigTree::Kind::map;
  try {
    return spec.ports(nothing.view());
  } catch (const std::exception&) {
    return spec.inputs;  // the others follow from a configuration that does not stand yet
  }
}

// The one key of the vocabulary that has this type, when the type says what it is for: an Article, not a string.
std::string key_of_type(const TypeInfo& type) {
  const TypeInfo* inner = &type;
  while (inner->element) inner = inner->element;
  if (inner->members().empty()) return "";
  std::vector<std::string_view> names;
  for (const KeyInfo* key : vocabulary())
    if (*key->type == type) names.push_back(key->name);
  return names.size() == 1 ? std::string(names.front()) : "";
}

class Composer {
 public:
  explicit Composer(const std::vector<const NodeSpec*>& nodes) {
    for (const NodeSpec* spec : nodes)
      for (const Port& port : ports_of(*spec)) port_names_.insert(port.name);
    for (const NodeSpec* spec : nodes) section_of(spec->kind).push_back({spec, "", {}, {}});
    for (Entry& entry : sources_) entry.key = entry.spec->fills ? free_name(entry.spec->name) : value_name(*entry.spec);
    for (Entry& entry : keys_) entry.key = value_name(*entry.spec);
    put_in_order();
    for (Entry& entry : sinks_) entry.key = free_name(entry.spec->name);
    for (Entry& entry : resources_) entry.key = free_name(resource_name(*entry.spec));
  }

  std::string text() {
    for (Entry& entry : sources_)
      if (!entry.spec->fills) values_.push_back({entry.key, entry.spec->output});
    for (Entry& entry : keys_) {
      bind(entry);
      values_.push_back({entry.key, entry.spec->output});
    }
    for (Entry& entry : sinks_) bind(entry);
    if (inputs_.empty() && std::any_of(sources_.begin(), sources_.end(), [](const Entry& entry) { return entry.spec->fills; }))
      inputs_.emplace(free_name("text"), Input{"text", &type_of<std::string>()});  // something to fill
    for (auto* section : {&sources_, &keys_, &sinks_})
      for (Entry& entry : *section) configure(entry);
    for (std::size_t i = 0; i < resources_.size(); ++i) configure(resources_[i]);  // which may need others still
    return params_text() + entries_text("resources", resources_) + inputs_text() + entries_text("sources", sources_) +
           entries_text("graph", keys_) + entries_text("sinks", sinks_);
  }

 private:
  std::deque<Entry>& section_of(Kind kind) {
    return kind == Kind::source ? sources_ : kind == Kind::sink ? sinks_ : kind == Kind::resource ? resources_ : keys_;
  }

  // ---- names ---------------------------------------------------------------------------------------------------------------

  std::string free_name(const std::string& wanted) {
    std::string name = wanted;
    for (int i = 2; !taken_.insert(name).second; ++i) name = wanted + "_" + std::to_string(i);
    return name;
  }

  // A node that reads a key of the name that it would have gets another one: a key does not read itself.
  std::string value_name(const NodeSpec& spec) {
    const auto ports = ports_of(spec);
    const auto reads = [&](const std::string& name) {
      return std::any_of(ports.begin(), ports.end(), [&](const Port& port) { return port.name == name; });
    };
    const std::string vocabulary_name = key_of_type(*spec.output);
    if (!vocabulary_name.empty() && !reads(vocabulary_name) && taken_.insert(vocabulary_name).second) return vocabulary_name;
    const bool means_something_else = find_key(spec.name) || port_names_.contains(spec.name);
    return free_name(means_something_else ? spec.name + "_value" : spec.name);
  }

  // The name of the fields that take it: `http`, not `http_client`.
  std::string resource_name(const NodeSpec& resource) {
    const auto field_for = [&](const NodeSpec& spec) -> std::string {
      for (const FieldSpec& field : spec.fields)
        if (field.resource && *field.resource->id == *resource.provides->id && !taken_.contains(field.name) &&
            !misleads(resource, field.name))
          return field.name;
      return "";
    };
    for (const Entry* entry : all_entries())
      if (const std::string name = field_for(*entry->spec); !name.empty() && entry->spec != &resource) return name;
    for (const NodeSpec* spec : registered_nodes())
      if (const std::string name = field_for(*spec); !name.empty() && spec != &resource) return name;
    return resource.name;
  }

  // A field takes the resource of its name by itself: no other kind may have that name.
  bool misleads(const NodeSpec& resource, const std::string& name) const {
    for (const Entry* entry : all_entries())
      for (const FieldSpec& field : entry->spec->fields)
        if (field.resource && field.name == name && *field.resource->id != *resource.provides->id) return true;
    return false;
  }

  std::vector<const Entry*> all_entries() const {
    std::vector<const Entry*> out;
    for (const auto* section : {&sources_, &keys_, &sinks_, &resources_})
      for (const Entry& entry : *section) out.push_back(&entry);
    return out;
  }

  // Each key after those whose names it reads, as far as that can be; else as they were named.
  void put_in_order() {
    std::deque<Entry> left = std::move(keys_);
    keys_.clear();
    while (!left.empty()) {
      const auto waits = [&](const Entry& entry) {
        const auto ports = ports_of(*entry.spec);
        return std::any_of(left.begin(), left.end(), [&](const Entry& other) {
          return &other != &entry && std::any_of(ports.begin(), ports.end(), [&](const Port& port) { return port.name == other.key; });
        });
      };
      auto next = std::find_if_not(left.begin(), left.end(), waits);
      if (next == left.end()) next = left.begin();
      keys_.push_back(std::move(*next));
      left.erase(next);
    }
  }

  // ---- ports ---------------------------------------------------------------------------------------------------------------

  void bind(Entry& entry) {
    for (const Port& port : ports_of(*entry.spec)) {
      if (!port.type || !port.from.empty()) continue;
      const std::string from = source_of(port);
      if (!from.empty() && from != port.name) entry.in.emplace_back(port.name, from);
    }
  }

  std::string source_of(const Port& port) {
    for (const Value& value : values_)
      if (value.name == port.name && *value.type == *port.type) return value.name;
    for (auto value = values_.rbegin(); value != values_.rend(); ++value)  // what was made last comes first
      for (const auto& member : value->type->members())
        if (member.name == port.name && *member.type == *port.type) return value->name + "." + port.name;
    for (const auto& [name, input] : inputs_)
      if (input.port == port.name && *input.type == *port.type) return name;
    if (port.optional) return "";
    const std::string name = free_name(port.name);
    inputs_.emplace(name, Input{port.name, port.type});
    return name;
  }

  // ---- fields --------------------------------------------------------------------------------------------------------------

  void configure(Entry& entry) {
    for (const FieldSpec& field : entry.spec->fields) {
      if (field.resource) supply(entry, field);
      else if (field.required)
        entry.fields.emplace_back(field.name, field.type == &type_of<Bindings>() && !values_.empty() ? all_values() : parameter(field));
    }
  }

  std::string parameter(const FieldSpec& field) {
    std::string name = field.name;
    for (int i = 2; params_.contains(name) && params_[name] != field.doc; ++i) name = field.name + "_" + std::to_string(i);
    params_[name] = field.doc;
    return "\"${" + name + "}\"";
  }

  // Every key under its name: a sink that asks what to write gets it all.
  std::string all_values() const {
    std::string out;
    for (const Value& value : values_) out += (out.empty() ? "" : ", ") + value.name + ": " + value.name;
    return "{" + out + "}";
  }

  // A resource: one of those here; else the default, which need not be named unless it has to be told something; else a file, or
  // any node that provides it.
  void supply(Entry& entry, const FieldSpec& field) {
    bool before = true;  // a resource stands on those before it, so that none stand on each other in a circle
    for (const Entry& each : resources_) {
      before = before && &each != &entry;
      const bool same_kind = entry.spec->provides && *entry.spec->provides->id == *field.resource->id;
      if (&each == &entry || *each.spec->provides->id != *field.resource->id || (same_kind && !before)) continue;
      if (each.key != field.name) entry.fields.emplace_back(field.name, each.key);
      return;
    }
    const NodeSpec* standing_in = find_node(field.resource->default_node);
    const bool needs_telling = standing_in && std::any_of(standing_in->fields.begin(), standing_in->fields.end(),
                                                          [](const FieldSpec& each) { return each.required; });
    if (standing_in && !needs_telling) return;
    if (!standing_in && find_node(field.resource->file_node)) {
      entry.fields.emplace_back(field.name, parameter(field));
      return;
    }
    for (const NodeSpec* spec : registered_nodes()) {
      const bool fits = standing_in ? spec == standing_in : spec->provides && *spec->provides->id == *field.resource->id;
      if (!fits) continue;
      resources_.push_back({spec, free_name(misleads(*spec, field.name) ? spec->name : field.name), {}, {}});
      if (resources_.back().key != field.name) entry.fields.emplace_back(field.name, resources_.back().key);
      return;
    }
  }

  // ---- text ----------------------------------------------------------------------------------------------------------------

  std::string params_text() const {
    std::string out;
    for (const auto& [name, doc] : params_) out += "  " + name + ": !required " + quoted(doc) + "\n";
    return out.empty() ? "" : "params:\n" + out;
  }

  std::string inputs_text() const {
    const bool plain = std::all_of(inputs_.begin(), inputs_.end(), [](const auto& each) {
      const KeyInfo* key = find_key(each.first);
      return key && *key->type == *each.second.type;
    });
    std::string out;
    for (const auto& [name, input] : inputs_) {
      const KeyInfo* key = find_key(input.port);
      out += (out.empty() ? "" : ", ") + name + (plain ? "" : ": " + (key && *key->type == *input.type ? input.port : input.type->name()));
    }
    return out.empty() ? "" : "inputs: " + (plain ? "[" + out + "]" : "{" + out + "}") + "\n";
  }

  static std::string entry_text(const Entry& entry) {
    if (entry.in.empty() && entry.fields.empty()) return entry.spec->name;
    std::string out = "{node: " + entry.spec->name, in;
    for (const auto& [port, from] : entry.in) in += (in.empty() ? "" : ", ") + port + ": " + from;
    if (!in.empty()) out += ", in: {" + in + "}";
    for (const auto& [field, value] : entry.fields) out += ", " + field + ": " + value;
    return out + "}";
  }

  static std::string entries_text(const std::string& section, const std::deque<Entry>& entries) {
    if (entries.empty()) return "";
    std::size_t width = 0;
    for (const Entry& entry : entries) width = std::max(width, entry.key.size());
    std::string out = section + ":\n";
    for (const Entry& entry : entries)
      out += "  " + entry.key + ":" + std::string(width - entry.key.size() + 1, ' ') + entry_text(entry) + "\n";
    return out;
  }

  struct Input {
    std::string port;
    const TypeInfo* type;
  };
  std::deque<Entry> resources_, sources_, keys_, sinks_;  // references to entries stay good while more are added
  std::vector<Value> values_;                             // made so far
  std::map<std::string, Input> inputs_;
  std::map<std::string, std::string> params_;  // name, meaning
  std::set<std::string> taken_, port_names_;
};

}  // namespace

std::string new_pipeline(const std::vector<const NodeSpec*>& nodes) {
  std::string names;
  for (const NodeSpec* spec : nodes) names += " " + spec->name;
  return "# headrace new pipeline" + names + "\n" + Composer(nodes).text();
}

}  // namespace headrace::cli
