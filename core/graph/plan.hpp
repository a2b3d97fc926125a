// A checked pipeline, ready to run: keys became slots, names became indices, every port is bound and every type agrees.
//
//   Compiled compiled = compile_file("pipelines/news.yaml", {.params = {...}});
//   for (auto& each : compiled.diagnostics) std::cerr << format_diagnostic(each);
//   if (compiled.plan) Run(*compiled.plan, options).run();
//
// A Plan is immutable after compile and may be shared by several runs at the same time.
//
// Levels. An expanding key opens a level: its children are records of that level, with slots of their own; a child reads
// the slots of its ancestors by pointer. Level 0 is the records that sources emit. A step belongs to the deepest level that
// it reads from; the levels that a step reads from lie on one line of descent (the compiler refuses anything else). What
// the steps of a level read from outside it is complete before the expanding key runs.
#pragma once
#include <map>

#include "core/config/tree.hpp"
#include "core/graph/spec.hpp"

namespace headrace {

// A slot, or a field inside its value.
struct Binding {
  int slot = -1;
  std::vector<const void* (*)(const void*)> path;  // member getters, outermost first; null means absent
  std::string text;                                // as bound: "article.title"
};

struct BoundPort {
  Port port;                  // its type is never null here
  std::vector<Binding> from;  // the first that is there wins; empty: an optional port that nothing produces
};

struct Slot {
  std::string key;  // full name: "article.topics" inside a subgraph
  const TypeInfo* type = nullptr;
  int level = 0;
  int step = -1;           // who produces it; -1: an input or a source
  std::size_t offset = 0;  // in the record block of its level
  int index = 0;           // among the slots of its level
  int readers = 0;         // steps of the same level that read it; with 0, or `keep`, it lives as long as the record
  bool keep = false;       // read by sinks, by deeper levels, by identity, or wanted
};

enum class OnError { fail, drop, absent };

// After so many outages in a row no call is made until `cool_down` has passed; then one, to see whether they are over.
struct BreakerRule {
  int failures = 5;
  Duration cool_down = std::chrono::seconds(30);
};

// Outermost first: on_error, fallback, cache, breaker, retry, timeout, max. docs/decorators.md.
struct Decorators {
  OnError on_error = OnError::fail;
  std::optional<Duration> cache{};  // how long an answer is kept
  std::optional<BreakerRule> breaker{};
  int tries = 1;                               // retry.times + 1
  Duration backoff = std::chrono::seconds(1);  // doubled at each try, with jitter of up to a quarter
  Duration timeout = Duration::max();          // per try
  int max = 0;                                 // calls at the same time; 0: as the kind of the node allows
  bool ordered = false;                        // in order of admission
  int shards = 0;                              // instances of a stateful node, each with a state of its own; 0: one, without `by`
};

// A node with its configuration: what has to be built.
struct Build {
  std::string key;  // full name
  std::shared_ptr<const NodeSpec> spec;
  ConfigTree config;                     // interpolated; only the node's own fields
  std::string fingerprint{};             // of the node, its version, its configuration and its resources
  std::map<std::string, int> resources;  // field to index in Plan::resources
  Place at;
};

// What answers for a step that has failed. A value and another key are nodes too: one that gives it, one that copies it.
struct FallbackStep : Build {
  std::vector<Port> ports;  // as the node declares them; they are bound at the end of the ports of its step
};

struct Step : Build {
  std::vector<BoundPort> ports;  // of the node, then of its fallback: those are all optional; last what tells the shard
  std::size_t own_ports = 0;     // how many are the node's
  int by = -1;                   // the port that tells the shard: equal values, equal shards; -1 without shards
  std::optional<FallbackStep> fallback{};
  int slot = -1;
  int level = 0;
  int child_level = -1;         // of an expanding step
  int predecessors = 0;         // steps of the same level that must be resolved first
  std::vector<int> successors;  // steps of the same level
  std::vector<int> after;       // slots that must not have been dropped, failed or skipped: `after:`, and each required port
                                // that has one binding only (with alternatives, the first that is there will do)
  Decorators decorators;
};

inline int instances_of(const Step& step) {
  return step.decorators.shards > 0 ? step.decorators.shards : 1;
}  // nodes that are built for it

struct SinkStep : Build {
  std::vector<BoundPort> ports;
  int level = 0;
  std::size_t flush_records = 1;            // flush when so many records wait for it ...
  Duration flush_every = Duration::zero();  // ... or the first of them has waited so long, or nothing else is going on
  bool ordered = false;                     // takes its records in order of admission
};

struct SourceStep : Build {
  int slot = -1;  // -1: it fills Plan::inputs
};

struct Level {
  int parent = -1;
  int step = -1;        // the expanding step, of the parent level
  int first_slot = -1;  // of the child's own value
  std::size_t block_size = 0, block_align = 16;
  std::vector<int> slots, steps, sinks;
  std::vector<int> roots;  // steps without predecessors
};

struct Limits {
  std::size_t in_flight = 256, parked = 100'000, window = 0;  // window 0: four times in_flight
  std::uint64_t memory = 512u << 20;
  Duration drain = std::chrono::seconds(30), max_wait = std::chrono::hours(1);
};

struct Plan {
  std::string name, path;                           // the file
  std::string version;                              // hash of everything that the file, its subgraphs and parameters say
  std::map<std::string, std::string> key_versions;  // of each key: its node, configuration, bindings and what is above it
  std::vector<Level> levels;                        // parents before children
  std::vector<Slot> slots;
  std::vector<Step> steps;  // in an order in which each comes after what it needs
  std::vector<SinkStep> sinks;
  std::vector<SourceStep> sources;
  std::vector<Build> resources;  // in the order in which they open
  std::vector<int> inputs;       // slots of the declared inputs, in the order of the file
  int store = -1;                // the resource that keeps the pipeline's state; -1: memory
  Binding identity;              // slot -1 without one
  Limits limits;
  std::string dead_letters;      // path; empty without
  std::size_t longest_path = 0;  // steps

  int find_slot(std::string_view key) const;  // -1 when there is none
};

// ---- compiling ---------------------------------------------------------------------------------------------------------

// A key, sink, source or resource whose node is replaced: by `make`, which gets the type that the key must have (null for
// others), or by `entry`, which is written as in a file: {node: ..., fields, in}.
struct Replacement {
  std::string key;
  Place at;  // for diagnostics
  using Make = std::function<std::shared_ptr<const NodeSpec>(const TypeInfo* type, std::vector<Diagnostic>& diagnostics)>;
  Make make{};
  std::optional<ConfigTree> entry{};
  Make make_each{};  // used instead for a key that expands; without it the replacement gives one value and opens no level
};

struct CompileOptions {
  std::map<std::string, ConfigTree> params{};  // values for `params:`; config_scalar() makes one
  std::vector<Replacement> replace{};
  std::optional<std::vector<std::string>> want{};  // only these keys and what they need, without sources and sinks
  bool without_sources = false;                    // sources become inputs: a test, or replay, gives the records
  bool check_only = false;                         // an unset !required parameter is accepted
};

struct Compiled {
  std::unique_ptr<Plan> plan{};  // null when there are errors
  std::vector<Diagnostic> diagnostics{};
};

Compiled compile_file(const std::string& path, const CompileOptions& options = {});
Compiled compile_config(ParsedConfig parsed, const CompileOptions& options = {});  // paths of subgraphs start from its base
// One node alone, under the key of its name, with an input for each port. `config` holds its fields.
Compiled compile_node(std::shared_ptr<const NodeSpec> spec, ConfigTree config);

}  // namespace headrace
