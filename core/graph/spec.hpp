// What a registered node is: the one description that checking, building, `list`, `show` and the reference pages use.
// Authors do not write a NodeSpec; HEADRACE_NODE reads it off the class (core/graph/spec_of.hpp). The type-erased
// interfaces between a node and the engine stand here too.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>

#include "core/run/clock.hpp"
#include "core/run/log.hpp"
#include "core/run/random.hpp"
#include "core/value/value.hpp"

namespace headrace::run {
class Claims;
struct Record;
}  // namespace headrace::run

namespace headrace {

class IoLoop;

// Why a record's key failed. `kind` is a snake_case word; core has bad_input, missing_value, timeout, cancelled, no_reply,
// too_large, unavailable, internal.
struct Failure {
  std::string kind, message;
  bool retryable = false;
  std::optional<Duration> retry_after{};  // the earliest sensible time for another try, when the other side named one
};

// State of a key in a record. `released`: it was ready, and its last reader has run.
enum class Status : std::uint8_t { empty, ready, absent, dropped, failed, skipped, pending, released };

// Where a source stands: the payload of the highest position of a partition below which everything has settled is what
// last() gives after a restart. Positions of a partition count in the order in which they are emitted.
struct Position {
  std::string partition;               // empty: the source's only one
  std::optional<std::string> payload;  // nothing: this position alone moves nothing
};

enum class When { always, done, failed };  // by the record's outcome; a drop counts as done
struct MarkedChange {
  When when;
  std::string key;
  std::optional<std::string> value;  // nothing removes
};

// What the engine hands to nodes and resources besides their inputs. Outlives them.
struct Services {
  Clock& clock;
  IoLoop& io;
  Log& log;
  std::uint64_t seed = 0;
};

struct Port {
  std::string name;
  const TypeInfo* type = nullptr;  // null in a dynamic port of any type, until the plan has bound it
  bool optional = false;
  std::vector<std::string> from{};  // default bindings, best first; empty: the key of the port's name
};

// ---- engine side of Reply, Emit and State ------------------------------------------------------------------------------

class ReplyTarget {
 public:
  virtual ~ReplyTarget() = default;
  virtual void* claim() = 0;  // where the value goes; null when it is answered already. Whoever gets it must complete().
  virtual void complete(Status status, Failure failure, std::string reason) = 0;
  virtual void park() = 0;
  virtual void ready(std::function<void()> task) = 0;
};

class SourceTarget {
 public:
  virtual ~SourceTarget() = default;
  virtual bool emit(AnyValue value, Position position) = 0;
  virtual const std::vector<Port>& inputs() const {
    static const std::vector<Port> none;
    return none;
  }
  virtual bool fill(std::vector<AnyValue>, Position) { return false; }  // as many as inputs()
  virtual bool fail(Failure failure, Position position) = 0;
  virtual void settled(Position position) = 0;
  virtual std::optional<std::string> last(std::string_view partition) = 0;
  virtual bool all_settled(std::string_view partition) = 0;
  virtual void trouble(std::string_view subject, Failure failure) = 0;
  virtual bool sleep(Duration delay) = 0;
  virtual std::stop_token stop_token() const = 0;
};

class StateAccess {
 public:
  virtual ~StateAccess() = default;
  virtual std::optional<std::string> get(std::string_view key) = 0;
  virtual void put(std::string key, std::string value) = 0;
  virtual void remove(std::string key) = 0;
  virtual void scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) = 0;
  virtual int stored_version() = 0;
};

// ---- a built node ------------------------------------------------------------------------------------------------------

// What a dynamic node adds its ports to.
struct PortList {
  std::vector<Port> ports;
  void any(std::string name, std::vector<std::string> from) { ports.push_back({std::move(name), nullptr, true, std::move(from)}); }
  template <class T> void required(std::string name) { ports.push_back({std::move(name), &type_of<T>(), false, {}}); }
  template <class T> void optional(std::string name) { ports.push_back({std::move(name), &type_of<T>(), true, {}}); }
};

