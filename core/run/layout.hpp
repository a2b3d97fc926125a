// What the engine reads while it runs: the plan's steps in the shape that the inner loop wants, with their built nodes.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/graph/plan.hpp"

namespace headrace::run {

class Around;

// One alternative of a port. `up` levels above the record that reads it.
struct Reader {
  int up = 0;
  int slot = 0;  // index within its level
  std::size_t offset = 0;
  const std::vector<const void* (*)(const void*)>* path = nullptr;
};

struct PortLayout {
  std::vector<Reader> from;
  bool optional = false;
  std::string missing;  // the drop reason: "missing:entry.link"
};

// A port with one binding, to a whole value of the same record.
struct DirectPort {
  int slot = 0;
  std::size_t offset = 0;
};

struct StepLayout {
  const Step* plan = nullptr;
  Node* node = nullptr;
  int instance = 0;           // the number of its node among all nodes of steps; of a sharded step, of its first shard
  std::vector<Node*> shards;  // of a sharded step: its nodes
  int by = -1;                // of a sharded step: the port that tells the shard
  Kind kind = Kind::pure;
  int local = 0;           // index within its level
  int slot = 0;            // where its status stands within its level; an expanding step has a status and no value
  std::size_t offset = 0;  // of its value; of an expanding step: in the block of the child
  const TypeInfo* type = nullptr;
  bool trivial = true;
  bool identity = false;  // its value holds the record's identity
  bool direct = false;    // all its ports are, and it waits for nothing else: `direct_ports` are what it takes when all are ready
  bool takes_state = false, takes_document = false;
  std::vector<DirectPort> direct_ports;
  std::vector<PortLayout> ports;
  std::vector<Reader> after;
  std::vector<Reader> counted;   // reads that count towards the release of their slot
  std::vector<int> successors;   // global step indices
  std::vector<Port> call_ports;  // with resolved types, for Inputs
  std::uint64_t key_hash = 0;
  bool ordered = false;      // in order of admission
  int turnstile = -1;        // of an ordered step
  int gate = -1;             // of an asynchronous step with `max`; of a sharded step, of its first shard
  Around* around = nullptr;  // what stands around its tries
  bool plain = false;        // of a value of it nothing has to be looked after
  bool inline_after = true;  // its first successor may run in the same task
};

struct SinkLayout {
  const SinkStep* plan = nullptr;
  Node* node = nullptr;
  std::vector<PortLayout> ports;
  std::vector<Port> call_ports;
};

struct LevelLayout {
  const Level* plan = nullptr;
  int depth = 0;
  std::vector<int> pending;  // per local step: predecessors
  std::vector<int> readers;  // per local slot; 0: never released early
  std::vector<const Slot*> slots;
  std::vector<int> to_destroy;  // slots whose values have something to destroy
  std::size_t statuses = 0;     // slots, and one for each expanding step
  std::vector<SinkLayout> sinks;
  std::size_t status_at = 0, pending_at = 0, readers_at = 0, block_at = 0, size = 0, align = 16;
};

struct Layout {
  const Plan* plan = nullptr;
  std::vector<LevelLayout> levels;
  std::vector<StepLayout> steps;
  Reader identity;
  bool has_identity = false;
  bool identity_at_start = false;  // known when the record begins: of a source, an input or a child
  const LevelLayout* identity_level = nullptr;
};

// `nodes` holds the built nodes of the plan's steps, in their order, one for each shard of a sharded step; `sinks` one for each
// sink. `keep_values`: nothing is released before its record retires.
Layout make_layout(const Plan& plan, const std::vector<std::unique_ptr<Node>>& nodes, const std::vector<std::unique_ptr<Node>>& sinks,
                   bool keep_values);

}  // namespace headrace::run
