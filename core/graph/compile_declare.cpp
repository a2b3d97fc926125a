// From files to scopes and items.
#include <filesystem>

#include "core/graph/compile_draft.hpp"
#include "core/node.hpp"

namespace headrace::compile {

namespace {

constexpr int max_depth = 32;
constexpr std::size_t max_scopes = 10'000;

const std::vector<std::string> section_names{"name",  "params",   "inputs", "resources", "sources",
                                             "graph", "identity", "sinks",  "limits",    "dead_letters"};

struct LimitFields {
  Limits defaults;
  std::int64_t in_flight = static_cast<std::int64_t>(defaults.in_flight), parked = static_cast<std::int64_t>(defaults.parked), window = 0;
  ByteSize memory{defaults.memory};
  Duration drain = defaults.drain, max_wait = defaults.max_wait;
  static constexpr auto fields() {
    return std::tuple(field("in_flight", &LimitFields::in_flight, "Records at work at the same time.", in_range(1, 1e9)),
                      field("memory", &LimitFields::memory, "Bytes that the values of all records may take."),
                      field("parked", &LimitFields::parked, "Records that may be on their way altogether.", in_range(1, 1e9)),
                      field("window", &LimitFields::window,
                            "Records that may wait for their turn at an ordered key; 0: four times in_flight.", in_range(0, 1e9)),
                      field("drain", &LimitFields::drain, "How long active records may go on after the first signal."),
                      field("max_wait", &LimitFields::max_wait, "A longer wait fails the try."));
  }
};

struct DeadLetterFields {
  Path path;
  static constexpr auto fields() {
    return std::tuple(field("path", &DeadLetterFields::path, "The JSON Lines file of failed records.", required()));
  }
};

template <class T> std::vector<FieldSpec> specs_of() {
  std::vector<FieldSpec> out;
  for_each_field<T>([&](const auto& each) { out.push_back(detail::field_spec(each, T{})); });
  return out;
}

// A section that is a described struct; null when it is not there or does not fit.
template <class T> std::optional<T> read_section(const ConfigTree& file, const std::string& name, DiagnosticList& diagnostics) {
  const auto* member = file.find(name);
  if (!member || member->value.kind == ConfigTree::Kind::null) return std::nullopt;
  if (!member->value.is_map()) return diagnostics.error(codes::wrong_shape, "'" + name + "' must be a map", member->value.at), std::nullopt;
  DiagnosticList found;
  check_fields(member->value, specs_of<T>(), name, member->at, {}, found);
  const bool bad = found.has_errors() || find_unset(member->value);
  diagnostics.add(found.take());
  if (bad) return std::nullopt;
  return read_value<T>(member->value.view());
}

bool is_key_name(std::string_view text) {
  const auto ok = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), ok);
}

Place header(const ConfigTree& tree) { return tree.at; }

class Declaration {
 public:
  Declaration(Draft& draft) : draft_(draft), diagnostics_(draft.diagnostics) {}

  void top(ParsedConfig parsed, const std::string& path) {
    diagnostics_.add(std::move(parsed.diagnostics));
    draft_.path = path;
    draft_.name = std::filesystem::path(path).stem().string();
    Scope scope;
    scope.path = path;
    scope.at = header(parsed.root);
    draft_.scopes.push_back(std::move(scope));
    if (parsed.root.kind == ConfigTree::Kind::null && diagnostics_.has_errors()) return;
    Params params(diagnostics_);
    if (const ConfigTree* section = parsed.root.member("params")) params.declare(*section);
    for (const auto& [name, value] : draft_.options->params) params.set(name, value, "'" + path + "'", draft_.scopes[0].at);
    const ConfigTree* file = settle(params, std::move(parsed.root));
    read_file(0, *file);
    read_top_sections(*file);
    // Subgraphs are worked off one by one: their depth is that of the queue, not of the stack.
    for (std::size_t next = 1; next < draft_.scopes.size(); ++next) open_subgraph(static_cast<int>(next));
  }

 private:
  // Parameters have their values: puts them into the file and keeps it.
  const ConfigTree* settle(Params& params, ConfigTree root) {
    params.close();
    for (auto& member : root.members)
      if (member.name != "params") params.interpolate(member.value);
    params.warn_unused();
    draft_.trees.push_back(std::move(root));
    return &draft_.trees.back();
  }

  void read_file(int scope, const ConfigTree& file) {
    if (!file.is_map()) {
      const bool empty = file.kind == ConfigTree::Kind::null;
      return diagnostics_.error(codes::nothing_to_run, empty ? "the file is empty" : "a pipeline file is a map of sections", file.at,
                                "sections: " + join(section_names));
    }
    bool complete = true;
    for (const auto& member : file.members) complete = check_section_name(member) && complete;
    if (const ConfigTree* inputs = file.member("inputs")) read_inputs(scope, *inputs);
    read_entries(scope, file, Role::resource);
    if (scope == 0) read_entries(scope, file, Role::source);
    read_entries(scope, file, Role::key);
    if (scope == 0) read_entries(scope, file, Role::sink);
    const bool something = draft_.scopes[scope].keys.size() > draft_.scopes[scope].inputs.size() || !draft_.scopes[scope].names.empty();
    if (complete && !something && !file.find("graph"))
      diagnostics_.error(codes::nothing_to_run, "there is nothing to run in this file", file.at, "write a graph: a map of keys and nodes");
  }

