// A pipeline on its way from files to a Plan. Each pass fills in more of the draft; all of them report and go on, so that
// one run shows every mistake. Passes, in order:
//
//   declare     files become scopes and items; nodes are found, their fields checked        compile_declare.cpp
//   replace     mocks take the place of nodes                                               compile_replace.cpp
//   fallbacks   what stands in for a key becomes an item of its own                         compile_fallback.cpp
//   bind        names become references to items; types are checked                         compile_bind.cpp
//   resources   Use fields become references to resources, in an order to open them         compile_resources.cpp
//   order       cycles, pruning, levels, and an order in which everything has what it needs compile_order.cpp
//   lay out     the Plan                                                                    compile_layout.cpp
//
// Internal to core/graph.
#pragma once
#include <deque>
#include <unordered_map>

#include "core/config/interpolate.hpp"
#include "core/graph/diagnostic_codes.hpp"
#include "core/graph/plan.hpp"

namespace headrace::compile {

using Getter = const void* (*)(const void*);

// A value that a name stands for: an item's, or a field inside it. An item of -1 is a mistake reported already.
struct Reference {
  int item = -1;
  std::vector<Getter> path;
  const TypeInfo* type = nullptr;  // null when a mistake keeps it unknown
  std::string text;                // full name, with fields
};

struct DraftPort {
  Port port;
  std::vector<Reference> from;
};

enum class Role { input, source, key, sink, resource, fallback };
std::string_view section_of(Role role);

// An entry of inputs, resources, sources, graph or sinks. Subgraphs are scopes, not items.
struct Item {
  Role role = Role::key;
  std::string key, name;  // full, and as its file says
  int scope = 0;
  Place at;                              // of the name
  Place node_at;                         // of the node's name
  std::shared_ptr<const NodeSpec> spec;  // null for inputs, and when the node is not known
  const ConfigTree* entry = nullptr;     // as written; lives in Draft::trees; null when its node was given in C++
  const ConfigTree* gate = nullptr;      // the entry that may hold `after:`; a mock keeps that of what it replaces
  ConfigTree config;                     // the node's own fields
  const TypeInfo* type = nullptr;        // of its value; null for sinks and resources, and when a mistake keeps it unknown
  Decorators decorators;
  std::optional<ConfigTree::Member> covered_by{};  // its `fallback:`, as written
  int fallback = -1;                               // item
  int covers = -1;                                 // of a fallback: the item that it stands in for
  SinkStep flushing;                               // only the flush rules are used
  std::vector<DraftPort> ports;
  std::optional<ConfigTree> by{};                     // the key that tells the shard, as written
  std::optional<DraftPort> shard{};                   // and bound
  std::vector<int> after;                             // items
  std::map<std::string, int> resources;               // field to item
  bool fills() const { return spec && spec->fills; }  // a source without a value: it fills the inputs
  bool expands() const { return spec && role == Role::key && spec->expands; }

  bool kept = true;
  int level = 0, child_level = -1;  // -1 unless it expands
  std::vector<int> reads;           // items whose value it takes, each once; then those of `after`
  std::vector<int> waits;           // items that must be resolved before it although it takes nothing of them
  int value_level() const { return child_level >= 0 ? child_level : level; }
};

// The names of one file. A subgraph sees its own names and its inputs, nothing else of its parent but the resources.
struct Scope {
  struct Name {
    int item = -1, scope = -1;  // one of them
    Place at;
    std::string_view section;
  };
  int parent = -1, depth = 0;
  std::string prefix;  // "article." before its keys
  std::string key;     // "article": of the subgraph in its parent; empty at the top
  Place at;
  std::string path;  // of the file, as read
  std::unordered_map<std::string, Name> names;
  std::vector<std::string> keys;                                    // value names in the order of the file, for hints
  std::map<std::string, std::pair<const TypeInfo*, Place>> inputs;  // of a subgraph: declared inputs
  std::map<std::string, std::vector<Reference>> bound;              // and what they stand for
  const ConfigTree* entry = nullptr;                                // of a subgraph
  bool broken = false;                                              // its file could not be read
};

struct Draft {
  const CompileOptions* options;
  DiagnosticList diagnostics;
  std::deque<ConfigTree> trees;     // the files, interpolated; places and items point into them
  std::vector<Scope> scopes;        // parents before children
  std::deque<Item> items;           // references stay good while passes add more
  std::vector<int> order;           // kept keys, each after what it needs
  std::vector<int> resource_order;  // kept resources, likewise
  std::string name, path;
  Limits limits;
  std::string dead_letters;
  const ConfigTree* identity_entry = nullptr;
  Reference identity;
  struct Level {
    int parent = -1, item = -1;
  };
  std::vector<Level> levels{Level{}};
  std::vector<int> wanted;  // items
  int store = -1;           // item
};

// ---- passes ------------------------------------------------------------------------------------------------------------

void declare_file(Draft& draft, ParsedConfig parsed, const std::string& path);
void apply_replacements(Draft& draft);
void add_fallbacks(Draft& draft);
void bind(Draft& draft);
void resolve_resources(Draft& draft);
void prune(Draft& draft);
void put_in_order(Draft& draft);
std::unique_ptr<Plan> lay_out(Draft& draft);
void put_versions(Plan& plan);

// ---- what they share ---------------------------------------------------------------------------------------------------

// Checks the members of `config` against a description. `allowed` are further names that may stand there.
void check_fields(const ConfigTree& config, const std::vector<FieldSpec>& fields, const std::string& owner, const Place& at,
                  const std::vector<std::string>& allowed, DiagnosticList& diagnostics);

// Adds an item that reads its node's name, fields and decorators from `entry`, and checks them.
int add_item(Draft& draft, Role role, int scope, const ConfigTree::Member& member);
void read_entry(Draft& draft, Item& item, const ConfigTree::Member& member);
Role role_of(Kind kind);
// Fills in spec, config, type and ports from a node and the members of `entry` that are its own.
void use_node(Draft& draft, Item& item, std::shared_ptr<const NodeSpec> spec, const ConfigTree& entry);
void read_ports(Draft& draft, Item& item);
void read_decorators(Draft& draft, Item& item, const ConfigTree& entry);
std::vector<std::string> decorator_names(Role role);

// Why a decorator makes no sense for a node; empty when it does.
std::string decorator_refusal(std::string_view decorator, const NodeSpec& spec);

// What a dotted name stands for in a scope; empty after reporting that it stands for nothing. `self` is not found.
std::vector<Reference> resolve(Draft& draft, int scope, const std::string& text, int self, const std::string& owner, const Place& at);
bool can_resolve(const Draft& draft, int scope, const std::string& text, int self);

std::string describe_type(const TypeInfo* type);
std::shared_ptr<const NodeSpec> registered(std::string_view name);  // null when there is none

}  // namespace headrace::compile