class Children {  // the values of an expanding node
 public:
  virtual ~Children() = default;
  virtual std::size_t size() const = 0;
  virtual void move_out(std::size_t index, void* slot) = 0;  // each index at most once
};

// One call. The engine reuses it; a node that fails or drops leaves the words here.
struct CallContext {
  Services* services = nullptr;
  std::uint64_t record = 0;
  std::uint64_t key_hash = 0;  // of the key, for Random
  std::string_view document_id;
  Duration deadline = Duration::max();  // in Clock::elapsed() time
  std::vector<MarkedChange>* marks = nullptr;
  run::Claims* claims = nullptr;    // for Mark::claim, with ...
  run::Record* claimant = nullptr;  // ... the record that claims
  StateAccess* state = nullptr;
  const std::vector<Port>* ports = nullptr;  // resolved; for Inputs
  std::string reason{};
  Failure failure{};
  std::unique_ptr<Children> children{};
};

class Node {
 public:
  virtual ~Node() = default;
  virtual void open(StateAccess&) {}
  // Pure, stateful, expanding nodes and sinks. Constructs the value at `out` when it gives Status::ready. Never throws.
  virtual Status call(const void* const* inputs, void* out, CallContext& context) noexcept = 0;
  virtual void start(const void* const*, std::shared_ptr<ReplyTarget>, CallContext&) {}
  virtual void run(SourceTarget&) {}
  virtual void flush() {}                                         // sinks; throws when it cannot
  virtual std::optional<std::uint64_t> position() { return {}; }  // sinks: length so far
  virtual void resume(std::uint64_t) {}                           // sinks: cut to this length
  virtual void close() {}                                         // sinks: the run has ended and nothing comes any more; may throw
  virtual std::string last_word() { return {}; }                  // sinks: after close, a line for whoever ran it; empty: nothing
};

// ---- specs -------------------------------------------------------------------------------------------------------------

enum class Kind { pure, stateful, async, source, sink, resource };
std::string_view kind_name(Kind kind);

struct InterfaceInfo {
  const std::type_info* id = nullptr;
  std::string name, default_node, file_node;  // file_node opens a resource from a file: it has a field `path`
};

struct FieldSpec {
  std::string name, doc, type_name, default_json;
  const TypeInfo* type = nullptr;           // null for a resource
  std::optional<InterfaceInfo> resource{};  // of a Use field
  bool required = false, secret = false;
  std::vector<std::string> choices{};
  std::optional<InRange> range{};
  std::function<void(const ValueView&)> check{};  // throws BadValue
};

struct BuildContext {
  std::optional<ValueView> config;
  std::function<std::shared_ptr<void>(const FieldSpec& field)> resource;  // null pointer when there is none
  Services& services;
};

struct NodeSpec {
  std::string name, doc, file;
  int line = 0;
  Kind kind = Kind::pure;
  std::vector<Port> inputs{};
  const TypeInfo* output = nullptr;  // null for sinks and resources
  bool may_drop = false, expands = false, takes_deadline = false, takes_state = false, takes_document = false;
  bool takes_now = false, takes_random = false, takes_mark = false;
  bool dynamic = false;  // its ports come from ports()
  bool fills = false;    // a source without a key of its own; its ports() are inputs that it speaks of
  int version = 1;       // of what it answers: another one, and answers that were kept are not used any more
  int state_version = 1;
  std::optional<InterfaceInfo> provides{};
  std::vector<FieldSpec> fields{};
  std::vector<std::string> errors{};  // kinds of its own
  std::function<std::vector<Port>(const std::optional<ValueView>& config)> ports{};
  std::function<std::unique_ptr<Node>(BuildContext&)> build{};           // nodes
  std::function<std::shared_ptr<void>(BuildContext&)> build_resource{};  // resources: points to the interface
};

// The registry is filled before main() and only read afterwards.
bool register_node(NodeSpec spec);
const NodeSpec* find_node(std::string_view name);
std::vector<const NodeSpec*> registered_nodes();  // by name
std::vector<std::string> registry_conflicts();    // two nodes of one name, with both places

}  // namespace headrace