  bool check_section_name(const ConfigTree::Member& member) {
    if (std::find(section_names.begin(), section_names.end(), member.name) != section_names.end()) return true;
    std::string hint = did_you_mean(member.name, section_names);
    hint += (hint.empty() ? "sections: " : " (sections: ") + join(section_names) + (hint.empty() ? "" : ")");
    return diagnostics_.error(codes::unknown_section, "there is no section '" + member.name + "'", member.at, std::move(hint)), false;
  }

  void read_top_sections(const ConfigTree& file) {
    if (!file.is_map()) return;
    if (const ConfigTree* name = file.member("name")) {
      if (name->is_scalar()) draft_.name = name->text;
      else diagnostics_.error(codes::wrong_shape, "'name' must be a text", name->at);
    }
    if (const auto limits = read_section<LimitFields>(file, "limits", diagnostics_)) {
      draft_.limits = {static_cast<std::size_t>(limits->in_flight),
                       static_cast<std::size_t>(limits->parked),
                       static_cast<std::size_t>(limits->window),
                       limits->memory.bytes,
                       limits->drain,
                       limits->max_wait};
    }
    if (const auto letters = read_section<DeadLetterFields>(file, "dead_letters", diagnostics_)) draft_.dead_letters = letters->path.text;
    draft_.identity_entry = file.member("identity");
  }

  // True when the name is free; reports where it was taken otherwise.
  bool take_name(int scope, const std::string& name, const Place& at, std::string_view section, int item, int inner) {
    if (!is_key_name(name)) {
      diagnostics_.error(codes::bad_name, "'" + name.substr(0, 80) + "' cannot be a name", at,
                         "use letters, digits, '_' and '-'; a dot names a field");
      return false;
    }
    const auto [known, fresh] = draft_.scopes[scope].names.emplace(name, Scope::Name{item, inner, at, section});
    if (fresh) return true;
    diagnostics_.error(
        codes::name_taken, "'" + name + "' is already a name under '" + std::string(known->second.section) + "'", at,
        "the first is at " + line_and_column(known->second.at) + "; inputs, resources, sources, graph and sinks share their names");
    return false;
  }

  void read_inputs(int scope, const ConfigTree& inputs) {
    if (inputs.is_list()) {
      for (const auto& item : inputs.items) {
        if (item.is_scalar()) add_input(scope, item.text, item.text, item.at, item.at);
        else diagnostics_.error(codes::wrong_shape, "an input is a name", item.at);
      }
    } else if (inputs.is_map()) {
      for (const auto& member : inputs.members) {
        if (member.value.is_scalar()) add_input(scope, member.name, member.value.text, member.at, member.value.at);
        else
          diagnostics_.error(codes::wrong_shape, "the type of an input is a name", member.value.at,
                             "a key of the vocabulary, or a type such as string");
      }
    } else if (inputs.kind != ConfigTree::Kind::null) {
      diagnostics_.error(codes::wrong_shape, "'inputs' must be a list of names", inputs.at, "inputs: [url]");
    }
  }

  void add_input(int scope, const std::string& name, const std::string& type_name, const Place& at, const Place& type_at) {
    const int index = static_cast<int>(draft_.items.size());
    if (scope == 0 && !take_name(scope, name, at, "inputs", index, -1)) return;
    const TypeInfo* type = type_named(type_name);
    if (!type) report_input_type(type_name, type_at);
    if (scope > 0) {
      draft_.scopes[scope].inputs.emplace(name, std::pair(type, at));
      return;
    }
    Item item;
    item.role = Role::input;
    item.key = item.name = name;
    item.at = at;
    item.type = type;
    draft_.items.push_back(std::move(item));
    draft_.scopes[scope].keys.push_back(name);
  }

  void report_input_type(const std::string& name, const Place& at) {
    std::vector<std::string> known;
    for (const KeyInfo* key : vocabulary()) known.emplace_back(key->name);
    std::string hint = did_you_mean(name, known);
    if (hint.empty())
      hint = "write a key of the vocabulary, or a map of names and types: inputs: {" + (is_key_name(name) ? name : "name") + ": string}";
    diagnostics_.error(codes::unknown_input, "the vocabulary has no key and no type '" + name.substr(0, 80) + "'", at, std::move(hint));
  }

  static const TypeInfo* type_named(const std::string& name) {
    if (const KeyInfo* key = find_key(name)) return key->type;
    for (const TypeInfo* type : {&type_of<std::string>(), &type_of<std::int64_t>(), &type_of<double>(), &type_of<bool>(), &type_of<Bytes>(),
                                 &type_of<Time>(), &type_of<Duration>(), &type_of<Json>()})
      if (type->name() == name) return type;
    for (const KeyInfo* key : vocabulary())
      if (key->type->name() == name) return key->type;
    return nullptr;
  }

