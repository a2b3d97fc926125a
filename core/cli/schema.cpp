#include "core/cli/schema.hpp"

namespace headrace::cli {

namespace {

constexpr int deepest = 16;  // a type may hold lists of itself

void text_member(JsonWriter& writer, std::string_view name, std::string_view value) {
  writer.member(name);
  writer.string(value);
}

void write_type(JsonWriter& writer, const TypeInfo& type, std::string_view doc, int depth);

void write_struct(JsonWriter& writer, const std::vector<TypeInfo::Member>& members, int depth) {
  text_member(writer, "type", "object");
  writer.member("properties");
  writer.begin_object();
  for (const auto& member : members) {
    writer.member(member.name);
    write_type(writer, *member.type, member.doc, depth + 1);
  }
  writer.end_object();
}

// Types that JSON has no word for, by the name of their codec.
void write_scalar(JsonWriter& writer, const std::string& name) {
  struct Shape {
    std::string_view name, json;
  };
  constexpr Shape shapes[] = {{"boolean", R"("type":"boolean")"},
                              {"integer", R"("type":"integer")"},
                              {"number", R"("type":"number")"},
                              {"string", R"("type":"string")"},
                              {"path", R"("type":"string")"},
                              {"bytes", R"("type":["string","object"])"},
                              {"duration", R"("type":["string","number"])"},
                              {"size", R"("type":["string","integer"])"},
                              {"bindings", R"("type":["object","array"])"},
                              {"time", R"("type":"string","anyOf":[{"format":"date-time"},{"format":"date"}])"}};
  for (const Shape& shape : shapes)
    if (shape.name == name) return writer.raw(shape.json);
}

void write_type(JsonWriter& writer, const TypeInfo& type, std::string_view doc, int depth) {
  writer.begin_object();
  if (!doc.empty()) text_member(writer, "description", doc);
  const std::string name = type.name();
  if (depth >= deepest) return writer.end_object();
  if (type.element) {
    const bool list = name.starts_with("list of ");
    text_member(writer, "type", list ? "array" : "object");
    writer.member(list ? "items" : "additionalProperties");
    write_type(writer, *type.element, "", depth + 1);
  } else if (const auto members = type.members(); !members.empty()) {
    text_member(writer, "title", name);
    write_struct(writer, members, depth);
  } else {
    write_scalar(writer, name);
  }
  writer.end_object();
}

// What a field takes in YAML, by the name of its type. A text may always be "${parameter}".
std::string_view words_of(const TypeInfo& type) {
  struct Words {
    std::string_view name, json;
  };
  constexpr Words words[] = {{"boolean", R"("type":["boolean","string"],"pattern":"^(true|false)$|\\$\\{")"},
                             {"integer", R"("type":["integer","string"],"pattern":"^[-+]?[0-9]+$|\\$\\{")"},
                             {"number", R"("type":["number","string"],"pattern":"^[-+.0-9eE]+$|\\$\\{")"},
                             {"string", R"("type":["string","number","boolean"])"},
                             {"path", R"("type":["string","number","boolean"])"},
                             {"duration", R"("type":["string","number"])"},
                             {"size", R"("type":["string","number"])"},
                             {"bindings", R"("type":["object","array","string"])"}};
  const std::string name = type.name();
  for (const Words& each : words)
    if (each.name == name) return each.json;
  if (name.starts_with("list of ")) return R"("type":["array","string"])";
  if (name.starts_with("map of ") || !type.members().empty()) return R"("type":["object","string"])";
  return "";  // a type with a codec of its own: the node says what it takes
}

void write_choices(JsonWriter& writer, const std::vector<std::string>& choices) {
  writer.member("anyOf");
  writer.begin_list();
  writer.begin_object();
  writer.member("enum");
  write_json(writer, choices);
  writer.end_object();
  writer.raw(R"({"type":"string","pattern":"\\$\\{"})");
  writer.end_list();
}

void write_range(JsonWriter& writer, const InRange& range) {
  writer.member("minimum");
  writer.number(range.low);
  writer.member("maximum");
  writer.number(range.high);
}

void write_ports(JsonWriter& writer, const NodeSpec& spec) {
  writer.begin_object();
  text_member(writer, "type", "object");
  writer.member("properties");
  writer.begin_object();
  for (const Port& port : spec.inputs) {
    writer.member(port.name);
    if (port.type) write_schema(writer, *port.type);
    else writer.raw("true");
  }
  writer.end_object();
  writer.member("required");
  writer.begin_list();
  for (const Port& port : spec.inputs)
    if (!port.optional) writer.string(port.name);
  writer.end_list();
  writer.end_object();
}

}  // namespace

void write_field_schema(JsonWriter& writer, const FieldSpec& field) {
  writer.begin_object();
  text_member(writer, "description", field.doc);
  if (field.resource) writer.raw(R"("type":["string","object"])");  // a resource's key, a file, or {node: ...}
  else if (!field.choices.empty()) write_choices(writer, field.choices);
  else if (const auto words = words_of(*field.type); !words.empty()) writer.raw(words);
  if (field.range) write_range(writer, *field.range);
  if (!field.required && !field.secret && !field.default_json.empty()) {
    writer.member("default");
    writer.raw(field.default_json);
  }
  writer.end_object();
}

void write_schema(JsonWriter& writer, const TypeInfo& type) { write_type(writer, type, "", 0); }

void write_node_schema(JsonWriter& writer, const NodeSpec& spec) {
  writer.begin_object();
  text_member(writer, "$schema", "https://json-schema.org/draft/2020-12/schema");
  text_member(writer, "title", spec.name);
  text_member(writer, "description", spec.doc);
  text_member(writer, "type", "object");
  writer.member("properties");
  writer.begin_object();
  writer.member("node");
  writer.begin_object();
  text_member(writer, "const", spec.name);
  writer.end_object();
  for (const FieldSpec& field : spec.fields) {
    writer.member(field.name);
    write_field_schema(writer, field);
  }
  writer.end_object();
  writer.member("required");
  writer.begin_list();
  writer.string("node");
  for (const FieldSpec& field : spec.fields)
    if (field.required) writer.string(field.name);
  writer.end_list();
  writer.member("$defs");
  writer.begin_object();
  writer.member("inputs");
  write_ports(writer, spec);
  if (spec.output) {
    writer.member("value");
    write_schema(writer, *spec.output);
  }
  writer.end_object();
  writer.end_object();
}

}  // namespace headrace::cli
