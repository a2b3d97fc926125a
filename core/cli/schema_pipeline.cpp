#include <algorithm>

#include "core/cli/schema.hpp"
#include "core/graph/compile_draft.hpp"

namespace headrace::cli {

namespace {

using compile::Role;

constexpr std::string_view from_parameter = R"({"type":"string","pattern":"\\$\\{"})";

// Sections that are the same whatever nodes there are.
constexpr std::string_view plain_sections =
    R"("name":{"type":"string","description":"Stands in dead letters and drawings; the name of the file without it."},)"
    R"("params":{"type":["object","null"],"description":"Parameters with their defaults; !required says that one has none."},)"
    R"("inputs":{"type":["array","object","null"],"description":"Keys that a record enters with; of the vocabulary, or with a type.")"
    R"(,"items":{"type":"string"},"additionalProperties":{"type":"string"}},)"
    R"("identity":{"type":"string","description":"The key that identifies a document."},)"
    R"("dead_letters":{"type":["object","null"],"description":"Where failed records are written.","additionalProperties":false,)"
    R"("properties":{"path":{"type":"string","description":"The JSON Lines file of failed records."}}},)"
    R"("limits":{"type":["object","null"],"description":"What a run may take.","additionalProperties":false,"properties":{)"
    R"("in_flight":{"type":["integer","string"],"description":"Records at work at the same time."},)"
    R"("memory":{"type":["integer","string"],"description":"Bytes that the values of all records may take."},)"
    R"("parked":{"type":["integer","string"],"description":"Records that may be on their way altogether."},)"
    R"("window":{"type":["integer","string"],"description":"Records that may wait for their turn at an ordered key."},)"
    R"("drain":{"type":["number","string"],"description":"How long active records may go on after the first signal."},)"
    R"("max_wait":{"type":["number","string"],"description":"A longer wait fails the try."}}})";

// A test file; `mocked` is an entry of any section.
constexpr std::string_view test_file =
    R"({"type":"object","required":["pipeline","tests"],"additionalProperties":false,"properties":{)"
    R"("pipeline":{"type":"string","description":"The file under test."},"tests":{"type":"array","items":{)"
    R"("type":"object","required":["want"],"additionalProperties":false,"properties":{)"
    R"("name":{"type":["string","number"],"description":"One sentence."},)"
    R"("params":{"type":"object","description":"Parameters of the pipeline."},)"
    R"("given":{"type":"object","description":"Inputs, values of sources, or any key: that key is then not computed."},)"
    R"("mock":{"type":"object","description":"What stands in for a key.","additionalProperties":{"$ref":"#/definitions/mock"}},)"
    R"("run":{"type":"boolean","description":"With the pipeline's own sources and sinks."},)"
    R"("want":{"type":"object","description":"What must hold.","properties":{)"
    R"("failed":{"type":"object","description":"Keys that fail, with a part of kind and message."},)"
    R"("skipped":{"type":"array","items":{"type":"string"},"description":"Keys that are skipped because of it."},)"
    R"("dropped":{"type":["object","string"],"description":"The reason, or the key that drops and the reason."},)"
    R"("ledger":{"type":"object","description":"With run: counts of the run."},)"
    R"("records":{"type":"array","description":"With run: values of its records, in order."}}}}}}}})";
constexpr std::string_view mock =
    R"({"if":{"type":"object","required":["node"]},"then":{"$ref":"#/definitions/mocked"},"else":{"properties":{)"
    R"("value":{"description":"The value of the key."},"fail":{"description":"Fails with this message."},)"
    R"("kind":{"description":"With fail: its kind."},"retryable":{"description":"With fail: another try may cure it."},)"
    R"("drop":{"description":"Drops the record for this reason."},"delay":{"description":"Takes its time."},)"
    R"("sequence":{"description":"One after the other; the last one stays."},"file":{"description":"Takes its value from a file."}}}})";

// Shapes of decorators. One that is not here may hold anything.
struct DecoratorShape {
  std::string_view name, json;
};
constexpr DecoratorShape decorator_shapes[] = {
    {"in", R"({"type":["object","null"],"description":"Binds ports to keys, or to fields of them."})"},
    {"after", R"({"type":["array","string"],"description":"Keys that must be there first."})"},
    {"on_error", R"({"anyOf":[{"enum":["fail","drop","absent"]},{"type":"string","pattern":"\\$\\{"}],)"
                 R"("description":"What a failure does to the record."})"},
    {"retry", R"({"type":["object","string"],"description":"Further tries after a failure that another try may cure.",)"
              R"("properties":{"times":{"type":["integer","string"],"description":"Further tries after the first."},)"
              R"("backoff":{"type":["string","number"],"description":"Wait before the second try; doubled each time."}},)"
              R"("additionalProperties":false})"},
    {"timeout", R"({"type":["string","number"],"description":"For each try."})"},
    {"max", R"({"type":["integer","string"],"description":"Calls at the same time."})"},
    {"ordered", R"({"type":["boolean","string"],"description":"Takes records in order of admission."})"},
    {"flush",
     R"({"type":["object","string"],"description":"When what was written is made durable.",)"
     R"("properties":{"records":{"type":["integer","string"]},"every":{"type":["string","number"]}},"additionalProperties":false})"},
    {"fallback", R"({"type":["object","string"],"description":"What answers when the key has failed: a value, a key or a node.",)"
                 R"("properties":{"value":{"description":"This value answers."},)"
                 R"("key":{"type":"string","description":"A copy of this key, or of a field of one, answers."}},)"
                 R"("if":{"type":"object","required":["node"]},"then":{"$ref":"#/definitions/graph"}})"},
    {"cache", R"({"type":["string","number","object"],"description":"Gives an answer again for the same inputs.",)"
              R"("properties":{"ttl":{"type":["string","number"],"description":"How long an answer is kept."}},)"
              R"("additionalProperties":false})"},
    {"breaker", R"({"type":["integer","string","object"],"description":"Stops calling what is down.",)"
                R"("properties":{"failures":{"type":["integer","string"],"description":"Outages in a row after which no call is made."},)"
                R"("cool_down":{"type":["string","number"],"description":"How long no call is made; then one tries."}},)"
                R"("additionalProperties":false})"},
    {"by",
     R"({"type":"object","description":"Divides a stateful node into shards, each with a state of its own.",)"
     R"("properties":{"key":{"type":"string","description":"A key, or a field of one: the same value, the same shard."},)"
     R"("shards":{"type":["integer","string"],"description":"How many."}},"required":["key","shards"],"additionalProperties":false})"}};

std::string_view shape_of(std::string_view decorator) {
  for (const DecoratorShape& each : decorator_shapes)
    if (each.name == decorator) return each.json;
  return "true";
}

std::string reference_to(const std::string& definition) { return R"({"$ref":"#/definitions/)" + definition + R"("})"; }

class FileSchema {
 public:
  std::string text() {
    writer_.begin_object();
    writer_.raw(R"("$schema":"http://json-schema.org/draft-07/schema#","title":"A pipeline of Headrace, or its tests","type":"object")");
    writer_.raw(R"("if":{"required":["pipeline"]},"then":{"$ref":"#/definitions/tests"},"else":{"$ref":"#/definitions/pipeline"})");
    writer_.member("definitions");
    writer_.begin_object();
    define("tests", test_file);
    define("mock", mock);
    define("mocked", R"({"anyOf":[{"$ref":"#/definitions/graph"},{"$ref":"#/definitions/sources"},{"$ref":"#/definitions/sinks"}]})");
    write_pipeline();
    for (const Role role : {Role::resource, Role::source, Role::key, Role::sink}) write_entry(role);
    for (const NodeSpec* spec : registered_nodes()) write_node(*spec);
    writer_.end_object();
    writer_.end_object();
    return writer_.take() + "\n";
  }

 private:
  void define(std::string_view name, std::string_view json) {
    writer_.member(name);
    writer_.raw(json);
  }

  void write_pipeline() {
    writer_.member("pipeline");
    writer_.begin_object();
    writer_.raw(R"("type":"object","additionalProperties":false)");
    writer_.member("properties");
    writer_.begin_object();
    writer_.raw(plain_sections);
    for (const Role role : {Role::resource, Role::source, Role::key, Role::sink}) {
      const std::string section(section_of(role));
      define(section, R"({"type":["object","null"],"additionalProperties":)" + reference_to(section) + "}");
    }
    writer_.end_object();
    writer_.end_object();
  }

  static std::vector<const NodeSpec*> nodes_of(Role role) {
    std::vector<const NodeSpec*> out;
    for (const NodeSpec* spec : registered_nodes())
      if (compile::role_of(spec->kind) == role) out.push_back(spec);
    return out;
  }

  // A name of a node of this section, or a parameter; with what it is, for those who choose.
  void write_names(const std::vector<const NodeSpec*>& nodes) {
    writer_.begin_object();
    writer_.member("anyOf");
    writer_.begin_list();
    for (const NodeSpec* spec : nodes) {
      writer_.begin_object();
      define("const", quoted(spec->name));
      define("description", quoted(spec->doc));
      writer_.end_object();
    }
    writer_.raw(from_parameter);
    writer_.end_list();
    writer_.end_object();
  }

  static std::string quoted(std::string_view text) {
    JsonWriter writer;
    writer.string(text);
    return writer.take();
  }

  // An entry of a section: the name of a node, or a map that names one, or of the graph a file.
  void write_entry(Role role) {
    const auto nodes = nodes_of(role);
    writer_.member(section_of(role));
    writer_.begin_object();
    writer_.member("if");
    writer_.raw(R"({"type":"object"})");
    writer_.member("then");
    write_map_entry(role, nodes);
    writer_.member("else");
    write_names(nodes);
    writer_.end_object();
  }

  void write_map_entry(Role role, const std::vector<const NodeSpec*>& nodes) {
    writer_.begin_object();
    writer_.member("properties");
    writer_.begin_object();
    writer_.member("node");
    write_names(nodes);
    if (role == Role::key) define("graph", R"({"type":"string","description":"A pipeline file that stands here as a node."})");
    writer_.end_object();
    writer_.raw(role == Role::key ? R"("anyOf":[{"required":["node"]},{"required":["graph"]}])" : R"("required":["node"])");
    writer_.member("allOf");
    writer_.begin_list();
    for (const NodeSpec* spec : nodes)
      writer_.raw(R"({"if":{"required":["node"],"properties":{"node":{"const":)" + quoted(spec->name) + R"(}}},"then":)" +
                  reference_to("node." + spec->name) + "}");
    writer_.end_list();
    writer_.end_object();
  }

  void write_node(const NodeSpec& spec) {
    writer_.member("node." + spec.name);
    writer_.begin_object();
    writer_.raw(R"("additionalProperties":false)");
    writer_.member("required");
    writer_.begin_list();
    for (const FieldSpec& field : spec.fields)
      if (field.required) writer_.string(field.name);
    writer_.end_list();
    writer_.member("properties");
    writer_.begin_object();
    write_properties(spec);
    writer_.end_object();
    writer_.end_object();
  }

  void write_properties(const NodeSpec& spec) {
    std::vector<std::string> taken{"node"};
    writer_.raw(R"("node":true)");
    for (const FieldSpec& field : spec.fields) {
      writer_.member(field.name);
      write_field_schema(writer_, field);
      taken.push_back(field.name);
    }
    for (const std::string& name : compile::decorator_names(compile::role_of(spec.kind))) {
      if (!compile::decorator_refusal(name, spec).empty()) continue;
      if (std::find(taken.begin(), taken.end(), name) != taken.end()) continue;  // a field of the node with this name is its own
      if (name == "in" && !spec.ports) write_ports(spec);
      else define(name, shape_of(name));
    }
  }

  void write_ports(const NodeSpec& spec) {
    writer_.member("in");
    writer_.begin_object();
    writer_.raw(R"("type":["object","null"],"description":"Binds ports to keys, or to fields of them.","additionalProperties":false)");
    writer_.member("properties");
    writer_.begin_object();
    for (const Port& port : spec.inputs) {
      writer_.member(port.name);
      writer_.begin_object();
      writer_.raw(R"("type":["string","array"],"items":{"type":"string"})");
      define("description", quoted((port.type ? port.type->name() : "any value") + (port.optional ? ", may be absent" : "")));
      writer_.end_object();
    }
    writer_.end_object();
    writer_.end_object();
  }

  JsonWriter writer_;
};

}  // namespace

std::string pipeline_file_schema() { return FileSchema().text(); }

}  // namespace headrace::cli