  void read_entries(int scope, const ConfigTree& file, Role role) {
    const auto* section = file.find(section_of(role));
    if (!section || section->value.kind == ConfigTree::Kind::null) return;
    if (!section->value.is_map()) {
      return diagnostics_.error(codes::wrong_shape, "'" + section->name + "' must be a map of names and nodes", section->value.at);
    }
    for (const auto& member : section->value.members) {
      if (role == Role::key && member.value.is_map() && member.value.find("graph")) declare_subgraph(scope, member);
      else declare_item(scope, role, member);
    }
  }

  void declare_item(int scope, Role role, const ConfigTree::Member& member) {
    if (!take_name(scope, member.name, member.at, section_of(role), static_cast<int>(draft_.items.size()), -1)) return;
    const Item& item = draft_.items[add_item(draft_, role, scope, member)];
    if ((role == Role::source && !item.fills()) || role == Role::key) draft_.scopes[scope].keys.push_back(member.name);
  }

  void declare_subgraph(int parent, const ConfigTree::Member& member) {
    const int index = static_cast<int>(draft_.scopes.size());
    if (member.value.find("node"))
      diagnostics_.error(codes::no_node, "'" + member.name + "' names both a node and a graph", member.value.find("node")->at,
                         "keep one of them");
    if (draft_.scopes.size() >= max_scopes || draft_.scopes[parent].depth >= max_depth) {
      if (!too_many_) diagnostics_.error(codes::endless_subgraph, "there are too many subgraphs, or they are nested too deeply", member.at);
      too_many_ = true;
      return;
    }
    if (!take_name(parent, member.name, member.at, "graph", -1, index)) return;
    Scope scope;
    scope.parent = parent;
    scope.depth = draft_.scopes[parent].depth + 1;
    scope.key = draft_.scopes[parent].prefix + member.name;
    scope.prefix = scope.key + ".";
    scope.at = member.at;
    scope.entry = &member.value;
    draft_.scopes.push_back(std::move(scope));
  }

  void open_subgraph(int index) {
    const ConfigTree& entry = *draft_.scopes[index].entry;
    const auto broken = [&] { draft_.scopes[index].broken = true; };
    const auto* graph = entry.find("graph");
    if (is_unset(graph->value)) return broken();
    if (!graph->value.is_scalar() || graph->value.text.empty())
      return broken(), diagnostics_.error(codes::wrong_shape, "'graph' names a file here", graph->value.at, "graph: ./article.yaml");
    const std::string path = Codec<Path>::read(graph->value.view()).text;
    draft_.scopes[index].path = path;
    if (inside_itself(index, path))
      return broken(),
             diagnostics_.error(codes::endless_subgraph, "'" + path + "' contains itself", graph->value.at, "files: " + chain_of(index));
    ParsedConfig parsed = load_config(path);
    if (parsed.root.at.line == 0 && !parsed.diagnostics.empty()) {  // unreadable: the place is where it is named
      return broken(), diagnostics_.error(codes::unreadable, "cannot read '" + path + "'", graph->value.at,
                                          "the path starts from the folder of this file");
    }
    const bool failed = has_errors(parsed.diagnostics);
    diagnostics_.add(std::move(parsed.diagnostics));
    if (failed && parsed.root.kind == ConfigTree::Kind::null) return broken();
    Params params(diagnostics_);
    if (const ConfigTree* section = parsed.root.member("params")) params.declare(*section);
    for (const auto& member : entry.members)
      if (member.name != "graph" && member.name != "in" && member.name != "after" && member.name != "node")
        params.set(member.name, member.value, "'" + path + "'", member.at);
    read_file(index, *settle(params, std::move(parsed.root)));
  }

  static std::string normal(const std::string& path) {
    std::error_code error;
    const auto canonical = std::filesystem::weakly_canonical(path, error);
    return error ? path : canonical.string();
  }
  bool inside_itself(int index, const std::string& path) const {
    const std::string wanted = normal(path);
    for (int each = draft_.scopes[index].parent; each >= 0; each = draft_.scopes[each].parent)
      if (normal(draft_.scopes[each].path) == wanted) return true;
    return false;
  }
  std::string chain_of(int index) const {
    std::vector<std::string> files;
    for (; index >= 0; index = draft_.scopes[index].parent) files.insert(files.begin(), draft_.scopes[index].path);
    return join(files, " -> ");
  }

  Draft& draft_;
  DiagnosticList& diagnostics_;
  bool too_many_ = false;
};

}  // namespace

std::string_view section_of(Role role) {
  switch (role) {
    case Role::input: return "inputs";
    case Role::source: return "sources";
    case Role::key:
    case Role::fallback: return "graph";
    case Role::sink: return "sinks";
    case Role::resource: return "resources";
  }
  return "";
}

void declare_file(Draft& draft, ParsedConfig parsed, const std::string& path) { Declaration(draft).top(std::move(parsed), path); }

}  // namespace headrace::compile
